#include "core/oauth/grants/refreshtoken.h"

#include "core/base/crypto.h"
#include "core/base/digits.h"

#include <algorithm>
#include <limits>

namespace flaredeck::oauth {

namespace {

const QByteArray kPrefix = QByteArrayLiteral("cfl_rt_");
constexpr qsizetype kGrantLength = 32;
constexpr qsizetype kSecretLength = 43;

bool isHex(const QByteArray &text)
{
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

/// What was written in the future was written before the clock was set back, by a process before
/// this one.
Millis ageOf(Millis then, const RotationFacts &facts)
{
    return facts.now - (then <= facts.now ? then : facts.startedAt);
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

Rotation judge(const RefreshToken &presented, const store::RefreshState &state,
               const std::optional<store::ReplacedToken> &older, const RotationFacts &facts)
{
    const QByteArray hash = presented.hash();
    if (crypto::equalInConstantTime(hash, state.hash))
        return Rotation::Advance;
    const bool isOlder = older && crypto::equalInConstantTime(hash, older->hash);
    if (!isOlder && !crypto::equalInConstantTime(hash, state.previousHash))
        return Rotation::Refuse;
    if (state.successor.isEmpty()) // nothing before the current one may be presented any more
        return Rotation::Replay;

    const Millis age = ageOf(isOlder ? older->at : state.rotatedAt, facts);
    const bool isRetired = isOlder || facts.usedGeneration >= state.generation;
    if (isRetired && age >= kRetirementDelay)
        return Rotation::Replay;
    if (age <= kFreeRepeat)
        return Rotation::Repeat;
    const bool lateUsed =
        state.previousLastUsedAt > 0 && ageOf(state.previousLastUsedAt, facts) < kLateRepeat;
    return lateUsed ? Rotation::Refuse : Rotation::RepeatLate;
}

} // namespace flaredeck::oauth
