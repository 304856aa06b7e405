#include "core/mcp/sessions/sessions.h"

#include "core/base/crypto.h"
#include "core/base/logging.h"

#include <algorithm>

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace flaredeck::mcp {

namespace {

rpc::RpcError ended(QString why)
{
    return {rpc::kServerError, std::move(why)};
}

} // namespace

Sessions::Sessions(SessionStore *store, const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_store(store)
    , m_clock(clock)
    , m_time(clock)
{
    m_changed.setSingleShot(true);
    m_changed.setInterval(100ms);
    connect(&m_changed, &QTimer::timeout, this, &Sessions::changed);
    connect(&m_expiry, &QTimer::timeout, this, &Sessions::expire);
    m_expiry.start(1h);

    if (!m_store)
        return;
    for (const StoredSession &stored : m_store->load()) {
        if (const SessionPtr session = Session::restore(stored, m_clock)) {
            m_all.insert(stored.idHash, session);
            m_storedSeen.insert(stored.idHash, stored.lastSeenAt);
        } else {
            m_store->remove(stored.idHash);
        }
    }
    expire();
}

Sessions::~Sessions() = default;

Result<Sessions::Created> Sessions::create(Session::Transport transport, const GrantId &grant)
{
    expire();
    makeRoom(grant);
    if (m_all.size() >= kMaxSessions)
        return fail(
            Error::Kind::RateLimited,
            u"The server already has %1 sessions, and all of them are in use."_s.arg(kMaxSessions),
            u"Close clients that are no longer needed."_s);

    const QByteArray id = crypto::randomToken();
    const QByteArray hash = crypto::sha256(id);
    auto session = std::make_shared<Session>(transport, hash, grant, m_clock);
    m_all.insert(hash, session);
    noteChanged();
    return Created{std::move(session), id};
}

SessionPtr Sessions::find(const QByteArray &id, Session::Transport transport, const GrantId &grant)
{
    const SessionPtr session = m_all.value(crypto::sha256(id));
    if (!session || session->transport() != transport || session->grant() != grant)
        return nullptr;
    if (isExpired(*session)) {
        end(session, ended(u"The session was not used for too long."_s));
        return nullptr;
    }
    touch(*session);
    return session;
}

void Sessions::touch(Session &session)
{
    const Millis now = m_clock.now();
    session.touch(now);
    if (now - m_announcedAt >= 1000) {
        m_announcedAt = now;
        noteChanged();
    }
    if (!m_store)
        return;
    const auto stored = m_storedSeen.find(session.idHash());
    if (stored != m_storedSeen.end() && now - *stored >= kTouchEvery) {
        *stored = now;
        m_store->touch(session.idHash(), now);
    }
}

void Sessions::save(const Session &session)
{
    noteChanged();
    // An HTTP+SSE session is its stream: nothing could come back to it.
    if (!m_store || session.transport() != Session::Transport::StreamableHttp)
        return;
    m_store->save(session.stored());
    m_storedSeen.insert(session.idHash(), session.lastSeenAt());
}

void Sessions::end(const SessionPtr &session, const rpc::RpcError &reason)
{
    if (!m_all.remove(session->idHash()))
        return;
    if (m_storedSeen.remove(session->idHash()) && m_store)
        m_store->remove(session->idHash());
    session->end(reason);
    noteChanged();
}

void Sessions::endByHandle(const QString &handle)
{
    const auto all = m_all;
    for (const SessionPtr &session : all) {
        if (session->handle() == handle)
            end(session, ended(u"The session was ended in Flaredeck's window."_s));
    }
}

void Sessions::endByGrant(const GrantId &grant)
{
    const auto all = m_all;
    for (const SessionPtr &session : all) {
        if (session->grant() == grant)
            end(session, ended(u"The permission of this client was withdrawn."_s));
    }
}

void Sessions::announce(Change change, const GrantId *grant)
{
    for (const SessionPtr &session : std::as_const(m_all)) {
        if ((!grant || session->grant() == *grant) && session->isInitialized())
            session->announce(change);
    }
}

void Sessions::announceUpdate(const QString &uri)
{
    for (const SessionPtr &session : std::as_const(m_all))
        session->announceUpdate(uri);
}

void Sessions::setCaller(const CallerPtr &caller)
{
    for (const SessionPtr &session : std::as_const(m_all)) {
        if (session->grant() == caller->grant)
            session->queue()->setCaller(caller);
    }
}

void Sessions::shutDown()
{
    const auto all = m_all;
    for (const SessionPtr &session : all) {
        if (m_storedSeen.value(session->idHash()) < session->lastSeenAt() &&
            session->transport() == Session::Transport::StreamableHttp)
            save(*session);
        session->end(ended(u"The server is closing."_s));
    }
}

QList<SessionInfo> Sessions::list() const
{
    QList<SessionInfo> infos;
    infos.reserve(m_all.size());
    for (const SessionPtr &session : m_all)
        infos << session->info();
    std::sort(infos.begin(), infos.end(), [](const SessionInfo &a, const SessionInfo &b) {
        return std::tie(a.createdAt, a.handle) < std::tie(b.createdAt, b.handle);
    });
    return infos;
}

void Sessions::noteChanged()
{
    if (!m_changed.isActive())
        m_changed.start();
}

bool Sessions::isExpired(const Session &session) const
{
    return session.isDetached() && session.lastSeenAt() < m_time.olderThan(kIdleExpiry);
}

void Sessions::expire()
{
    const auto all = m_all;
    for (const SessionPtr &session : all) {
        if (isExpired(*session))
            end(session, ended(u"The session was not used for too long."_s));
    }
}

void Sessions::makeRoom(const GrantId &grant)
{
    const Millis inUseSince = m_clock.now() - kInUseFor;
    const auto idle = std::count_if(m_all.cbegin(), m_all.cend(), [&](const SessionPtr &session) {
        return session->grant() == grant && session->isDetached() &&
               session->lastSeenAt() < inUseSince;
    });
    const bool grantFull = idle >= kMaxIdlePerGrant;
    if (!grantFull && m_all.size() < kMaxSessions)
        return;
    // A grant that fills the table pays for it before others do.
    SessionPtr victim = leastRecentlyUsed(&grant);
    if (!victim && !grantFull)
        victim = leastRecentlyUsed(nullptr);
    if (victim) {
        qCInfo(lcMcp) << "Ending the least recently used session" << victim->handle();
        end(victim, ended(u"The session made room for a newer one."_s));
    }
}

SessionPtr Sessions::leastRecentlyUsed(const GrantId *grant) const
{
    SessionPtr oldest;
    for (const SessionPtr &session : m_all) {
        if (!session->isDetached() || (grant && session->grant() != *grant))
            continue;
        if (!oldest || session->lastSeenAt() < oldest->lastSeenAt())
            oldest = session;
    }
    return oldest;
}

} // namespace flaredeck::mcp
