#include "ui/models/clientmodel.h"

#include "core/service/clientpresence.h"
#include "ui/text/format.h"
#include "ui/widgets/cell.h"

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
    // It is the one of the latest connection; its process may have ended long ago.
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

void ClientModel::setCalls(const QHash<QString, qint64> &calls)
{
    if (m_calls == calls)
        return;
    m_calls = calls;
    touch();
}

QString ClientModel::key(const ClientView &row) const
{
    return row.client.id.value;
}

QVariant ClientModel::headerCell(int column, int role) const
{
    if (role == Qt::TextAlignmentRole && (column == Sessions || column == Calls))
        return int(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (column) {
    case Name:
        return tr("Client");
    case Program:
        return tr("Program");
    case Protocol:
        return tr("Protocol");
    case State:
        return tr("State");
    case Sessions:
        return tr("Sessions");
    case Calls:
        return tr("Calls today");
    case LastSeen:
        return tr("Last seen");
    default:
        return {};
    }
}

QString ClientModel::text(const ClientView &row, int column) const
{
    switch (column) {
    case Name:
        return clienttext::name(row.client);
    case Program:
        return clienttext::program(row);
    case Protocol:
        return clienttext::protocol(row);
    case State:
        return clienttext::state(row);
    case Sessions:
        return format::number(row.sessions.size());
    case Calls:
        return format::number(callsOf(row.client.id));
    case LastSeen:
        return format::ago(row.lastSeenAt, format::now());
    default:
        return {};
    }
}

QVariant ClientModel::sortValue(const ClientView &row, int column) const
{
    switch (column) {
    case Sessions:
        return row.sessions.size();
    case Calls:
        return callsOf(row.client.id);
    case LastSeen:
        return row.lastSeenAt;
    default:
        return text(row, column).toCaseFolded();
    }
}

QVariant ClientModel::cell(const ClientView &row, int column, int role) const
{
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return text(row, column);
    case Qt::ToolTipRole:
        if (column == LastSeen)
            return format::exact(row.lastSeenAt);
        if (column == Program && row.program)
            return plaintext::line(row.program->commandLine.isEmpty() ? row.program->executable
                                                                      : row.program->commandLine);
        return {};
    case Qt::TextAlignmentRole:
        return int((column == Sessions || column == Calls ? Qt::AlignRight : Qt::AlignLeft) |
                   Qt::AlignVCenter);
    case KindRole:
        if (column == Name)
            return int(CellKind::Tile);
        if (column == State)
            return int(CellKind::Status);
        return int(column == Program                       ? CellKind::Mono
                   : column == Calls || column == Sessions ? CellKind::Text
                                                           : CellKind::Secondary);
    case ToneRole:
        return column == State ? int(clienttext::stateTone(row)) : int(Tone::Neutral);
    case IdRole:
        return key(row);
    case SortRole:
        return sortValue(row, column);
    default:
        return {};
    }
}

} // namespace flaredeck::ui
