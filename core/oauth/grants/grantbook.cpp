#include "core/oauth/grants/grantbook.h"

#include "core/base/logging.h"
#include "core/provider/scopes.h"

#include <algorithm>
#include <iterator>

namespace flaredeck::oauth {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int kParallelGrants = 5;
/// Short, since neither sleep nor a clock that is set moves a timer.
constexpr Millis kLongestTimer = 60LL * 1000;

bool isOlder(const store::Grant &a, const store::Grant &b)
{
    return a.createdAt != b.createdAt ? a.createdAt < b.createdAt : a.id.value < b.id.value;
}

QString grantKey(const GrantId &id)
{
    return u"grant "_s + id.value;
}

QString scopesKey(const GrantId &id)
{
    return u"scopes "_s + id.value;
}

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
    , m_time(clock)
{
    const QSet<GrantId> redeemed = m_vault.tokens.redeemedGrants();
    for (const store::Grant &grant : m_vault.grants.live())
        insert(grant, redeemed.contains(grant.id));
    for (const store::AccessToken &token : m_vault.tokens.accessTokens())
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
    const Millis wall = m_time.wall();
    if (wall < token->from || wall >= token->until || token->endsAt <= m_time.steady() ||
        !isLive(live))
        return nullptr;
    noteUse(live);
    live.usedGeneration = std::max(live.usedGeneration, token->refreshGeneration);
    return token;
}

CallerPtr GrantBook::useHeld(const GrantId &id)
{
    const auto live = m_grants.value(id);
    if (!live || !isHeld(*live))
        return nullptr;
    noteUse(*live);
    return live->caller;
}

void GrantBook::noteUse(Live &live)
{
    live.grant.lastUsedAt = m_time.wall();
    live.used = true;
    markDirty();
}

const GrantBook::Token *GrantBook::findToken(const QByteArray &tokenHash) const
{
    const auto found = m_tokens.constFind(tokenHash);
    return found == m_tokens.constEnd() ? nullptr : &*found;
}

std::shared_ptr<const GrantBook::Live> GrantBook::find(const GrantId &id) const
{
    const auto live = m_grants.value(id);
    return live && isLive(*live) ? live : nullptr;
}

std::shared_ptr<const GrantBook::Live> GrantBook::known(const GrantId &id) const
{
    return m_grants.value(id);
}

QList<store::Grant> GrantBook::all() const
{
    QList<store::Grant> grants;
    for (const auto &live : m_grants) {
        if (isHeld(*live))
            grants << live->grant;
    }
    std::sort(grants.begin(), grants.end(), isOlder);
    return grants;
}

qsizetype GrantBook::count() const
{
    return std::count_if(m_grants.cbegin(), m_grants.cend(),
                         [this](const auto &live) { return isHeld(*live); });
}

QList<store::Grant> GrantBook::ofClient(const ClientId &client) const
{
    QList<store::Grant> grants;
    for (const auto &live : m_grants) {
        if (live->grant.client == client && isHeld(*live))
            grants << live->grant;
    }
    std::sort(grants.begin(), grants.end(), isOlder);
    return grants;
}

Result<> GrantBook::add(const store::Grant &grant, const store::AuthorizationCode &code,
                        const store::AuditPeer &peer, const QString &asker)
{
    if (const auto stored = m_vault.grants.add(grant, code, peer, asker); !stored)
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

    QList<store::Grant> siblings = ofClient(live->grant.client);
    siblings.removeIf([&id](const store::Grant &other) { return other.id == id; });
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
                                 m_time.steady() + token.expiresAt - token.createdAt,
                                 token.createdAt - ClockWatch::kJump, token.expiresAt});
    live->tokens << token.hash;
    while (live->tokens.size() > kTokensPerGrant)
        m_tokens.remove(live->tokens.takeFirst());
}

Result<> GrantBook::removeToken(const QByteArray &tokenHash)
{
    const Token *token = findToken(tokenHash);
    if (!token)
        return {};
    token->live->tokens.removeAll(tokenHash);
    m_tokens.remove(tokenHash);
    return write(
        u"token "_s + QString::fromLatin1(tokenHash.toHex()),
        [&vault = m_vault, tokenHash] { return vault.tokens.removeAccessToken(tokenHash); });
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
    live->grant.scopes = left;
    live->caller = callerOf(live->grant);
    const auto stored = write(
        scopesKey(id), [&vault = m_vault, id, left] { return vault.grants.setScopes(id, left); });
    emit changed(id);
    return stored;
}

Result<> GrantBook::keepAccounts(const GrantId &id, const QStringList &accountIds,
                                 const QString &reason)
{
    const auto live = m_grants.value(id);
    if (!live)
        return fail(Error::Kind::NotFound, u"This grant has ended."_s);
    QList<AccountRef> left = live->grant.accounts;
    left.removeIf(
        [&accountIds](const AccountRef &account) { return !accountIds.contains(account.id); });
    if (left.size() == live->grant.accounts.size())
        return {};
    if (left.isEmpty())
        return revoke(id, reason);
    live->grant.accounts = left;
    live->caller = callerOf(live->grant);
    const auto stored = write(u"accounts "_s + id.value, [&vault = m_vault, id, left] {
        return vault.grants.setAccounts(id, left);
    });
    emit changed(id);
    return stored;
}

Result<> GrantBook::widen(const GrantId &id, const ScopeSet &added, const QString &cause,
                          const store::AuditPeer &peer)
{
    const auto live = m_grants.value(id);
    if (!live || !isLive(*live))
        return fail(Error::Kind::NotFound, u"This grant has ended."_s);
    ScopeSet wider = live->grant.scopes;
    wider.insert(added.begin(), added.end());
    if (wider == live->grant.scopes)
        return {};
    if (const auto stored = m_vault.grants.widen(id, wider, cause, peer); !stored)
        return stored;
    // What was taken away before and not written yet is part of what was written now.
    m_vault.outbox.drop(scopesKey(id));
    live->grant.scopes = wider;
    live->caller = callerOf(live->grant);
    emit changed(id);
    return {};
}

Result<> GrantBook::revoke(const GrantId &id, const QString &reason,
                           const std::optional<store::AuditEvent> &cause)
{
    const auto live = m_grants.value(id);
    if (!live)
        return fail(Error::Kind::NotFound, u"This grant has ended."_s);
    if (cause)
        emit misused(live->grant.client);
    const auto stored =
        write(grantKey(id), [&vault = m_vault, id, reason, now = m_time.wall(), cause] {
            return vault.grants.revoke(id, reason, now, cause);
        });
    qCInfo(lcOAuth).noquote() << "grant" << id.value << "ended:" << reason;
    drop(id);
    return stored;
}

Result<> GrantBook::revokeAll(const QString &reason)
{
    const QList<GrantId> ids = m_grants.keys();
    const Millis now = m_time.wall();
    const bool isStored = m_vault.grants.revokeAll(reason, now).has_value();
    qCInfo(lcOAuth).noquote() << "all grants ended:" << reason;
    Result<> stored;
    for (const GrantId &id : ids) {
        // One by one: what is granted before the disk can be written again is not meant.
        if (!isStored)
            stored = write(grantKey(id), [&vault = m_vault, id, reason, now] {
                return vault.grants.revoke(id, reason, now);
            });
        drop(id);
    }
    return stored;
}

Result<> GrantBook::revokeClient(const ClientId &id, const QString &reason)
{
    Result<> all;
    for (const auto &live : m_grants.values()) {
        if (live->grant.client != id)
            continue;
        if (const auto ended = revoke(live->grant.id, reason); !ended)
            all = ended;
    }
    return all;
}

void GrantBook::dropClient(const ClientId &id)
{
    for (const auto &live : m_grants.values()) {
        if (live->grant.client == id)
            drop(live->grant.id);
    }
}

void GrantBook::markDirty()
{
    if (m_dirty)
        return;
    m_dirty = true;
    emit dirty();
}

Result<> GrantBook::write(const QString &key, store::Outbox::Write write)
{
    return m_vault.outbox.write(
        key, u"Access that has ended could not be saved: a restart would bring it back."_s,
        std::move(write));
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
    if (const auto written = m_vault.grants.touch(times); !written)
        warn("cannot write the times of last use:", written.error());
}

void GrantBook::insert(const store::Grant &grant, bool collected)
{
    const auto live = std::make_shared<Live>();
    live->grant = grant;
    live->caller = callerOf(grant);
    live->collected = collected;
    const Millis steady = m_time.steady();
    const Millis wall = m_time.wall();
    if (grant.expiresAt > 0)
        live->endsAt = steady + std::min(grant.expiresAt - wall, grant.expiresAt - grant.createdAt);
    live->collectBy = steady + std::min(grant.createdAt + kCollectWithin - wall, kCollectWithin);
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
    for (const auto &live : m_grants.values()) {
        if (!hasEnded(*live))
            continue;
        const auto ended =
            revoke(live->grant.id,
                   live->collected ? u"Its time ran out"_s : u"The client never collected it"_s);
        if (!ended)
            warn("the end of an expired grant:", ended.error());
    }
    const Millis steady = m_time.steady();
    m_tokens.removeIf([steady](const auto &entry) { return entry.value().endsAt <= steady; });
    scheduleExpiry();
}

void GrantBook::scheduleExpiry()
{
    Millis next = 0;
    const auto consider = [&next](Millis when) {
        if (when > 0 && (next == 0 || when < next))
            next = when;
    };
    for (const auto &live : m_grants) {
        consider(live->endsAt);
        if (!live->collected)
            consider(live->collectBy);
    }
    if (next == 0)
        m_expiry.stop();
    else
        m_expiry.start(
            static_cast<int>(std::clamp<Millis>(next - m_time.steady(), 1000, kLongestTimer)));
}

bool GrantBook::hasEnded(const Live &live) const
{
    const Millis steady = m_time.steady();
    if (!live.collected && live.collectBy <= steady)
        return true;
    return live.grant.expiresAt > 0 &&
           (live.endsAt <= steady || live.grant.expiresAt <= m_time.olderThan(0));
}

bool GrantBook::isLive(const Live &live) const
{
    return !hasEnded(live) && (live.grant.expiresAt == 0 || m_time.wall() < live.grant.expiresAt);
}

bool GrantBook::isHeld(const Live &live) const
{
    return live.collected && isLive(live);
}

CallerPtr GrantBook::callerOf(const store::Grant &grant) const
{
    const auto client = m_clients.find(grant.client);
    return std::make_shared<CallerIdentity>(
        CallerIdentity{grant.id, grant.client, client ? client->name : QString(), grant.login,
                       grant.scopes, grant.accounts});
}

} // namespace flaredeck::oauth
