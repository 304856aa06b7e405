#include "core/oauth/refreshtoken.h"

#include "core/base/crypto.h"
#include "core/base/digits.h"

#include <algorithm>
#include <iterator>
#include <limits>

namespace flaredeck::oauth {

namespace {

const QByteArray kPrefix = QByteArrayLiteral("cfl_rt_");
constexpr qsizetype kGrantLength = 32;
constexpr qsizetype kSecretLength = 43;
/// Bounds the work that an old token can cause; hourly refreshes take more than a year to get
/// there.
constexpr int kLongestChain = 10'000;

/// Rotations within this time share a mark, and are forgiven for that much longer.
constexpr Millis kMarkWidth = 1000;

bool isHex(const QByteArray &text)
{
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

/// Only the holder of the real token can show one whose chain of successors ends at the current
/// one, so a made-up old generation cannot end a grant.
bool isAncestor(const RefreshToken &token, const store::RefreshState &state,
                const store::RefreshKeys &keys)
{
    return state.generation - token.generation <= kLongestChain &&
           currentFrom(token, state, keys).has_value();
}

/// What was written in the future was written before the clock was set back, by a process before
/// this one.
Millis ageOf(Millis then, const RotationFacts &facts)
{
    return facts.now - (then <= facts.now ? then : facts.startedAt);
}

bool isFresh(const store::RotationMark &mark, const RotationFacts &facts)
{
    return ageOf(mark.at, facts) < kRetirementDelay + kMarkWidth;
}

bool wasJustRotated(int generation, const QList<store::RotationMark> &recent,
                    const RotationFacts &facts)
{
    const auto later =
        std::find_if(recent.begin(), recent.end(), [generation](const store::RotationMark &mark) {
            return mark.generation > generation;
        });
    return later != recent.begin() && isFresh(*std::prev(later), facts);
}

} // namespace

RefreshToken RefreshToken::first(const GrantId &grant)
{
    return {grant, 1, crypto::randomToken()};
}

std::optional<RefreshToken> RefreshToken::parse(const QByteArray &text)
{
    if (!text.startsWith(kPrefix))
        return std::nullopt;
    const QByteArray grant = text.mid(kPrefix.size(), kGrantLength);
    const QByteArray rest = text.mid(kPrefix.size() + kGrantLength);
    // The secret may contain underscores itself, so it is counted from the end.
    const qsizetype middle = rest.size() - kSecretLength;
    if (grant.size() != kGrantLength || !isHex(grant) || middle < 3 || rest.front() != '_' ||
        rest.at(middle - 1) != '_')
        return std::nullopt;
    // The one form that print() gives it.
    const auto generation = parseCanonical(QByteArrayView(rest).sliced(1, middle - 2));
    if (!generation || *generation < 1 || *generation > quint64(std::numeric_limits<int>::max()))
        return std::nullopt;
    return RefreshToken{
        {QString::fromLatin1(grant)}, static_cast<int>(*generation), rest.mid(middle)};
}

QByteArray RefreshToken::print() const
{
    return kPrefix + grant.value.toLatin1() + '_' + QByteArray::number(generation) + '_' + secret;
}

QByteArray RefreshToken::hash() const
{
    return crypto::sha256(print());
}

RefreshToken RefreshToken::successor(const Secret &key, const QByteArray &salt) const
{
    const int next = generation + 1;
    // Every part but the salt has a fixed length or ends at a separator, so that no two inputs
    // agree.
    const QByteArray input =
        secret + '|' + grant.value.toLatin1() + '|' + QByteArray::number(next) + '|' + salt;
    return {grant, next, crypto::toBase64Url(crypto::hmacSha256(key.reveal(), input))};
}

std::optional<RefreshToken> currentFrom(RefreshToken presented, const store::RefreshState &state,
                                        const store::RefreshKeys &keys)
{
    while (presented.generation < state.generation) {
        const Secret *key = keys.find(state.keyOf(presented.generation));
        if (!key)
            return std::nullopt;
        presented = presented.successor(*key, state.salt);
    }
    if (!crypto::equalInConstantTime(presented.hash(), state.hash))
        return std::nullopt;
    return presented;
}

void noteDerivation(store::RefreshState &state, int generation, const store::RefreshKeys &keys)
{
    QList<store::DerivationMark> &marks = state.derivedWith;
    marks.removeIf(
        [generation](const store::DerivationMark &mark) { return mark.generation >= generation; });
    if (state.keyOf(generation) != keys.current().number)
        marks.append({generation, keys.current().number});
    // What a key derived that is gone for good is recognised no more.
    while (marks.size() > 1 && !keys.find(marks.first().key))
        marks.removeFirst();
}

Rotation judge(const RefreshToken &presented, const store::RefreshState &state,
               const store::RefreshKeys &keys, const RotationFacts &facts)
{
    if (presented.generation >= state.generation) {
        const bool isCurrent = presented.generation == state.generation &&
                               crypto::equalInConstantTime(presented.hash(), state.hash);
        return isCurrent ? Rotation::Advance : Rotation::Refuse;
    }

    const bool isPrevious =
        presented.generation == state.generation - 1 && !state.previousHash.isEmpty();
    if (!isPrevious) {
        if (!isAncestor(presented, state, keys))
            return Rotation::Refuse;
        return wasJustRotated(presented.generation, state.recent, facts) ? Rotation::Repeat
                                                                         : Rotation::Replay;
    }

    if (!crypto::equalInConstantTime(presented.hash(), state.previousHash))
        return Rotation::Refuse;
    const Millis age = ageOf(state.rotatedAt, facts);
    if (facts.usedGeneration >= state.generation && age >= kRetirementDelay)
        return Rotation::Replay;
    if (age <= kFreeRepeat)
        return Rotation::Repeat;
    const bool lateUsed =
        state.previousLastUsedAt > 0 && ageOf(state.previousLastUsedAt, facts) < kLateRepeat;
    return lateUsed ? Rotation::Refuse : Rotation::RepeatLate;
}

void remember(QList<store::RotationMark> &recent, int generation, const RotationFacts &facts)
{
    recent.removeIf([&facts](const store::RotationMark &mark) { return !isFresh(mark, facts); });
    if (recent.isEmpty() || recent.last().at > facts.now ||
        facts.now - recent.last().at >= kMarkWidth)
        recent.append({generation, facts.now});
}

} // namespace flaredeck::oauth
