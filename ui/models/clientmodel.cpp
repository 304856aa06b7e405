#include "ui/models/clientmodel.h"

#include "core/service/clientpresence.h"
#include "ui/text/format.h"

#include <QCoreApplication>

namespace flaredeck::ui {

using service::ClientPresence;
using service::ClientView;

namespace {

struct ClientTexts {
    Q_DECLARE_TR_FUNCTIONS(flaredeck::ui::ClientModel)
};

} // namespace

QString clienttext::name(const store::Client &client)
{
    return client.name.isEmpty() ? ClientTexts::tr("Unnamed client") : client.name;
}

QString clienttext::origin(const store::Client &client)
{
    switch (client.kind) {
    case store::ClientKind::Person:
        return ClientTexts::tr("%1, added by you");
    case store::ClientKind::Document:
        return ClientTexts::tr("%1, described by a web site");
    case store::ClientKind::Program:
        return ClientTexts::tr("%1, through the bridge");
    case store::ClientKind::Registered:
        break;
    }
    return ClientTexts::tr("%1, by itself");
}

QString clienttext::registrant(const store::Client &client)
{
    switch (client.kind) {
    case store::ClientKind::Person:
        return client.secretHash.isEmpty() ? ClientTexts::tr("you")
                                           : ClientTexts::tr("you, with a secret");
    case store::ClientKind::Document:
        return client.id.value;
    case store::ClientKind::Program:
    case store::ClientKind::Registered:
        break;
    }
    return client.registeredBy.isEmpty() ? ClientTexts::tr("unknown program") : client.registeredBy;
}

QString clienttext::program(const ClientView &client)
{
    if (!client.program || client.program->executable.isEmpty())
        return client.program && client.program->pid > 0
                   ? ClientTexts::tr("pid %1").arg(client.program->pid)
                   : ClientTexts::tr("unknown");
    // The program of the latest connection; its process may have ended long ago.
    if (service::presenceOf(client, format::now()) != ClientPresence::OpenNow)
        return client.program->name();
    return ClientTexts::tr("%1 · %2", "program name, process id")
        .arg(client.program->name(), QString::number(client.program->pid));
}

QString clienttext::protocol(const ClientView &client)
{
    if (client.sessions.isEmpty())
        return QStringLiteral("—");
    const mcp::SessionInfo &session = client.sessions.first();
    return ClientTexts::tr("%1 · %2", "transport, revision")
        .arg(session.transport, session.revision);
}

QString clienttext::state(const ClientView &client)
{
    const Millis now = format::now();
    switch (service::presenceOf(client, now)) {
    case ClientPresence::OpenNow:
        return ClientTexts::tr("open now");
    case ClientPresence::Seen:
        return ClientTexts::tr("seen %1", "4 min ago").arg(format::ago(client.lastSeenAt, now));
    case ClientPresence::NotSeen:
        return ClientTexts::tr("not seen yet");
    case ClientPresence::NoAccess:
        return ClientTexts::tr("no access");
    case ClientPresence::Blocked:
        return ClientTexts::tr("blocked");
    }
    return {};
}

Tone clienttext::stateTone(const ClientView &client)
{
    switch (service::presenceOf(client, format::now())) {
    case ClientPresence::OpenNow:
        return Tone::Ok;
    case ClientPresence::Blocked:
        return Tone::Bad;
    default:
        return Tone::Neutral;
    }
}

ClientModel::ClientModel(QObject *parent)
    : RowModel(
          {
              {.title = tr("Client"),
               .kind = CellKind::Tile,
               .text = [](const ClientView &row) { return clienttext::name(row.client); }},
              {.title = tr("Program"),
               .kind = CellKind::Mono,
               .text = clienttext::program,
               .toolTip =
                   [](const ClientView &row) {
                       if (!row.program)
                           return QString();
                       return plaintext::line(row.program->commandLine.isEmpty()
                                                  ? row.program->executable
                                                  : row.program->commandLine);
                   }},
              {.title = tr("Protocol"), .kind = CellKind::Secondary, .text = clienttext::protocol},
              {.title = tr("State"),
               .kind = CellKind::Status,
               .text = clienttext::state,
               .tone = clienttext::stateTone},
              {.title = tr("Sessions"),
               .text = [](const ClientView &row) { return format::number(row.sessions.size()); },
               .sort = [](const ClientView &row) { return row.sessions.size(); },
               .isNumber = true},
              {.title = tr("Calls today"),
               .text =
                   [this](const ClientView &row) { return format::number(callsOf(row.client.id)); },
               .sort = [this](const ClientView &row) { return callsOf(row.client.id); },
               .isNumber = true},
              momentColumn<ClientView>(tr("Last seen"), CellKind::Secondary, format::ago,
                                       &ClientView::lastSeenAt),
          },
          parent)
{
}

void ClientModel::setCalls(const QHash<QString, qint64> &calls)
{
    if (m_calls == calls)
        return;
    m_calls = calls;
    touch();
}

} // namespace flaredeck::ui
