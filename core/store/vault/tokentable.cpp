#include "core/store/vault/tokentable.h"

#include "core/base/crypto.h"

using namespace Qt::StringLiterals;

namespace flaredeck::store {

namespace {

/// A limit for a client that refreshes endlessly; every access token lives as long as promised.
constexpr int kAccessTokensPerGrant = 1024;
/// Hourly refreshes take more than a year to reach this.
constexpr int kReplacedPerGrant = 10'000;

constexpr const char *kOfGrant = "REFERENCES grants(id) ON DELETE CASCADE";

const Layout<AuthorizationCode> &codeLayout()
{
    using Row = AuthorizationCode;
    using C = Column<Row>;
    static const Layout<Row> rows(
        "codes",
        {C::of<&Row::hash>("hash", "PRIMARY KEY"), C::of<&Row::grant>("grant_id", kOfGrant),
         C::of<&Row::client>("client_id"), C::of<&Row::redirectUri>("redirect_uri"),
         C::of<&Row::challenge>("challenge"), C::of<&Row::resources>("resources"),
         C::of<&Row::createdAt>("created_at"), C::of<&Row::expiresAt>("expires_at"),
         C::of<&Row::usedAt>("used_at")},
        "hash", "", {u"grant_id"_s});
    return rows;
}

const Layout<RefreshState> &refreshLayout()
{
    using Row = RefreshState;
    using C = Column<Row>;
    static const Layout<Row> rows(
        "refresh_states",
        {C::of<&Row::grant>("grant_id", "PRIMARY KEY REFERENCES grants(id) ON DELETE CASCADE"),
         C::of<&Row::generation>("generation"), C::of<&Row::hash>("hash"),
         C::of<&Row::previousHash>("previous_hash"), C::of<&Row::successor>("successor"),
         C::of<&Row::rotatedAt>("rotated_at"),
         C::of<&Row::previousLastUsedAt>("previous_last_used_at")},
        "grant_id");
    return rows;
}

const Layout<ReplacedToken> &replacedLayout()
{
    using Row = ReplacedToken;
    using C = Column<Row>;
    static const Layout<Row> rows("replaced_tokens",
                                  {C::of<&Row::grant>("grant_id", kOfGrant),
                                   C::of<&Row::generation>("generation"), C::of<&Row::hash>("hash"),
                                   C::of<&Row::at>("at")},
                                  "grant_id, generation", "PRIMARY KEY (grant_id, generation)");
    return rows;
}

QByteArray successorContext(const RefreshState &state)
{
    return "successor 1|" + state.grant.value.toUtf8() + '|' + QByteArray::number(state.generation);
}

const Layout<AccessToken> &accessLayout()
{
    using Row = AccessToken;
    using C = Column<Row>;
    static const Layout<Row> rows(
        "access_tokens",
        {C::of<&Row::hash>("hash", "PRIMARY KEY"), C::of<&Row::grant>("grant_id", kOfGrant),
         C::of<&Row::resources>("resources"), C::of<&Row::refreshGeneration>("refresh_generation"),
         C::of<&Row::createdAt>("created_at"), C::of<&Row::expiresAt>("expires_at")},
        "hash", "", {u"grant_id"_s});
    return rows;
}

} // namespace

Error noSuchGrant()
{
    return {Error::Kind::NotFound, u"This grant does not exist any more."_s};
}

Tokens::Tokens(Database &database, AuditTrail &audit)
    : m_database(database)
    , m_audit(audit)
    , m_codes(database, codeLayout())
    , m_refresh(database, refreshLayout())
    , m_replaced(database, replacedLayout())
    , m_access(database, accessLayout())
{
}

std::optional<AuthorizationCode> Tokens::code(const QByteArray &hash)
{
    return orNothing(m_codes.selectOne(u"WHERE hash = ?"_s, {hash}));
}

Result<> Tokens::addCode(const AuthorizationCode &code)
{
    return m_codes.insert(code);
}

Result<bool> Tokens::redeem(const QByteArray &codeHash, const AccessToken &access,
                            const RefreshState &refresh, Millis now)
{
    bool redeemed = false;
    const Result<> done = m_database.transaction([&]() -> Result<> {
        const auto marked = m_database.run(
            uR"(UPDATE codes SET used_at = ? WHERE hash = ? AND grant_id = ? AND used_at = 0
                AND EXISTS (SELECT 1 FROM grants WHERE id = codes.grant_id AND revoked_at = 0))"_s,
            {now, codeHash, access.grant.value});
        if (!marked)
            return fail(marked.error());
        redeemed = (*marked)->numRowsAffected() == 1;
        if (!redeemed)
            return {};
        if (const Result<> stored = m_access.insert(access); !stored)
            return stored;
        return save(refresh);
    });
    if (!done)
        return fail(done.error());
    return redeemed;
}

std::optional<RefreshState> Tokens::refreshState(const GrantId &id)
{
    return orNothing(m_refresh.selectOne(u"WHERE grant_id = ?"_s, {id.value}));
}

Result<> Tokens::save(const RefreshState &refresh)
{
    // A refresh that raced with the revocation must not bring the grant's state back.
    const auto isLive =
        fetchOne(m_database, u"SELECT count(*) FROM grants WHERE id = ? AND revoked_at = 0"_s,
                 {refresh.grant.value}, firstColumn<int>);
    if (!isLive)
        return fail(isLive.error());
    return isLive->value_or(0) > 0 ? m_refresh.save(refresh) : fail(noSuchGrant());
}

Result<> Tokens::rotate(const RefreshState &refresh, const AccessToken &access,
                        const AuditPeer &peer)
{
    return m_audit.transaction([&]() -> Result<> {
        const Result<> replaced =
            m_database.change(uR"(INSERT INTO replaced_tokens (grant_id, generation, hash, at)
                SELECT grant_id, generation - 1, previous_hash, rotated_at FROM refresh_states
                WHERE grant_id = ? AND generation < ? AND length(previous_hash) > 0)"_s,
                              {refresh.grant.value, refresh.generation});
        if (!replaced)
            return replaced;
        if (const Result<> saved = save(refresh); !saved)
            return saved;
        if (const Result<> stored = m_access.insert(access); !stored)
            return stored;
        const std::pair<QString, int> bounds[] = {
            {u"DELETE FROM replaced_tokens WHERE grant_id = ? AND generation < ?"_s,
             refresh.generation - 1 - kReplacedPerGrant},
            {uR"(DELETE FROM access_tokens WHERE hash IN (SELECT hash FROM access_tokens
                 WHERE grant_id = ? ORDER BY rowid DESC LIMIT -1 OFFSET ?))"_s,
             kAccessTokensPerGrant},
        };
        for (const auto &[sql, bound] : bounds) {
            const Result<> trimmed = m_database.change(sql, {refresh.grant.value, bound});
            if (!trimmed)
                return trimmed;
        }
        return m_audit.append(
            {.kind = AuditKind::Refreshed,
             .grant = refresh.grant,
             .outcome = u"Access token renewed, refresh token number %1"_s.arg(refresh.generation),
             .peer = peer});
    });
}

QSet<GrantId> Tokens::redeemedGrants()
{
    const QList<GrantId> ids = orNothing(
        fetchAll(m_database, u"SELECT grant_id FROM refresh_states"_s, {}, firstColumn<GrantId>));
    return {ids.cbegin(), ids.cend()};
}

std::optional<ReplacedToken> Tokens::replacedToken(const GrantId &id, int generation)
{
    return orNothing(
        m_replaced.selectOne(u"WHERE grant_id = ? AND generation = ?"_s, {id.value, generation}));
}

QByteArray Tokens::sealSuccessor(const Secret &key, const RefreshState &state,
                                 const QByteArray &secret)
{
    return crypto::seal(key, secret, successorContext(state));
}

Result<QByteArray> Tokens::openSuccessor(const Secret &key, const RefreshState &state)
{
    return crypto::open(key, state.successor, successorContext(state));
}

Result<> Tokens::sealSuccessorsAnew(const Secret &before, const Secret &key)
{
    auto states = m_refresh.select(u"WHERE length(successor) > 0"_s);
    if (!states)
        return fail(states.error());
    for (RefreshState &state : *states) {
        const Result<QByteArray> secret = openSuccessor(before, state);
        if (!secret) // sealed with a lost key
            continue;
        state.successor = sealSuccessor(key, state, *secret);
        if (const Result<> saved = m_refresh.save(state); !saved)
            return saved;
    }
    return {};
}

QList<AccessToken> Tokens::accessTokens()
{
    return orNothing(m_access.select(u"JOIN grants g ON g.id = access_tokens.grant_id "
                                     "WHERE g.revoked_at = 0 ORDER BY access_tokens.rowid"_s));
}

Result<> Tokens::removeAccessToken(const QByteArray &hash)
{
    return m_access.remove(hash);
}

} // namespace flaredeck::store
