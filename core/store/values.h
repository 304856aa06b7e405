#pragma once

#include "core/base/clock.h"
#include "core/base/identity.h"
#include "core/base/json.h"
#include "core/base/policy.h"

#include <QByteArray>
#include <QList>
#include <QMetaType>
#include <QString>
#include <QStringList>

#include <optional>

/// Rows of the two databases as plain values.
namespace flaredeck::store {

// The databases store these enumerators as numbers.

enum class ClientKind {
    Registered = 0, ///< registered itself (RFC 7591)
    Document = 1,   ///< its id is the URL of a metadata document
    Person = 2,     ///< added by hand; stays until a person removes it
    Program = 3,    ///< a program that comes over the local socket, where the system names it
};

/// An MCP client of our authorization server.
struct Client {
    ClientId id;
    QString name; ///< sanitised; may be empty. Chosen by the client, but for Person and Program
    QStringList redirectUris; ///< exactly as sent
    QString authMethod;       ///< none, client_secret_basic or client_secret_post
    bool authMethodExplicit = true;
    QByteArray secretHash; ///< SHA-256; empty for public clients
    QStringList grantTypes;
    Json metadata = Json::object(); ///< the other accepted members, for display and echo
    QString registeredBy; ///< executable path of the program that registered; empty when unknown
    Millis createdAt = 0;
    Millis firstAuthorizedAt = 0; ///< 0 = never
    Millis lastUsedAt = 0;        ///< last token or call; 0 = never
    ClientKind kind = ClientKind::Registered;
    Millis freshUntil = 0; ///< documents only: fetched again after that
    /// SHA-256 of the token that manages the registration (RFC 7592); empty = none was given out.
    QByteArray registrationTokenHash = {};
    Millis blockedAt = 0; ///< by a person; 0 = not

    [[nodiscard]] bool isBlocked() const { return blockedAt > 0; }
    bool operator==(const Client &) const = default;
};

/// What one client may do with one login.
struct Grant {
    GrantId id;
    ClientId client;
    LoginId login;
    ScopeSet scopes;
    QList<AccountRef> accounts;
    QStringList resources; ///< paths of endpoints, "/" covers all (RFC 8707)
    Millis createdAt = 0;
    Millis lastUsedAt = 0; ///< 0 = never
    Millis expiresAt = 0;  ///< 0 = until revoked
    Millis revokedAt = 0;  ///< 0 = live
    QString revokeReason;
    bool silent = false; ///< given by a RememberedApproval; nobody was asked

    bool operator==(const Grant &) const = default;
};

/// An approval that a person need not repeat. One for each client, redirect URI, resources and
/// login.
struct RememberedApproval {
    QString id;
    ClientId client;
    QString redirect; ///< without its port if it is on this computer
    QStringList resources;
    LoginId login;
    ScopeSet requested; ///< what the client requested
    ScopeSet scopes;    ///< what it was given
    QStringList accountIds;
    QString program;  ///< the program that listened: its executable, and its script if any
    QByteArray proof; ///< distinguishes that program from another one that asks again
    Millis createdAt = 0;
    Millis expiresAt = 0; ///< 0 = until withdrawn

    bool operator==(const RememberedApproval &) const = default;
};

/// Refresh-token state of a grant. Hashes only; see TokenService for the rotation rules.
struct RefreshState {
    GrantId grant = {};
    int generation = 0;
    QByteArray hash = {};         ///< of the current generation
    QByteArray previousHash = {}; ///< of generation - 1; empty before the first rotation
    /// The sealed secret of the current token, returned again when the client retries with the
    /// previous one; empty once that one is retired.
    QByteArray successor = {};
    Millis rotatedAt = 0; ///< when the current generation was issued
    Millis previousLastUsedAt = 0;

    bool operator==(const RefreshState &) const = default;
};

/// A refresh token older than the previous one: its use is a replay.
struct ReplacedToken {
    GrantId grant;
    int generation = 0;
    QByteArray hash;
    Millis at = 0;
};

/// What a person decided about a tool, a toolset or all calls of an effect, for one client or for
/// all. One for each client and subject.
struct Rule {
    ClientId client; ///< empty = all
    QString subject; ///< "tool:NAME", "toolset:NAME" or "effect:NAME"
    Policy policy = Policy::Ask;
    Millis changedAt = 0;

    bool operator==(const Rule &) const = default;
};

struct AuthorizationCode {
    QByteArray hash;
    GrantId grant;
    ClientId client;
    QString redirectUri;
    QByteArray challenge;
    QStringList resources;
    Millis createdAt = 0;
    Millis expiresAt = 0;
    Millis usedAt = 0; ///< 0 = not yet
};

struct AccessToken {
    QByteArray hash;
    GrantId grant;
    QStringList resources;
    int refreshGeneration = 0;
    Millis createdAt = 0;
    Millis expiresAt = 0;
};

enum class RemoteState {
    SignedOut = 0, ///< nobody has signed in, or it is not known yet whether anybody has to
    Open = 1,      ///< needs no sign-in
    Ok = 2,
    NeedsSignIn = 3, ///< it has ended; a person has to sign in again
};

/// A remote MCP server that a person switched on or added, and the sign-in to it, without its
/// secrets.
struct Remote {
    QString name; ///< of its toolset
    QString title;
    QString url;
    bool isAdded = false; ///< by a person; the others are named by the provider's facts
    bool isOn = true;
    bool mayBePrivate = false; ///< see remote::Server
    RemoteState state = RemoteState::SignedOut;
    Json authority = nullptr; ///< what discovery found of its authorization server
    QString clientId;         ///< our registration there; empty = none
    QString clientIssuer;     ///< of the authorization server that it is with
    QString redirectUri;      ///< as registered
    Millis secretEndsAt = 0;  ///< of the registration's secret; 0 = never, or there is none
    QStringList scopes;       ///< as granted; may be empty
    Millis createdAt = 0;
    Millis registeredAt = 0;
    Millis signedInAt = 0;
    Millis refreshedAt = 0;
    QString refreshProblem; ///< of the last attempt, or why it has ended; empty = it went well
    Millis expiresAt = 0;   ///< of the access token; 0 = unknown
    QString revision;       ///< of MCP that it spoke last; empty = unknown
    Millis revisionAt = 0;

    bool operator==(const Remote &) const = default;
};

/// A tool of a remote server, as it was listed last.
struct RemoteTool {
    QString server;
    QString name;           ///< the server's
    Json definition;        ///< as the server wrote it
    QByteArray accepted;    ///< SHA-256 of the definition that a person's rules were made about
    bool isChanged = false; ///< since then: calls ask, whatever rules say
    Millis seenAt = 0;

    bool operator==(const RemoteTool &) const = default;
};

enum class LoginKind { OAuth, ApiToken };
enum class LoginState {
    Ok,
    NeedsLogin, ///< it has ended; a person has to sign in again
    Suspended,  ///< sealed with a key that this run does not use; never stored
};

/// One stored account, without its secrets.
struct Login {
    LoginId id;
    LoginKind kind = LoginKind::OAuth;
    LoginState state = LoginState::Ok;
    QString userId;
    QString email; ///< label; for account-owned API tokens the account's name
    QList<AccountRef> accounts;
    QStringList upstreamScopes;
    bool sandbox = false; ///< an account at the built-in sandbox
    Millis createdAt = 0;
    Millis refreshedAt = 0;
    Millis expiresAt = 0;   ///< of the upstream access token; 0 = does not expire
    QStringList lacks = {}; ///< the provider's scopes that it was found not to have
    Millis endsAt = 0;      ///< when an API token ends; 0 = it does not, or that is not known
    Millis checkedAt = 0; ///< when it was last refreshed or tested, whatever came of it; 0 = never
    QString problem = {}; ///< what came of that; empty = it works

    bool operator==(const Login &) const = default;
};

/// Which key seals the vault, and its entry in the keychain.
struct KeyRecord {
    QString instance;              ///< distinguishes data directories in one keychain
    int number = 1;                ///< counts the keys of this vault
    QString entry;                 ///< of the keychain
    QByteArray check = {};         ///< a known text sealed with the key; empty before the first one
    Millis since = 0;              ///< when the key came into use; 0 = unknown
    QStringList spareEntries = {}; ///< of the keychain, to be removed: not yet or no longer used

    bool operator==(const KeyRecord &) const = default;
};

struct SealedSecret {
    QString owner;
    QString name;
    QByteArray sealed;
};

enum class Outcome { Ok, Error, Denied, Cancelled };

/// A request of a call to the provider.
struct UpstreamRequest {
    QString method;
    QString path;
    int status = 0; ///< 0 = no answer
    int elapsedMs = 0;
    QString rayId;

    bool operator==(const UpstreamRequest &) const = default;
};

/// One tool call. Arguments and result are redacted JSON or text.
struct CallRecord {
    qint64 id = 0; ///< row id; 0 before it is written
    Millis startedAt = 0;
    GrantId grant;
    ClientId client;
    QString clientName;
    QString tool;
    QString accountName; ///< empty for tools without an account
    Outcome outcome = Outcome::Ok;
    qint64 durationUs = 0;
    qint64 bytesIn = 0;
    qint64 bytesOut = 0;
    QByteArray arguments;
    QByteArray result;
    QString error; ///< cause and action when outcome is not Ok
    QList<UpstreamRequest> upstream;
    QString decision; ///< why it was let through, or who refused it; empty = its grant opens it

    bool operator==(const CallRecord &) const = default;
};

} // namespace flaredeck::store

Q_DECLARE_METATYPE(flaredeck::store::CallRecord)
