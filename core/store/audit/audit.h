#pragma once

#include "core/base/clock.h"
#include "core/base/identity.h"
#include "core/base/secret.h"

#include <QByteArray>
#include <QList>
#include <QString>

#include <optional>

/// The values of the audit trail. Its format is described in docs/audit.md.
namespace flaredeck::store {

enum class AuditKind {
    Registered,         ///< a client registered itself
    Consented,          ///< a person agreed to a grant
    ConsentedSilently,  ///< a remembered approval gave a grant
    ApprovalRemembered, ///< a person's approval was remembered
    ApprovalForgotten,  ///< a remembered approval was removed
    SteppedUp,          ///< like Consented, with scopes that the client did not have before
    Denied,             ///< a request for a grant ended without one
    Refreshed,          ///< a refresh token was exchanged
    ScopesWithdrawn,    ///< a person took single scopes away
    Revoked,            ///< a grant ended
    Forgotten,          ///< a client was removed, by a person or by itself
    ReplayDetected,     ///< a used code or a replaced refresh token was presented again
    Blocked,            ///< a request was refused before it was handled
    ClientBlocked,      ///< a person blocked a client's requests
    ClientUnblocked,    ///< it may ask again
    CallApproved,       ///< a person let a call through that a rule stopped
    RuleChanged,        ///< a person changed what is let through without asking
    ServerAdded,        ///< a person added a remote server, or switched one on for the first time
    ServerRemoved,
    ServerSwitched, ///< on or off
    SignedIn,       ///< a person signed in to a remote server
    SignedOut,
    SignInEnded, ///< the server ended it
    ToolChanged, ///< a remote tool is not any more what a person's rules were made about
    SettingsChanged,
    KeyChanged, ///< the vault is sealed with another key
    Pruned,     ///< the oldest rows of the trail were dropped
};

/// The kind's name in the trail; part of the format.
[[nodiscard]] QString auditName(AuditKind kind);
[[nodiscard]] std::optional<AuditKind> auditKind(const QString &name);

/// The program at the other end, as far as the system reported it at that moment.
struct AuditPeer {
    QString program; ///< path of the executable; empty = unknown
    qint64 pid = 0;  ///< 0 = unknown

    bool operator==(const AuditPeer &) const = default;
};

/// An event to record. Contains no secret: the outcome is our own sentence.
struct AuditEvent {
    AuditKind kind = AuditKind::Blocked;
    ClientId client = {}; ///< filled in from the grant when empty
    GrantId grant = {};   ///< empty when no grant is concerned
    QString outcome = {}; ///< the result, in plain English
    AuditPeer peer = {};
    qint64 count = 1;        ///< how many equal events this represents
    QString clientName = {}; ///< filled in from the client when empty

    bool operator==(const AuditEvent &) const = default;
};

/// A row of the trail as stored. `event` is text, because a row that was tampered with or written
/// by a newer version may contain anything.
struct AuditRow {
    qint64 sequence = 0;
    Millis time = 0;
    QString event = {};
    QString client = {};
    QString clientName = {};
    QString grant = {};
    QString outcome = {};
    QString program = {};
    qint64 pid = 0;
    qint64 count = 1;
    QByteArray hash = {};

    bool operator==(const AuditRow &) const = default;
};

/// The content of a row of the kind Pruned.
struct AuditPrune {
    enum class Why { Age, Number };
    qint64 upTo = 0;  ///< number of the newest row that was dropped
    Millis until = 0; ///< time of the newest row that was dropped
    Why why = Why::Age;

    bool operator==(const AuditPrune &) const = default;
};

/// A MAC over the newest row, whose key is not in the file: whoever can write the file can compute
/// the hashes of another chain, but not its seal.
struct AuditSeal {
    qint64 sequence = 0; ///< of the row that was sealed
    QByteArray mac = {}; ///< HMAC-SHA-256; empty = there never was a key
    // Not stored: read from the trail as it is now.
    QByteArray hash = {}; ///< of that row; empty = it is gone
    qint64 head = 0;      ///< number of the newest row
};

enum class SealState {
    None,      ///< there never was a key
    Unchecked, ///< the key is not at hand
    Intact,
    Broken, ///< the trail differs from the sealed one
};

namespace audit {

constexpr qint64 kMostRows = 10'000;
constexpr qint64 kPrunedAtOnce = 1'000; ///< beyond kMostRows, so that drops are rare
constexpr Millis kKeptFor = 90LL * 24 * 3600 * 1000;
constexpr Millis kPrunedEvery = 24LL * 3600 * 1000; ///< for age

/// The `prev` hash of the very first row.
[[nodiscard]] QByteArray genesis();
/// The hashed text: one line of compact JSON with its members in a fixed order, `prev` last.
[[nodiscard]] QByteArray canonical(const AuditRow &row, const QByteArray &previous);
/// SHA-256 of canonical().
[[nodiscard]] QByteArray hashOf(const AuditRow &row, const QByteArray &previous);
/// canonical() with `hash` appended: a line of the export.
[[nodiscard]] QByteArray line(const AuditRow &row, const QByteArray &previous);
/// The seal of a row with this hash.
[[nodiscard]] QByteArray macOf(const Secret &key, qint64 sequence, const QByteArray &hash);
/// Writes the outcome of a Pruned row, and reads it back; nothing when the row is of another kind
/// or records a drop that the rules do not allow.
[[nodiscard]] QString pruneInWords(const AuditPrune &prune);
[[nodiscard]] std::optional<AuditPrune> allowedPrune(const AuditRow &row);
/// Removes characters that display as something else or that JSON libraries escape differently, and
/// truncates to `length`.
[[nodiscard]] QString clean(const QString &text, qsizetype length);

} // namespace audit
} // namespace flaredeck::store
