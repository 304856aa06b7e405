#include "ui/pages/statusstrip.h"

#include "ui/text/format.h"
#include "ui/theme/fonts.h"
#include "ui/theme/tokens.h"
#include "ui/widgets/badges.h"
#include "ui/widgets/buttons.h"
#include "ui/widgets/surface.h"

#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

namespace flaredeck::ui {

namespace {
constexpr int kOneLine = 820;
} // namespace

using service::ServerState;
using service::Snapshot;

StatusStrip::StatusStrip(QWidget *parent)
    : Card(parent)
{
    auto *addresses = new QGridLayout;
    addresses->setHorizontalSpacing(space::s);
    addresses->setVerticalSpacing(space::xs);
    addresses->setColumnStretch(0, 1);
    const auto addAddress = [addresses](int row, Address &address, const QString &what,
                                        const QString &note) {
        address.url = labels::mono();
        address.copy = new CopyButton(what);
        addresses->addWidget(labels::small(note), row, 0, Qt::AlignRight | Qt::AlignVCenter);
        addresses->addWidget(address.url, row, 1, Qt::AlignRight | Qt::AlignVCenter);
        addresses->addWidget(address.copy, row, 2);
    };
    addAddress(0, m_mcp, tr("Copy the server address"), {});
    addAddress(1, m_sse, tr("Copy the legacy server address"), tr("legacy"));

    auto *lamps = new QHBoxLayout;
    lamps->setSpacing(space::xl);
    for (Lamp *lamp : {&m_reachable, &m_signedIn, &m_lastCall})
        lamps->addWidget(makeLamp(*lamp), 0, Qt::AlignVCenter);
    lamps->addStretch();
    m_parts = new QBoxLayout(QBoxLayout::LeftToRight, this);
    m_parts->setContentsMargins(space::l, 10, space::m, 10);
    m_parts->setSpacing(space::m);
    m_parts->addLayout(lamps, 1);
    m_parts->addLayout(addresses);
}

/// The addresses move below the lamps when they would be cut off beside them.
void StatusStrip::resizeEvent(QResizeEvent *event)
{
    Card::resizeEvent(event);
    m_parts->setDirection(width() < kOneLine ? QBoxLayout::TopToBottom : QBoxLayout::LeftToRight);
}

QSize StatusStrip::minimumSizeHint() const
{
    return {0, Card::minimumSizeHint().height()};
}

QWidget *StatusStrip::makeLamp(Lamp &lamp)
{
    lamp = {new StatusDot, labels::strong(), labels::small()};
    auto *widget = new QWidget;
    auto *grid = new QGridLayout(widget);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(6);
    grid->setVerticalSpacing(2);
    grid->addWidget(lamp.dot, 0, 0);
    grid->addWidget(lamp.name, 0, 1);
    grid->addWidget(lamp.note, 1, 1);
    return widget;
}

void StatusStrip::set(const Snapshot &snapshot, const std::optional<store::CallRecord> &lastCall)
{
    const Millis now = format::now();
    const auto show = [](Lamp &lamp, Tone tone, const QString &name, const QString &note) {
        lamp.dot->setTone(tone);
        lamp.name->setText(name);
        lamp.note->setText(note);
    };

    const service::ServerView &server = snapshot.server;
    if (server.state == ServerState::Listening)
        show(m_reachable, Tone::Ok, tr("Reachable"),
             tr("up %1").arg(format::span(now - server.startedAt)));
    else if (server.state == ServerState::Starting)
        show(m_reachable, Tone::Warn, tr("Starting"), tr("one moment"));
    else if (server.state == ServerState::PortTaken)
        show(m_reachable, Tone::Bad, tr("Not reachable"), tr("port in use"));
    else
        show(m_reachable, Tone::Bad, tr("Not reachable"), tr("stopped"));

    if (snapshot.logins.isEmpty()) {
        show(m_signedIn, Tone::Warn, tr("Not signed in"), tr("asked at the first consent"));
    } else {
        const store::Login &login = snapshot.logins.first();
        if (login.state == store::LoginState::NeedsLogin)
            show(m_signedIn, Tone::Bad, tr("Signed out"), tr("sign in again"));
        else if (login.state == store::LoginState::Suspended)
            show(m_signedIn, Tone::Bad, tr("Not in this session"), tr("sign in again"));
        else
            show(
                m_signedIn, Tone::Ok, tr("Signed in"),
                tr("refreshed %1").arg(format::ago(qMax(login.refreshedAt, login.createdAt), now)));
    }

    if (!lastCall)
        show(m_lastCall, Tone::Neutral, tr("No call yet"), tr("waiting for the first"));
    else if (lastCall->outcome == store::Outcome::Ok)
        show(m_lastCall, Tone::Ok, tr("Last call worked"), format::ago(lastCall->startedAt, now));
    else
        show(m_lastCall, lastCall->outcome == store::Outcome::Error ? Tone::Bad : Tone::Warn,
             lastCall->outcome == store::Outcome::Error    ? tr("Last call failed")
             : lastCall->outcome == store::Outcome::Denied ? tr("Last call was denied")
                                                           : tr("Last call was cancelled"),
             format::ago(lastCall->startedAt, now));
    m_lastCall.note->setToolTip(lastCall ? surface::toolTip(lastCall->error) : QString());

    m_mcp.url->setText(server.mcpUrl);
    m_mcp.copy->setCopied(server.mcpUrl);
    m_sse.url->setText(server.sseUrl);
    m_sse.copy->setCopied(server.sseUrl);
}

} // namespace flaredeck::ui
