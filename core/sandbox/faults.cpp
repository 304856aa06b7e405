#include "core/sandbox/faults.h"

#include <algorithm>
#include <array>
#include <utility>

using namespace Qt::StringLiterals;

namespace flaredeck::sandbox {

namespace {

constexpr std::array<std::pair<QLatin1StringView, Fault::Kind>, 6> kKinds{{
    {"none"_L1, Fault::Kind::None},
    {"slow"_L1, Fault::Kind::Slow},
    {"server_error"_L1, Fault::Kind::ServerError},
    {"rate_limited"_L1, Fault::Kind::RateLimited},
    {"token_expired"_L1, Fault::Kind::TokenExpired},
    {"connection_cut"_L1, Fault::Kind::ConnectionCut},
}};

constexpr std::array<std::pair<QLatin1StringView, Fault::At>, 3> kPlaces{{
    {"api"_L1, Fault::At::Api},
    {"token"_L1, Fault::At::Token},
    {"revoke"_L1, Fault::At::Revoke},
}};

constexpr qint64 kMaxDelayMs = 10LL * 60 * 1000;
constexpr qint64 kMaxRetryAfterSeconds = 24LL * 60 * 60;

int bounded(const Json &body, const char *key, int fallback, qint64 low, qint64 high)
{
    return static_cast<int>(std::clamp(json::integerAt(body, key).value_or(fallback), low, high));
}

} // namespace

Fault Faults::take(Fault::At at)
{
    Fault &fault = m_faults[index(at)];
    const Fault current = fault;
    if (fault.remaining > 0)
        --fault.remaining;
    if (fault.remaining == 0)
        fault = {};
    return current;
}

Result<Fault> Faults::parse(const Json &body)
{
    const QString name = json::stringAt(body, "kind").value_or(QString());
    const auto kind = std::find_if(kKinds.begin(), kKinds.end(),
                                   [&name](const auto &entry) { return name == entry.first; });
    if (kind == kKinds.end())
        return fail(Error::Kind::InvalidInput,
                    u"kind must be one of none, slow, server_error, rate_limited, token_expired, "
                    "connection_cut"_s);
    const QString where = json::stringAt(body, "at").value_or(u"api"_s);
    const auto place = std::find_if(kPlaces.begin(), kPlaces.end(),
                                    [&where](const auto &entry) { return where == entry.first; });
    if (place == kPlaces.end())
        return fail(Error::Kind::InvalidInput, u"at must be one of api, token, revoke"_s);
    Fault fault;
    fault.kind = kind->second;
    fault.at = place->second;
    fault.remaining = bounded(body, "remaining", fault.remaining, -1, 1'000'000);
    fault.delayMs = bounded(body, "delayMs", fault.delayMs, 0, kMaxDelayMs);
    fault.retryAfterSeconds =
        bounded(body, "retryAfterSeconds", fault.retryAfterSeconds, 0, kMaxRetryAfterSeconds);
    if (fault.remaining == 0)
        fault.kind = Fault::Kind::None;
    return fault;
}

} // namespace flaredeck::sandbox
