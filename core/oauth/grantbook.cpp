#include "core/oauth/grantbook.h"

#include "core/base/logging.h"
#include "core/policy/scopes.h"

#include <algorithm>
#include <iterator>

namespace flaredeck::oauth {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int kParallelGrants = 5;
constexpr Millis kLongestTimer = 60LL * 60 * 1000;

void warn(const char *what, const Error &error)
{
    qCWarning(lcOAuth).noquote() << what << error.text();
}

} // namespace

GrantBook::GrantBook(store::Vault &vault, ClientRegistry &clients, const Clock &clock,
                     QObject *parent)
    : QObject(parent)
    , m_vault(vault)
    , m_clients(clients)
    , m_clock(clock)
{
    for (const store::Grant &grant : m_vault.liveGrants())
        insert(grant, m_vault.refreshState(grant.id).has_value());
    for (const store::AccessToken &token : m_vault.accessTokens())
        addToken(token);

    m_expiry.setSingleShot(true);
    connect(&m_expiry, &QTimer::timeout, this, &GrantBook::endExpired);
    connect(&m_clients, &ClientRegistry::expired, this, &GrantBook::dropClient);
    endExpired();
}

const GrantBook::Token *GrantBook::use(const QByteArray &tokenHash)
{
    const Token *token = findToken(tokenHash);
    if (!token)
        return nullptr;
    Live &live = *token->live;
    const Millis now = m_clock.now();
    if (token->expiresAt <= now || !isLive(live, now))
        return nullptr;
    live.grant.lastUsedAt = now;
    live.used = true;
    live.usedGeneration = std::max(live.usedGeneration, token->refreshGeneration);
    if (!m_dirty) {
        m_dirty = true;
        emit dirty();
    }
    return token;
}

const GrantBook::Token *GrantBook::findToken(const QByteArray &tokenHash) const
{
    const auto found = m_tokens.constFind(tokenHash);
    return found == m_tokens.constEnd() ? nullptr : &*found;
}

std::shared_ptr<const GrantBook::Live> GrantBook::find(const GrantId &id) const
{
    const auto live = m_grants.value(id);
    return live && isLive(*live, m_clock.now()) ? live : nullptr;
}

QList<store::Grant> GrantBook::all() const
{
    const Millis now = m_clock.now();
    QList<store::Grant> grants;
    for (const auto &live : m_grants) {
        if (live->collected && isLive(*live, now))
            grants << live->grant;
    }
    std::sort(grants.begin(), grants.end(), [](const store::Grant &a, const store::Grant &b) {
        return a.createdAt != b.createdAt ? a.createdAt < b.createdAt : a.id.value < b.id.value;
    });
    return grants;
}

Result<> GrantBook::add(const store::Grant &grant, const store::AuthorizationCode &code,
                        const store::AuditPeer &peer)
{
    if (const auto stored = m_vault.createGrant(grant, code, peer); !stored)
        return stored;
    insert(grant, false);
    scheduleExpiry();
    return {};
}

void GrantBook::collected(const GrantId &id)
{
    const auto live = m_grants.value(id);
    if (!live)
        return;
    live->collected = true;
    scheduleExpiry();
    emit created(id);

    QList<store::Grant> siblings = all();
    siblings.removeIf([&live](const store::Grant &other) {
        return other.client != live->grant.client || other.id == live->grant.id;
    });
    // Sign-ins of one client may run side by side (a bridge that was started twice), so a new one
    // does not end the others at once.
    for (qsizetype i = 0; i + kParallelGrants <= siblings.size(); ++i) {
        const auto ended = revoke(siblings.at(i).id, u"Replaced by newer sign-ins of the client"_s);
        if (!ended)
            warn("cannot end a replaced grant:", ended.error());
    }
}

void GrantBook::addToken(const store::AccessToken &token)
{
    const auto live = m_grants.value(token.grant);
    if (!live)
        return;
    m_tokens.insert(token.hash, {live, resource::coverOf(token.resources), token.refreshGeneration,
                                 token.expiresAt});
    live->tokens << token.hash;
    while (live->tokens.size() > kTokensPerGrant)
        m_tokens.remove(live->tokens.takeFirst());
}

Result<> GrantBook::removeToken(const QByteArray &tokenHash)
{
    const auto found = m_tokens.constFind(tokenHash);
    if (found == m_tokens.constEnd())
        return {};
    if (const auto removed = m_vault.removeAccessToken(tokenHash); !removed)
        return removed;
    found->live->tokens.removeAll(tokenHash);
    m_tokens.erase(found);
    return {};
}

Result<> GrantBook::setScopes(const GrantId &id, const ScopeSet &scopes)
{
    const auto live = m_grants.value(id);
    if (!live)
        return fail(Error::Kind::NotFound, u"This grant has ended."_s);
    ScopeSet left{scopes::kBaseline};
    std::set_intersection(scopes.begin(), scopes.end(), live->grant.scopes.begin(),
                          live->grant.scopes.end(), std::inserter(left, left.end()));
    if (left == live->grant.scopes)
        return {};
    if (const auto stored = m_vault.setGrantScopes(id, left); !stored)
        return stored;
    live->grant.scopes = left;
    live->caller = callerOf(live->grant);
    emit changed(id);
    return {};
}

Result<> GrantBook::revoke(const GrantId &id, const QString &reason,
                           const std::optional<store::AuditEvent> &cause)
{
    if (!m_grants.contains(id))
        return fail(Error::Kind::NotFound, u"This grant has ended."_s);
    if (const auto stored = m_vault.revokeGrant(id, reason, m_clock.now(), cause); !stored)
        return stored;
    qCInfo(lcOAuth).noquote() << "grant" << id.value << "ended:" << reason;
    drop(id);
    return {};
}

Result<> GrantBook::revokeAll(const QString &reason)
{
    const auto ended = m_vault.revokeAllGrants(reason, m_clock.now());
    if (!ended)
        return fail(ended.error());
    qCInfo(lcOAuth).noquote() << "all grants ended:" << reason;
    for (const GrantId &id : m_grants.keys())
        drop(id);
    return {};
}

void GrantBook::dropClient(const ClientId &id)
{
    for (const auto &live : m_grants.values()) {
        if (live->grant.client == id)
            drop(live->grant.id);
    }
}

void GrantBook::flush()
{
    m_dirty = false;
    endExpired();
    QHash<GrantId, Millis> times;
    for (const auto &live : m_grants) {
        if (!live->used)
            continue;
        live->used = false;
        times.insert(live->grant.id, live->grant.lastUsedAt);
        m_clients.noteUsed(live->grant.client, live->grant.lastUsedAt);
    }
    if (times.isEmpty())
        return;
    if (const auto written = m_vault.touchGrants(times); !written)
        warn("cannot write the times of last use:", written.error());
}

void GrantBook::insert(const store::Grant &grant, bool collected)
{
    auto live = std::make_shared<Live>();
    live->grant = grant;
    live->caller = callerOf(grant);
    live->collected = collected;
    m_grants.insert(grant.id, live);
}

void GrantBook::drop(const GrantId &id)
{
    const auto live = m_grants.take(id);
    if (!live)
        return;
    for (const QByteArray &hash : live->tokens)
        m_tokens.remove(hash);
    emit revoked(id);
}

void GrantBook::endExpired()
{
    const Millis now = m_clock.now();
    for (const auto &live : m_grants.values()) {
        if (isLive(*live, now))
            continue;
        const auto ended =
            revoke(live->grant.id,
                   live->collected ? u"Its time ran out"_s : u"The client never collected it"_s);
        if (!ended)
            warn("cannot end an expired grant:", ended.error());
    }
    m_tokens.removeIf([now](const auto &entry) { return entry.value().expiresAt <= now; });
    scheduleExpiry();
}

void GrantBook::scheduleExpiry()
{
    const Millis now = m_clock.now();
    Millis next = 0;
    const auto consider = [&next](Millis when) {
        if (when > 0 && (next == 0 || when < next))
            next = when;
    };
    for (const auto &live : m_grants) {
        consider(live->grant.expiresAt);
        if (!live->collected)
            consider(live->grant.createdAt + kCollectWithin);
    }
    if (next == 0)
        m_expiry.stop();
    else
        m_expiry.start(static_cast<int>(std::clamp<Millis>(next - now, 1000, kLongestTimer)));
}

bool GrantBook::isLive(const Live &live, Millis now) const
{
    const bool abandoned = !live.collected && live.grant.createdAt + kCollectWithin <= now;
    return !abandoned && (live.grant.expiresAt == 0 || live.grant.expiresAt > now);
}

CallerPtr GrantBook::callerOf(const store::Grant &grant) const
{
    const auto client = m_clients.find(grant.client);
    return std::make_shared<CallerIdentity>(
        CallerIdentity{grant.id, grant.client, client ? client->name : QString(), grant.login,
                       grant.scopes, grant.accounts});
}

} // namespace flaredeck::oauth
