// The codes and tokens of the vault: hashes only.

#include "core/store/columns.h"
#include "core/store/rows.h"
#include "core/store/vault.h"

using namespace Qt::StringLiterals;

namespace flaredeck::store {

namespace {

/// A bound for a client that refreshes without end: each of them lives as long as promised.
constexpr int kAccessTokensPerGrant = 1024;

AuthorizationCode readCode(const QSqlQuery &row)
{
    AuthorizationCode code;
    code.hash = row.value(0).toByteArray();
    code.grant = {row.value(1).toString()};
    code.client = {row.value(2).toString()};
    code.redirectUri = row.value(3).toString();
    code.challenge = row.value(4).toByteArray();
    code.resources = column::toList(row.value(5).toString());
    code.createdAt = row.value(6).toLongLong();
    code.expiresAt = row.value(7).toLongLong();
    code.usedAt = row.value(8).toLongLong();
    return code;
}

/// Marks as [[generation, value], …].
template <typename Mark>
QString printMarks(const QList<Mark> &marks)
{
    Json rows = Json::array();
    for (const auto &[generation, value] : marks)
        rows.push_back(Json::array({generation, value}));
    return QString::fromStdString(rows.dump());
}

template <typename Mark>
QList<Mark> readMarks(const QString &text)
{
    QList<Mark> marks;
    const Json rows = Json::parse(text.toStdString(), nullptr, false);
    for (const Json &row : rows) {
        if (!row.is_array() || row.size() != 2 || !row[0].is_number_integer() ||
            !row[1].is_number_integer())
            continue;
        Mark mark;
        auto &[generation, value] = mark;
        row[0].get_to(generation);
        row[1].get_to(value);
        marks.append(mark);
    }
    return marks;
}

RefreshState readRefreshState(const QSqlQuery &row)
{
    RefreshState state;
    state.generation = row.value(0).toInt();
    state.hash = row.value(1).toByteArray();
    state.previousHash = row.value(2).toByteArray();
    state.rotatedAt = row.value(3).toLongLong();
    state.previousLastUsedAt = row.value(4).toLongLong();
    state.salt = row.value(5).toByteArray();
    state.recent = readMarks<RotationMark>(row.value(6).toString());
    state.derivedWith = readMarks<DerivationMark>(row.value(7).toString());
    return state;
}

AccessToken readAccessToken(const QSqlQuery &row)
{
    AccessToken token;
    token.hash = row.value(0).toByteArray();
    token.grant = {row.value(1).toString()};
    token.resources = column::toList(row.value(2).toString());
    token.refreshGeneration = row.value(3).toInt();
    token.createdAt = row.value(4).toLongLong();
    token.expiresAt = row.value(5).toLongLong();
    return token;
}

} // namespace

std::optional<AuthorizationCode> Vault::code(const QByteArray &hash)
{
    return orNothing(
        fetchOne(m_database,
                 u"SELECT hash, grant_id, client_id, redirect_uri, challenge, resources, "
                 "created_at, expires_at, used_at FROM codes WHERE hash = ?"_s,
                 {hash}, readCode));
}

Result<bool> Vault::redeemCode(const QByteArray &codeHash, const AccessToken &access,
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
        if (const Result<> stored = insertAccessToken(access); !stored)
            return stored;
        return saveRefreshState(access.grant, refresh);
    });
    if (!done)
        return fail(done.error());
    return redeemed;
}

std::optional<RefreshState> Vault::refreshState(const GrantId &id)
{
    return orNothing(fetchOne(
        m_database,
        u"SELECT generation, hash, previous_hash, rotated_at, "
        "previous_last_used_at, salt, recent, derived_with FROM refresh_states WHERE grant_id = ?"_s,
        {id.value}, readRefreshState));
}

Result<QSet<int>> Vault::refreshKeysInUse()
{
    const auto numbers = fetchAll(m_database,
                                  u"SELECT generation, derived_with FROM refresh_states "
                                  "WHERE length(previous_hash) > 0"_s,
                                  {}, [](const QSqlQuery &row) {
                                      RefreshState state;
                                      state.derivedWith =
                                          readMarks<DerivationMark>(row.value(1).toString());
                                      return state.keyOf(row.value(0).toInt() - 1);
                                  });
    if (!numbers)
        return fail(numbers.error());
    return QSet<int>(numbers->cbegin(), numbers->cend());
}

Result<> Vault::saveRefreshState(const GrantId &id, const RefreshState &refresh)
{
    const auto saved = m_database.run(
        uR"(INSERT OR REPLACE INTO refresh_states (grant_id, generation, hash, previous_hash, rotated_at,
                previous_last_used_at, salt, recent, derived_with)
            SELECT id, ?, ?, ?, ?, ?, ?, ?, ? FROM grants WHERE id = ? AND revoked_at = 0)"_s,
        {refresh.generation, refresh.hash, refresh.previousHash, refresh.rotatedAt,
         refresh.previousLastUsedAt, refresh.salt, printMarks(refresh.recent),
         printMarks(refresh.derivedWith), id.value});
    if (!saved)
        return fail(saved.error());
    // A refresh that raced with the revocation must not bring the grant's state back.
    if ((*saved)->numRowsAffected() == 0)
        return fail(Error::Kind::NotFound, u"This grant does not exist any more."_s);
    return {};
}

Result<> Vault::rotate(const GrantId &id, const RefreshState &refresh, const AccessToken &access,
                       const AuditPeer &peer)
{
    return transaction([&]() -> Result<> {
        if (const Result<> saved = saveRefreshState(id, refresh); !saved)
            return saved;
        if (const Result<> stored = insertAccessToken(access); !stored)
            return stored;
        const Result<> trimmed =
            change(uR"(DELETE FROM access_tokens WHERE hash IN (SELECT hash FROM access_tokens
                WHERE grant_id = ? ORDER BY rowid DESC LIMIT -1 OFFSET ?))"_s,
                   {id.value, kAccessTokensPerGrant});
        if (!trimmed)
            return trimmed;
        return append(
            {.kind = AuditKind::Refreshed,
             .grant = id,
             .outcome = u"Access token renewed, refresh token number %1"_s.arg(refresh.generation),
             .peer = peer});
    });
}

Result<> Vault::insertAccessToken(const AccessToken &token)
{
    return change(
        uR"(INSERT INTO access_tokens (hash, grant_id, resources, refresh_generation, created_at,
                          expires_at, boot, issued) VALUES (?, ?, ?, ?, ?, ?, ?, ?))"_s,
        {token.hash, token.grant.value, column::fromList(token.resources), token.refreshGeneration,
         token.createdAt, token.expiresAt, ClockWatch::boot(), m_clock->monotonic()});
}

QList<AccessToken> Vault::accessTokens()
{
    const Millis now = m_clock->monotonic();
    return orNothing(fetchAll(
        m_database,
        uR"(SELECT t.hash, t.grant_id, t.resources, t.refresh_generation, t.created_at, t.expires_at,
                t.boot, t.issued
            FROM access_tokens t JOIN grants g ON g.id = t.grant_id
            WHERE g.revoked_at = 0 ORDER BY t.rowid)"_s,
        {}, [now](const QSqlQuery &row) {
            AccessToken token = readAccessToken(row);
            const QString boot = row.value(6).toString();
            const Millis age = now - row.value(7).toLongLong();
            if (!boot.isEmpty() && boot == ClockWatch::boot() && age >= 0)
                token.age = age;
            return token;
        }));
}

Result<> Vault::removeAccessToken(const QByteArray &hash)
{
    return change(u"DELETE FROM access_tokens WHERE hash = ?"_s, {hash});
}

} // namespace flaredeck::store
