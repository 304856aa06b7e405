#pragma once

#include "core/base/clock.h"
#include "core/store/vault/vault.h"
#include "storedclient.h"
#include "tests/support/manualclock.h"

#include <QDir>
#include <QFile>

/// Shared by the tests of core/store.
namespace flaredeck::test {

inline store::Client client(const QString &id, Millis createdAt)
{
    store::Client client;
    client.id = {id};
    client.name = QStringLiteral("Client \"%1\"").arg(id);
    client.redirectUris = {QStringLiteral("http://127.0.0.1:1/cb"),
                           QStringLiteral("app.x:/cb?a=1")};
    client.authMethod = QStringLiteral("none");
    client.grantTypes = {QStringLiteral("authorization_code"), QStringLiteral("refresh_token")};
    client.metadata = {{"client_uri", "https://x.example"}, {"contacts", {"a", "b"}}};
    client.createdAt = createdAt;
    return client;
}

inline store::Grant grant(const QString &id, const QString &clientId, Millis createdAt)
{
    store::Grant grant;
    grant.id = {id};
    grant.client = {clientId};
    grant.login = {QStringLiteral("login")};
    grant.scopes = {QStringLiteral("mcp:read"), QStringLiteral("workers:read")};
    grant.accounts = {{QStringLiteral("acc1"), QStringLiteral("Größe & Co")},
                      {QStringLiteral("acc2"), QStringLiteral("Other")}};
    grant.resources = {QStringLiteral("/mcp"), QStringLiteral("/sse")};
    grant.createdAt = createdAt;
    return grant;
}

inline store::AuthorizationCode code(const QByteArray &hash, const store::Grant &grant)
{
    store::AuthorizationCode code;
    code.hash = hash;
    code.grant = grant.id;
    code.client = grant.client;
    code.redirectUri = QStringLiteral("http://127.0.0.1:1/cb");
    code.challenge = "challenge";
    code.resources = grant.resources;
    code.createdAt = grant.createdAt;
    code.expiresAt = grant.createdAt + 120'000;
    return code;
}

inline store::AccessToken accessToken(const QByteArray &hash, const QString &grantId,
                                      Millis createdAt)
{
    return {hash, {grantId}, {QStringLiteral("/mcp")}, 1, createdAt, createdAt + kHour};
}

inline store::RefreshState refreshState(const QString &grantId, int generation,
                                        const QByteArray &hash)
{
    store::RefreshState state;
    state.grant = {grantId};
    state.generation = generation;
    state.hash = hash;
    state.previousHash = "previous";
    state.rotatedAt = 17;
    state.previousLastUsedAt = 18;
    state.successor = "sealed";
    return state;
}

inline mcp::StoredSession session(const QByteArray &idHash, const QString &grantId,
                                  Millis createdAt)
{
    mcp::StoredSession session;
    session.idHash = idHash;
    session.grant = {grantId};
    session.revision = "2025-11-25";
    session.clientInfo = QStringLiteral("probe 1.0");
    session.clientCapabilities = {{"roots", {{"listChanged", true}}}};
    session.state = {{"account", "acc1"}};
    session.createdAt = createdAt;
    session.lastSeenAt = createdAt;
    return session;
}

inline store::Login login(const QString &id)
{
    store::Login login;
    login.id = {id};
    login.userId = QStringLiteral("user");
    login.email = QStringLiteral("private-address@example.com");
    login.accounts = {{QStringLiteral("acc"), QStringLiteral("Account")}};
    login.createdAt = 5;
    return login;
}

/// All bytes of all files of a directory.
inline QByteArray contentOf(const QString &directory)
{
    QByteArray content;
    const QDir dir(directory);
    for (const QFileInfo &entry : dir.entryInfoList(QDir::Files | QDir::Hidden)) {
        QFile file(entry.filePath());
        if (file.open(QIODevice::ReadOnly))
            content += file.readAll();
    }
    return content;
}

/// Files of a directory that others than their owner may read or write.
inline QStringList openToOthers(const QString &directory)
{
    constexpr QFile::Permissions kForOthers = QFile::ReadGroup | QFile::WriteGroup |
                                              QFile::ExeGroup | QFile::ReadOther |
                                              QFile::WriteOther | QFile::ExeOther;
    QStringList names;
    for (const QFileInfo &entry : QDir(directory).entryInfoList(QDir::Files | QDir::Hidden)) {
        if (entry.permissions() & kForOthers)
            names << entry.fileName();
    }
    return names;
}

} // namespace flaredeck::test
