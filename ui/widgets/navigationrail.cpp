#include "ui/widgets/navigationrail.h"

#include "ui/theme/fonts.h"
#include "ui/theme/icons.h"
#include "ui/theme/shapes.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/accountchip.h"
#include "ui/widgets/badges.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/card.h"
#include "ui/widgets/surface.h"

#include <QButtonGroup>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

#include <utility>

namespace flaredeck::ui {

using service::ServerState;

namespace {

/// The product's logo, not recoloured.
class AppMark : public QWidget
{
public:
    explicit AppMark(QWidget *parent)
        : QWidget(parent)
    {
        setFixedSize(22, 22);
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        icons::paint(painter, rect(), QStringLiteral("app"), Qt::white);
    }
};

} // namespace

RailButton::RailButton(QString icon, const QString &text, QWidget *parent)
    : QAbstractButton(parent)
    , m_icon(std::move(icon))
{
    setText(text);
    setAccessibleName(text);
    setCheckable(true);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_Hover);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    clickByEnter(this);
}

void RailButton::setBadge(int count)
{
    m_badge = count;
    setAccessibleDescription(count > 0 ? tr("%1 waiting").arg(count) : QString());
    update();
}

QSize RailButton::sizeHint() const
{
    return {180, 34};
}

void RailButton::paintEvent(QPaintEvent *)
{
    const Tokens &tokens = Tokens::of(palette());
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF body = QRectF(rect()).adjusted(10, 0, -10, 0);
    painter.setPen(Qt::NoPen);
    if (isChecked()) {
        painter.setBrush(tokens.selected);
        painter.drawRoundedRect(body, radius::control, radius::control);
        painter.setBrush(tokens.accent);
        painter.drawRoundedRect(QRectF(-3, 7, 6, height() - 14), 3, 3);
    } else if (underMouse()) {
        painter.setBrush(tokens.neutralSoft);
        painter.drawRoundedRect(body, radius::control, radius::control);
    }
    if (hasFocus())
        shapes::focusRing(painter, body, radius::control, tokens);

    icons::paint(painter, QRectF(body.left() + 10, height() / 2.0 - 9, 18, 18), m_icon,
                 isChecked() ? tokens.accent : tokens.text2);
    painter.setFont(isChecked() ? fonts::strong() : fonts::body());
    painter.setPen(isChecked() ? tokens.text : tokens.text2);
    painter.drawText(body.adjusted(38, 0, -8, 0), Qt::AlignVCenter | Qt::AlignLeft, text());

    if (m_badge > 0) {
        const QString count = QString::number(m_badge);
        const QRectF badge(body.right() - 28, height() / 2.0 - 9, 19, 18);
        painter.setPen(Qt::NoPen);
        painter.setBrush(tokens.accent);
        painter.drawRoundedRect(badge, 9, 9);
        QFont font = fonts::strong();
        font.setPixelSize(11);
        painter.setFont(font);
        painter.setPen(tokens.onAccent);
        painter.drawText(badge, Qt::AlignCenter, count);
    }
}

NavigationRail::NavigationRail(QWidget *parent)
    : QWidget(parent)
    , m_buttons(new QButtonGroup(this))
    , m_pages(new QWidget(this))
    , m_sandbox(new ChipLabel(Chip{tr("Sandbox"), Tone::Warn}))
    , m_dot(new StatusDot)
    , m_state(labels::body())
    , m_address(labels::mono())
    , m_account(new AccountChip)
{
    setFixedWidth(kWidth);
    m_sandbox->setAccessibleName(tr("The sandbox is in use"));
    m_sandbox->hide();

    auto *head = new QHBoxLayout;
    head->setContentsMargins(18, 16, 12, 10);
    head->setSpacing(space::s - 1);
    head->addWidget(new AppMark(this));
    head->addWidget(labels::strong(QStringLiteral("Flaredeck")));
    head->addStretch();
    // Placed below the name: beside it, a wide font would cut the name off.
    auto *sandbox = new QHBoxLayout;
    sandbox->setContentsMargins(18, 0, 12, 10);
    sandbox->addWidget(m_sandbox);
    sandbox->addStretch();

    auto *pages = new QVBoxLayout(m_pages);
    pages->setContentsMargins(0, 0, 0, 0);
    pages->setSpacing(0);

    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 1, 0);
    column->setSpacing(0);
    column->addLayout(head);
    column->addLayout(sandbox);
    column->addWidget(m_pages);
    column->addStretch();
    column->addWidget(buildFoot());
    connect(m_buttons, &QButtonGroup::idClicked, this, &NavigationRail::pageChosen);
}

QWidget *NavigationRail::buildFoot()
{
    auto *foot = new QWidget;
    auto *column = new QVBoxLayout(foot);
    column->setContentsMargins(10, 0, 10, 10);
    column->setSpacing(0);
    column->addWidget(new Hairline);
    column->addSpacing(14);
    auto *state = new QHBoxLayout;
    state->setContentsMargins(7, 0, 0, 0);
    state->setSpacing(6);
    state->addWidget(m_dot);
    state->addWidget(m_state, 1);
    column->addLayout(state);
    m_address->setContentsMargins(23, 2, 0, 0);
    m_address->setForegroundRole(QPalette::PlaceholderText);
    column->addWidget(m_address);
    column->addSpacing(10);
    column->addWidget(m_account);
    return foot;
}

void NavigationRail::addPage(const QString &icon, const QString &text)
{
    const int index = int(m_buttons->buttons().size());
    auto *button = new RailButton(icon, text);
    button->setToolTip(tr("%1 (Ctrl+%2)").arg(text).arg(index + 1));
    m_buttons->addButton(button, index);
    m_pages->layout()->addWidget(button);
}

void NavigationRail::setCurrent(int index)
{
    if (QAbstractButton *button = m_buttons->button(index))
        button->setChecked(true);
}

void NavigationRail::focusCurrent()
{
    if (QAbstractButton *button = m_buttons->checkedButton())
        button->setFocus(Qt::OtherFocusReason);
}

void NavigationRail::setBadge(int index, int count)
{
    if (auto *button = qobject_cast<RailButton *>(m_buttons->button(index)))
        button->setBadge(count);
}

void NavigationRail::setSnapshot(const service::Snapshot &snapshot)
{
    const service::ServerView &server = snapshot.server;
    switch (server.state) {
    case ServerState::Starting:
        m_dot->setTone(Tone::Warn);
        m_state->setText(tr("Starting"));
        break;
    case ServerState::Listening:
        m_dot->setTone(Tone::Ok);
        m_state->setText(tr("Listening"));
        break;
    case ServerState::PortTaken:
        m_dot->setTone(Tone::Bad);
        m_state->setText(tr("Port in use"));
        break;
    case ServerState::Stopped:
        m_dot->setTone(Tone::Bad);
        m_state->setText(tr("Stopped"));
        break;
    }
    m_state->setToolTip(surface::toolTip(server.problem));
    m_address->setText(server.port > 0 ? QStringLiteral("localhost:%1").arg(server.port)
                                       : QString());
    m_sandbox->setVisible(server.sandbox);
    m_account->setSnapshot(snapshot);
}

void NavigationRail::setAccountMenu(QMenu *menu)
{
    m_account->setMenu(menu);
}

void NavigationRail::paintEvent(QPaintEvent *)
{
    const Tokens &tokens = Tokens::of(palette());
    QPainter painter(this);
    painter.fillRect(rect(), tokens.rail);
    painter.fillRect(QRect(width() - 1, 0, 1, height()), tokens.line);
}

} // namespace flaredeck::ui
