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
    ConsentedSilently,  ///< a grant was given because a person had said so before
    ApprovalRemembered, ///< a person need not be asked again
    ApprovalForgotten,  ///< and now is
    SteppedUp,          ///< the same, with scopes that the client did not hold before
    Denied,             ///< a request for a grant ended without one
    Refreshed,          ///< a refresh token was exchanged
    ScopesWithdrawn,    ///< a person took single scopes away
    Revoked,            ///< a grant ended
    Forgotten,          ///< a client was removed, by a person or by itself
    ReplayDetected,     ///< a code or refresh token that was replaced came back
    Blocked,            ///< a request was refused at the door
    ClientBlocked,      ///< a person wants to hear no more of a client
    ClientUnblocked,    ///< it may ask again
    SettingsChanged,
    KeyChanged, ///< the vault is sealed with another key
    Pruned,     ///< the oldest rows of the trail were dropped
};

/// The word that stands in the trail; part of the format.
[[nodiscard]] QString auditName(AuditKind kind);
[[nodiscard]] std::optional<AuditKind> auditKind(const QString &name);

/// The program at the other end, as far as the system told at that moment.
struct AuditPeer {
    QString program; ///< path of the executable; empty = unknown
    qint64 pid = 0;  ///< 0 = unknown

    bool operator==(const AuditPeer &) const = default;
};

/// Something to be written down. Holds no secret: the outcome is a sentence of ours.
struct AuditEvent {
    AuditKind kind = AuditKind::Blocked;
    ClientId client = {}; ///< filled in from the grant when empty
    GrantId grant = {};   ///< empty when no grant is concerned
    QString outcome = {}; ///< what came of it, in plain English
    AuditPeer peer = {};
    qint64 count = 1;        ///< how many equal ones this stands for
    QString clientName = {}; ///< filled in from the client when empty

    bool operator==(const AuditEvent &) const = default;
};

/// A row as it stands in the trail. `event` is a word, since a row that somebody changed, or that a
/// newer version wrote, may hold any.
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

/// What a row of the kind Pruned says.
struct AuditPrune {
    enum class Why { Age, Number };
    qint64 upTo = 0;  ///< number of the newest row that was dropped
    Millis until = 0; ///< none of those that were dropped then is newer
    Why why = Why::Age;

    bool operator==(const AuditPrune &) const = default;
};

/// A number over the newest row that takes a key to compute, which is not in the file: whoever
/// writes that can compute the hashes of another chain, but no seal of it.
struct AuditSeal {
    qint64 sequence = 0; ///< of the row that was sealed
    QByteArray mac = {}; ///< HMAC-SHA-256; empty = there never was a key
    // Not stored: what stands in the trail now.
    QByteArray hash = {}; ///< of that row; empty = it is gone
    qint64 head = 0;      ///< number of the newest row
};

enum class SealState {
    None,      ///< there never was a key
    Unchecked, ///< the key is not at hand
    Intact,
    Broken, ///< the trail is not the one that was sealed
};

namespace audit {

constexpr qint64 kMostRows = 10'000;
constexpr qint64 kPrunedAtOnce = 1'000; ///< beyond the number, so that not each row drops one
constexpr Millis kKeptFor = 90LL * 24 * 3600 * 1000;
constexpr Millis kPrunedEvery = 24LL * 3600 * 1000; ///< for age

/// What the first row ever follows.
[[nodiscard]] QByteArray genesis();
/// One line of compact JSON with its members in a fixed order, `prev` last: what is hashed.
[[nodiscard]] QByteArray canonical(const AuditRow &row, const QByteArray &previous);
/// SHA-256 of canonical().
[[nodiscard]] QByteArray hashOf(const AuditRow &row, const QByteArray &previous);
/// canonical() with `hash` behind it: a line of the export.
[[nodiscard]] QByteArray line(const AuditRow &row, const QByteArray &previous);
/// The seal of a row with this hash.
[[nodiscard]] QByteArray macOf(const Secret &key, qint64 sequence, const QByteArray &hash);
/// The outcome of a row that tells of it, and back; nothing when the row is no such row, or when
/// what it tells was not allowed.
[[nodiscard]] QString pruneInWords(const AuditPrune &prune);
[[nodiscard]] std::optional<AuditPrune> allowedPrune(const AuditRow &row);
/// Without characters that print as something else or that JSON libraries escape differently, and
/// at most `length` long.
[[nodiscard]] QString clean(const QString &text, qsizetype length);

} // namespace audit
} // namespace flaredeck::store
