#include "core/store/vault/remotetable.h"

#include <QHash>
#include <QUrl>

using namespace Qt::StringLiterals;

namespace flaredeck::store {

namespace {

const Layout<Remote> &remoteLayout()
{
    using Row = Remote;
    using C = Column<Row>;
    // The numbers in the column `state`.
    static_assert(
        static_cast<int>(RemoteState::SignedOut) == 0 && static_cast<int>(RemoteState::Open) == 1 &&
        static_cast<int>(RemoteState::Ok) == 2 && static_cast<int>(RemoteState::NeedsSignIn) == 3);
    static const Layout<Row> rows("remotes",
                                  {C::of<&Row::name>("name", "PRIMARY KEY"),
                                   C::of<&Row::title>("title"),
                                   C::of<&Row::url>("url"),
                                   C::of<&Row::isAdded>("is_added"),
                                   C::of<&Row::isOn>("is_on"),
                                   C::of<&Row::mayBePrivate>("may_be_private"),
                                   C::of<&Row::state>("state"),
                                   C::of<&Row::authority>("authority"),
                                   C::of<&Row::clientId>("client_id"),
                                   C::of<&Row::clientIssuer>("client_issuer"),
                                   C::of<&Row::redirectUri>("redirect_uri"),
                                   C::of<&Row::secretEndsAt>("secret_ends_at"),
                                   C::of<&Row::scopes>("scopes"),
                                   C::of<&Row::createdAt>("created_at"),
                                   C::of<&Row::registeredAt>("registered_at"),
                                   C::of<&Row::signedInAt>("signed_in_at"),
                                   C::of<&Row::refreshedAt>("refreshed_at"),
                                   C::of<&Row::refreshProblem>("refresh_problem"),
                                   C::of<&Row::expiresAt>("expires_at"),
                                   C::of<&Row::revision>("revision"),
                                   C::of<&Row::revisionAt>("revision_at")},
                                  "name");
    return rows;
}

const Layout<RemoteTool> &toolLayout()
{
    using Row = RemoteTool;
    using C = Column<Row>;
    static const Layout<Row> rows(
        "remote_tools",
        {C::of<&Row::server>("server", "REFERENCES remotes(name) ON DELETE CASCADE"),
         C::of<&Row::name>("name"), C::of<&Row::definition>("definition"),
         C::of<&Row::accepted>("accepted"), C::of<&Row::isChanged>("is_changed"),
         C::of<&Row::seenAt>("seen_at")},
        "server, name", "PRIMARY KEY (server, name)");
    return rows;
}

} // namespace

Remotes::Remotes(Database &database, AuditTrail &audit, Keys &keys)
    : Table(database, remoteLayout())
    , m_audit(audit)
    , m_keys(keys)
    , m_tools(database, toolLayout())
{
}

QStringList Remotes::create() const
{
    return Table::create() + m_tools.create();
}

QString Remotes::ownerOf(const QString &name)
{
    return u"remote:"_s + name;
}

QList<Remote> Remotes::all()
{
    return orNothing(select(u"ORDER BY created_at, name"_s));
}

Result<> Remotes::record(const std::optional<AuditEvent> &event)
{
    return event ? m_audit.append(*event) : Result<>();
}

Result<> Remotes::save(const Remote &remote, const QList<SealedSecret> &secrets,
                       const std::optional<AuditEvent> &event)
{
    return m_audit.transaction([&] { return write(remote, secrets, event); });
}

Result<> Remotes::write(const Remote &remote, const QList<SealedSecret> &secrets,
                        const std::optional<AuditEvent> &event)
{
    for (const SealedSecret &secret : secrets) {
        if (const Result<> saved = m_keys.saveSecret(secret); !saved)
            return saved;
    }
    const Result<> saved = Table::save(remote);
    return saved ? record(event) : saved;
}

Result<> Remotes::saveWithoutSecrets(const Remote &remote, const QList<SealedSecret> &kept,
                                     const std::optional<AuditEvent> &event)
{
    return m_audit.transaction([&]() -> Result<> {
        const Result<> removed = m_keys.removeSecrets(ownerOf(remote.name));
        return removed ? write(remote, kept, event) : removed;
    });
}

Result<> Remotes::remove(const QString &name, const AuditEvent &event)
{
    return m_audit.transaction([&]() -> Result<> {
        if (const Result<> removed = m_keys.removeSecrets(ownerOf(name)); !removed)
            return removed;
        const Result<> removed = Table::remove(name);
        return removed ? record(event) : removed;
    });
}

QList<RemoteTool> Remotes::tools(const QString &server)
{
    return orNothing(m_tools.select(u"WHERE server = ? ORDER BY seen_at DESC, name"_s, {server}));
}

Result<> Remotes::saveTools(const Remote &server, const QList<RemoteTool> &tools)
{
    QHash<QString, bool> wasChanged;
    for (const RemoteTool &tool : this->tools(server.name))
        wasChanged.insert(tool.name, tool.isChanged);
    return m_audit.transaction([&]() -> Result<> {
        for (const RemoteTool &tool : tools) {
            if (const Result<> saved = m_tools.save(tool); !saved)
                return saved;
            if (!tool.isChanged || wasChanged.value(tool.name))
                continue;
            const AuditEvent event{.kind = AuditKind::ToolChanged,
                                   .outcome = u"%1 of %2"_s.arg(tool.name, server.title)};
            if (const Result<> recorded = m_audit.append(event); !recorded)
                return recorded;
        }
        return m_database.change(uR"(DELETE FROM remote_tools WHERE server = ? AND name NOT IN
                (SELECT name FROM remote_tools WHERE server = ?
                 ORDER BY seen_at DESC, name LIMIT ?))"_s,
                                 {server.name, server.name, kMostTools});
    });
}

} // namespace flaredeck::store
