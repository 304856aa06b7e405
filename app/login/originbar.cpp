#include "app/login/originbar.h"

#include "app/login/navigationrules.h"
#include "ui/theme/fonts.h"
#include "ui/theme/icons.h"
#include "ui/theme/tokens.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QUrl>

using namespace Qt::StringLiterals;

namespace flaredeck::login {

namespace {

constexpr int kIconSize = 16;
constexpr int kProgressHeight = 3;

} // namespace

OriginBar::OriginBar(QWidget *parent)
    : QFrame(parent)
    , m_icon(new QLabel(this))
    , m_origin(new QLabel(this))
    , m_stateText(new QLabel(this))
    , m_progress(new QProgressBar(this))
{
    m_origin->setFont(ui::fonts::strong());
    m_origin->setTextFormat(Qt::PlainText);
    m_origin->setAccessibleName(tr("Site of this page"));
    m_stateText->setTextFormat(Qt::PlainText);
    m_stateText->setForegroundRole(QPalette::PlaceholderText);
    m_progress->setTextVisible(false);
    m_progress->setFixedHeight(kProgressHeight);
    m_progress->setAccessibleName(tr("Loading"));

    auto *texts = new QVBoxLayout;
    texts->setSpacing(0);
    texts->addWidget(m_origin);
    texts->addWidget(m_stateText);
    auto *row = new QHBoxLayout;
    row->setSpacing(ui::space::m);
    row->addWidget(m_icon);
    row->addLayout(texts, 1);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(ui::space::xs);
    column->addLayout(row);
    column->addWidget(m_progress);
    setProgress(100);
    show(State::Empty, {});
}

void OriginBar::setUrl(const QUrl &url)
{
    const QString origin = originText(url);
    if (origin.isEmpty())
        show(State::Empty, {});
    else if (url.scheme() == "https"_L1)
        show(State::Encrypted, origin);
    else
        show(isLoopback(url) ? State::LocalOnly : State::Unencrypted, origin);
}

void OriginBar::setProgress(int percent)
{
    m_progress->setValue(percent);
    // The hidden line keeps its height, so that the page below does not jump.
    QSizePolicy policy = m_progress->sizePolicy();
    policy.setRetainSizeWhenHidden(true);
    m_progress->setSizePolicy(policy);
    m_progress->setVisible(percent < 100);
}

void OriginBar::show(State state, const QString &origin)
{
    m_state = state;
    const ui::Tokens &tokens = ui::Tokens::of(palette());
    QString icon = u"unlock"_s;
    QColor color = tokens.text2;
    switch (state) {
    case State::Empty:
        m_stateText->setText(tr("No page yet"));
        break;
    case State::Encrypted:
        icon = u"lock"_s;
        color = tokens.ok;
        m_stateText->setText(tr("Encrypted connection"));
        break;
    case State::LocalOnly:
        m_stateText->setText(tr("Not encrypted, stays on this computer"));
        break;
    case State::Unencrypted:
        color = tokens.bad;
        m_stateText->setText(tr("Not encrypted"));
        break;
    }
    m_origin->setText(origin);
    m_origin->setToolTip(origin);
    m_origin->setVisible(!origin.isEmpty());
    m_icon->setPixmap(ui::icons::pixmap(icon, color, kIconSize, devicePixelRatioF()));
    setAccessibleName(tr("Address of this page, read only"));
    setAccessibleDescription(origin.isEmpty() ? m_stateText->text()
                                              : tr("%1. %2").arg(origin, m_stateText->text()));
}

void OriginBar::changeEvent(QEvent *event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        show(m_state, m_origin->text());
}

} // namespace flaredeck::login
