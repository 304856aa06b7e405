#include "ui/dialogs/promptdialog.h"

#include "ui/theme/tokens.h"
#include "ui/widgets/badges.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/card.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

#include <utility>

namespace flaredeck::ui {

namespace {
constexpr int kPromptWidth = 620;
} // namespace

PromptDialog::PromptDialog(QString id, QWidget *parent)
    : QDialog(parent, Qt::Dialog | Qt::WindowStaysOnTopHint)
    , m_id(std::move(id))
    , m_position(labels::small())
{
    setFixedWidth(kPromptWidth);
    m_position->hide();
    m_guard.setSingleShot(true);
    m_guard.setInterval(kGuardMs);
    connect(&m_guard, &QTimer::timeout, this, [this] {
        m_armed = true;
        updateButtons();
    });
}

QVBoxLayout *PromptDialog::makeColumn(bool sandbox)
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(space::xl, space::xl, space::xl, 20);
    column->setSpacing(space::l);
    if (sandbox) {
        auto *banner = new Banner(QStringLiteral("flask"), Tone::Warn);
        banner->setText(tr("Sandbox: nothing here reaches Cloudflare"));
        column->addWidget(banner);
    }
    return column;
}

QWidget *PromptDialog::makeHead(const QString &name, const QString &headline, QLayout *below)
{
    auto *tile = new LetterTile(40);
    tile->setName(name);
    auto *title = labels::heading(headline);
    title->setObjectName(QStringLiteral("headline"));
    title->setWordWrap(true);
    auto *texts = new QVBoxLayout;
    texts->setSpacing(3);
    texts->addWidget(title);
    texts->addLayout(below);

    auto *head = new QWidget;
    auto *row = new QHBoxLayout(head);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(space::m);
    row->addWidget(tile, 0, Qt::AlignTop);
    row->addLayout(texts, 1);
    row->addWidget(m_position, 0, Qt::AlignTop);
    return head;
}

void PromptDialog::guardKeys()
{
    installEventFilter(this);
    for (QWidget *child : findChildren<QWidget *>())
        child->installEventFilter(this);
}

void PromptDialog::setPosition(int number, int of)
{
    m_position->setText(tr("%1 of %2").arg(number).arg(of));
    m_position->setVisible(of > 1);
}

bool PromptDialog::event(QEvent *event)
{
    // From when the person's keys and clicks arrive here, and anew each time: a dialog that comes
    // to the front while somebody types is as dangerous as one that opens.
    if (event->type() == QEvent::WindowActivate || event->type() == QEvent::WindowDeactivate) {
        m_armed = false;
        m_guard.stop();
        if (event->type() == QEvent::WindowActivate)
            m_guard.start();
        updateButtons();
    }
    return QDialog::event(event);
}

bool PromptDialog::eventFilter(QObject *watched, QEvent *event)
{
    const bool key = event->type() == QEvent::KeyPress || event->type() == QEvent::ShortcutOverride;
    if (key && !m_armed) {
        event->accept();
        return true;
    }
    return QDialog::eventFilter(watched, event);
}

} // namespace flaredeck::ui
