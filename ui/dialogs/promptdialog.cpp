#include "ui/dialogs/promptdialog.h"

#include "ui/theme/fonts.h"
#include "ui/theme/shapes.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/badges.h"
#include "ui/widgets/banner.h"
#include "ui/widgets/card.h"
#include "ui/widgets/wrapping.h"

#include <QEvent>
#include <QFocusEvent>
#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>
#include <QScreen>
#include <QScrollArea>
#include <QVBoxLayout>

#include <utility>

namespace flaredeck::ui {

namespace {

constexpr int kPromptWidth = 620;
constexpr int kFrame = 8;     ///< of the window manager, at both sides together
constexpr int kTitleBar = 40; ///< and above

/// Has the focus at first, where no key means anything and a screen reader reads it out.
class Headline : public WrappingLabel
{
public:
    explicit Headline(const QString &text)
        : WrappingLabel(text)
    {
        setFont(fonts::heading());
        setTextFormat(Qt::PlainText);
        setWordWrap(true);
        setFocusPolicy(Qt::TabFocus);
        setObjectName(QStringLiteral("headline"));
    }

protected:
    void focusInEvent(QFocusEvent *event) override
    {
        m_ring = event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason;
        WrappingLabel::focusInEvent(event);
        update();
    }
    void focusOutEvent(QFocusEvent *event) override
    {
        m_ring = false;
        WrappingLabel::focusOutEvent(event);
        update();
    }
    void paintEvent(QPaintEvent *event) override
    {
        WrappingLabel::paintEvent(event);
        if (!m_ring)
            return;
        QPainter painter(this);
        shapes::focusRing(painter, rect(), 4, Tokens::of(palette()));
    }

private:
    bool m_ring = false; ///< whoever comes here by Tab sees where they are
};

} // namespace

PromptDialog::PromptDialog(QString id, QWidget *parent)
    : QDialog(parent, Qt::Dialog | Qt::WindowStaysOnTopHint)
    , m_id(std::move(id))
    , m_position(labels::small())
    , m_scroll(new QScrollArea)
    , m_line(new Hairline)
    , m_guard(this)
{
    m_position->hide();
    m_line->hide();
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->viewport()->setAutoFillBackground(false);
    auto *outer = new QVBoxLayout(this);
    outer->setContentsMargins(0, 0, 0, 0);
    outer->setSpacing(0);
    outer->addWidget(m_scroll, 1);
    outer->addWidget(m_line);
    connect(&m_guard, &KeyGuard::changed, this, [this] { updateButtons(); });
}

QVBoxLayout *PromptDialog::makeColumn(bool sandbox)
{
    auto *inner = new QWidget;
    auto *column = new QVBoxLayout(inner);
    column->setContentsMargins(space::xl, space::xl, space::xl, space::l);
    column->setSpacing(space::l);
    if (sandbox) {
        auto *banner = new Banner(QStringLiteral("flask"), Tone::Warn);
        banner->setText(tr("Sandbox: nothing here reaches Cloudflare"));
        column->addWidget(banner);
    }
    // A word of somebody else's that is wider than the dialog shall not push its right side out.
    inner->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_scroll->setWidget(inner);
    inner->setAutoFillBackground(false);
    inner->installEventFilter(this);
    return column;
}

QWidget *PromptDialog::makeHead(const QString &name, const QString &headline, QLayout *below)
{
    auto *tile = new LetterTile(40);
    tile->setName(name);
    m_headline = new Headline(headline);
    auto *texts = new QVBoxLayout;
    texts->setSpacing(3);
    texts->addWidget(m_headline);
    if (below)
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

void PromptDialog::setFoot(QWidget *foot, QPushButton *careful)
{
    auto *frame = new QVBoxLayout;
    frame->setContentsMargins(space::xl, 0, space::xl, 20);
    frame->addWidget(foot);
    static_cast<QVBoxLayout *>(layout())->addLayout(frame);
    careful->setDefault(true); // a dialog notes it only of what is inside already
    if (m_headline)
        m_headline->setFocus(Qt::OtherFocusReason);
}

void PromptDialog::setPosition(int number, int of)
{
    m_position->setText(tr("%1 of %2").arg(number).arg(of));
    m_position->setVisible(of > 1);
}

void PromptDialog::showEvent(QShowEvent *event)
{
    fit();
    QDialog::showEvent(event);
}

bool PromptDialog::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::LayoutRequest && watched == m_scroll->widget() && isVisible())
        fit();
    return QDialog::eventFilter(watched, event);
}

/// As high as its content, as far as the screen is.
void PromptDialog::fit()
{
    const QWidget *inner = m_scroll->widget();
    if (!inner)
        return;
    const QRect room = screen()->availableGeometry();
    const int width = qMin(kPromptWidth, room.width() - kFrame);
    m_line->hide();
    inner->layout()->activate();
    int height = inner->layout()->totalHeightForWidth(width);
    for (int i = 1; i < layout()->count(); ++i)
        height += layout()->itemAt(i)->sizeHint().height();
    const int most = room.height() - kTitleBar;
    m_line->setVisible(height > most);
    setFixedSize(width, qMin(height, most));
    const int below = frameGeometry().bottom() - room.bottom();
    if (isVisible() && below > 0)
        move(x(), qMax(room.top(), y() - below));
}

} // namespace flaredeck::ui
