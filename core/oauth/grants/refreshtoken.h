#pragma once

#include "core/base/clock.h"
#include "core/base/identity.h"
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

    bool operator==(const RefreshToken &) const = default;
};

/// What presenting a refresh token leads to.
enum class Rotation {
    Advance,    ///< the current one: its successor becomes current
    Repeat,     ///< one before, not retired: the same successor again
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

/// `older`: the one of its generation that is older than the previous one, if there was any.
[[nodiscard]] Rotation judge(const RefreshToken &presented, const store::RefreshState &state,
                             const std::optional<store::ReplacedToken> &older,
                             const RotationFacts &facts);

} // namespace flaredeck::oauth
