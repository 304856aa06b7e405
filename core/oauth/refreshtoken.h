#pragma once

#include "core/base/clock.h"
#include "core/base/identity.h"
#include "core/base/secret.h"
#include "core/store/refreshkeys.h"
#include "core/store/values.h"

#include <QByteArray>

#include <optional>

namespace flaredeck::oauth {

/// A refresh token: grant, generation and 256 secret bits. The store knows its hash only.
struct RefreshToken {
    GrantId grant;
    int generation = 0;
    QByteArray secret; ///< 43 characters of base64url

    [[nodiscard]] static RefreshToken first(const GrantId &grant);
    [[nodiscard]] static std::optional<RefreshToken> parse(const QByteArray &text);
    [[nodiscard]] QByteArray print() const; ///< "cfl_rt_<grant>_<generation>_<secret>"
    [[nodiscard]] QByteArray hash() const;

    /// The one successor of this token. Making it needs the keychain's key and the live token, so
    /// neither a thief of this token nor the app alone can compute it; and whoever presents the
    /// same token twice gets the same answer.
    [[nodiscard]] RefreshToken successor(const Secret &key, const QByteArray &salt) const;

    bool operator==(const RefreshToken &) const = default;
};

/// What presenting a refresh token leads to.
enum class Rotation {
    Advance,    ///< the current one: its successor becomes current
    Repeat,     ///< the one before, not retired: the same successor again
    RepeatLate, ///< the same, allowed once a day: a client that lost the answer
    Refuse,     ///< not ours; the grant stays as it is
    Replay, ///< a retired one: somebody else has the token, so the grant ends (OAuth 2.1 §4.3.1)
};

/// Times as in the state that is judged.
struct RotationFacts {
    int usedGeneration = 0; ///< newest one whose access token was used
    Millis now = 0;
    Millis startedAt = 0; ///< of this process
};

constexpr Millis kRetirementDelay = 60LL * 1000; ///< a sibling's request may be on the wire
constexpr Millis kFreeRepeat = 10LL * 60 * 1000;
constexpr Millis kLateRepeat = 24LL * 60 * 60 * 1000;

[[nodiscard]] Rotation judge(const RefreshToken &presented, const store::RefreshState &state,
                             const store::RefreshKeys &keys, const RotationFacts &facts);

/// The current token, found from one that is not retired. Nothing when a key on the way is gone, or
/// the state was not derived from `presented`.
[[nodiscard]] std::optional<RefreshToken> currentFrom(RefreshToken presented,
                                                      const store::RefreshState &state,
                                                      const store::RefreshKeys &keys);

/// Notes that the successors from `generation` on are derived with the current key.
void noteDerivation(store::RefreshState &state, int generation, const store::RefreshKeys &keys);

/// Notes that `generation` was rotated, and forgets what judge() asks for no more. However often a
/// token rotates, about a mark a second is kept.
void remember(QList<store::RotationMark> &recent, int generation, const RotationFacts &facts);

} // namespace flaredeck::oauth
