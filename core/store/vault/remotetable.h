#pragma once

#include "core/store/vault/keytable.h"

namespace flaredeck::store {

/// The remote MCP servers of the vault, and their tools as they were listed last. What a person
/// would want to know of is written together with its row of the audit trail.
class Remotes : Table<Remote>
{
public:
    /// Of one server; which were seen longest ago goes first.
    static constexpr int kMostTools = 4000;

    Remotes(Database &database, AuditTrail &audit, Keys &keys);
    [[nodiscard]] QStringList create() const;

    [[nodiscard]] QList<Remote> all(); ///< in the order in which they came
    /// Saves the server, replaces those of its secrets that are given, and records the event.
    Result<> save(const Remote &remote, const QList<SealedSecret> &secrets = {},
                  const std::optional<AuditEvent> &event = {});
    /// The same, and drops all other secrets of the server.
    Result<> saveWithoutSecrets(const Remote &remote, const QList<SealedSecret> &kept,
                                const std::optional<AuditEvent> &event = {});
    /// Also removes its secrets and tools.
    Result<> remove(const QString &name, const AuditEvent &event);

    /// All that a server has ever listed, the newest `seenAt` first.
    [[nodiscard]] QList<RemoteTool> tools(const QString &server);
    /// Saves these; others of the server stay, so that a tool that comes back is compared with what
    /// it was. A tool that has become changed is recorded.
    Result<> saveTools(const Remote &server, const QList<RemoteTool> &tools);

    /// The owner of a server's secrets.
    [[nodiscard]] static QString ownerOf(const QString &name);

private:
    Result<> record(const std::optional<AuditEvent> &event);
    /// Within a transaction.
    Result<> write(const Remote &remote, const QList<SealedSecret> &secrets,
                   const std::optional<AuditEvent> &event);

    AuditTrail &m_audit;
    Keys &m_keys;
    Table<RemoteTool> m_tools;
};

} // namespace flaredeck::store
