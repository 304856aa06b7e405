#include "core/oauth/consent/givenanswers.h"

namespace flaredeck::oauth {

namespace {

constexpr Millis kDenial = 60'000;
constexpr Millis kLateAnswer = 600'000;

QByteArray permitKey(const GrantId &grant, const QByteArray &fingerprint)
{
    return grant.value.toUtf8() + "\n=" + fingerprint;
}

QByteArray sessionKey(const SessionCalls &calls)
{
    return (calls.grant.value + u'\n' + calls.session + u'\n' + calls.tool + u'\n' +
            nameOf(calls.effect))
        .toUtf8();
}

} // namespace

GivenAnswers::GivenAnswers(const Clock &clock)
    : m_clock(clock)
{
}

bool GivenAnswers::isLive(const QHash<QByteArray, Millis> &answers, const QByteArray &key) const
{
    const auto found = answers.constFind(key);
    return found != answers.cend() && *found > m_clock.monotonic();
}

void GivenAnswers::permit(const GrantId &grant, const QByteArray &fingerprint)
{
    forgetOld();
    m_permits.insert(permitKey(grant, fingerprint), m_clock.monotonic() + kLateAnswer);
}

bool GivenAnswers::isPermitted(const GrantId &grant, const QByteArray &fingerprint) const
{
    return isLive(m_permits, permitKey(grant, fingerprint));
}

bool GivenAnswers::takePermit(const GrantId &grant, const QByteArray &fingerprint)
{
    forgetOld();
    return m_permits.remove(permitKey(grant, fingerprint));
}

void GivenAnswers::deny(const QByteArray &key)
{
    forgetOld();
    m_denials.insert(key, m_clock.monotonic() + kDenial);
}

bool GivenAnswers::isDenied(const QByteArray &key) const
{
    return isLive(m_denials, key);
}

void GivenAnswers::open(const SessionCalls &calls, const ClientId &client, Millis lasts)
{
    forgetOld();
    m_sessions.insert(sessionKey(calls),
                      {client, calls.tool, calls.effect, m_clock.monotonic() + lasts});
}

bool GivenAnswers::holds(const SessionCalls &calls) const
{
    const auto found = m_sessions.constFind(sessionKey(calls));
    return found != m_sessions.cend() && found->until > m_clock.monotonic();
}

void GivenAnswers::endSessions(const ClientId &client, const Concerns &concerns)
{
    m_sessions.removeIf([&](const auto &entry) {
        const Open &answer = entry.value();
        return (client.isEmpty() || answer.client == client) &&
               concerns(answer.tool, answer.effect);
    });
}

void GivenAnswers::endGrant(const GrantId &grant)
{
    const QByteArray prefix = grant.value.toUtf8() + '\n';
    const auto isOfGrant = [&prefix](const auto &entry) { return entry.key().startsWith(prefix); };
    m_denials.removeIf(isOfGrant);
    m_permits.removeIf(isOfGrant);
    m_sessions.removeIf(isOfGrant);
}

void GivenAnswers::forgetOld()
{
    const Millis now = m_clock.monotonic();
    const auto isOld = [now](const auto &entry) { return entry.value() <= now; };
    m_denials.removeIf(isOld);
    m_permits.removeIf(isOld);
    m_sessions.removeIf([now](const auto &entry) { return entry.value().until <= now; });
}

} // namespace flaredeck::oauth
