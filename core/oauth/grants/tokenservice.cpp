#include "core/oauth/grants/tokenservice.h"

#include "core/base/crypto.h"
#include "core/base/logging.h"
#include "core/oauth/endpoints/resource.h"
#include "core/oauth/grants/accesstoken.h"
#include "core/oauth/grants/refreshtoken.h"
#include "core/provider/scopes.h"

#include <algorithm>

namespace flaredeck::oauth {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int kKeyRetrySeconds = 5;
constexpr int kSignInRetrySeconds = 60;
constexpr std::size_t kMostGiven = 256;

auto invalidGrant(const QString &cause)
{
    return refuse(400, "invalid_grant", cause);
}

/// RFC 7636 §4.1.
bool isVerifier(const QByteArray &text)
{
    return text.size() >= 43 && text.size() <= 128 &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '-' || c == '.' || c == '_' || c == '~';
           });
}

bool mayRefresh(const store::Client &client)
{
    return client.grantTypes.contains("refresh_token"_L1);
}

} // namespace

TokenService::TokenService(store::Vault &vault, GrantBook &grants, LoginSource &logins,
                           Prompter &person, KeySource key)
    : m_vault(vault)
    , m_grants(grants)
    , m_logins(logins)
    , m_person(person)
    , m_key(std::move(key))
{
}

Result<QByteArray> TokenService::issueCode(const store::Grant &grant,
                                           const AuthorizeRequest &request,
                                           const store::AuditPeer &peer)
{
    const QByteArray clear = "cfl_ac_" + crypto::randomToken();
    const store::AuthorizationCode code{crypto::sha256(clear),
                                        grant.id,
                                        request.client.id,
                                        request.redirectUri,
                                        request.challenge,
                                        request.resources,
                                        grant.createdAt,
                                        grant.createdAt + GrantBook::kCollectWithin,
                                        0};
    if (const auto stored = m_grants.add(grant, code, peer, request.requester.inWords()); !stored)
        return fail(stored.error());
    return clear;
}

Result<> TokenService::give(const store::Grant &grant, const store::AuditPeer &peer,
                            const QString &asker)
{
    // Redeemed in the same breath, so that it is stored like any other that its client holds.
    store::AuthorizationCode code;
    code.hash = crypto::sha256(crypto::randomToken());
    code.grant = grant.id;
    code.client = grant.client;
    code.resources = grant.resources;
    code.createdAt = grant.createdAt;
    code.expiresAt = grant.createdAt + GrantBook::kCollectWithin;
    if (const auto stored = m_grants.add(grant, code, peer, asker); !stored)
        return stored;
    const auto live = m_grants.find(grant.id);
    const RefreshToken first = RefreshToken::first(grant.id);
    QByteArray clear;
    const auto redeemed =
        m_vault.tokens.redeem(code.hash, newAccess(*live, grant.resources, first.generation, clear),
                              {.grant = grant.id,
                               .generation = first.generation,
                               .hash = first.hash(),
                               .rotatedAt = m_grants.time().steady()},
                              m_grants.time().wall());
    if (!redeemed)
        return fail(redeemed.error());
    m_grants.collected(grant.id);
    return {};
}

Answer<TokenService::Tokens> TokenService::redeem(const CodeExchange &exchange)
{
    const QByteArray hash = crypto::sha256(exchange.code);
    const auto code = m_vault.tokens.code(hash);
    if (!code)
        return invalidGrant(u"The authorization code is unknown."_s);
    const auto resources = checkCode(exchange, *code);
    if (!resources)
        return refuse(resources.error());
    const auto live = m_grants.find(code->grant);
    if (!live)
        return invalidGrant(
            u"The authorization code has expired, or its permission has been withdrawn."_s);

    const RefreshToken first = RefreshToken::first(code->grant);
    const store::RefreshState state{.grant = code->grant,
                                    .generation = first.generation,
                                    .hash = first.hash(),
                                    .rotatedAt = m_grants.time().steady()};
    QByteArray clear;
    const auto access = newAccess(*live, *resources, first.generation, clear);
    const auto redeemed = m_vault.tokens.redeem(hash, access, state, m_grants.time().wall());
    if (!redeemed)
        return refuse(oautherror::from(redeemed.error()));
    if (!*redeemed) {
        endReplayed(code->grant, u"Its authorization code was used twice"_s, exchange.peer);
        return invalidGrant(u"The authorization code has been used before."_s);
    }

    m_grants.addToken(access);
    const Tokens tokens = answer(live->grant, access, clear,
                                 mayRefresh(exchange.client) ? first.print() : QByteArray());
    m_grants.collected(code->grant);
    return tokens;
}

/// The order matters: a wrong client learns nothing and changes nothing, the right client's second
/// use of a code ends the grant, and a wrong resource leaves the code usable.
Answer<QStringList> TokenService::checkCode(const CodeExchange &exchange,
                                            const store::AuthorizationCode &code)
{
    if (code.client != exchange.client.id)
        return invalidGrant(u"The authorization code belongs to another client."_s);
    if (code.usedAt > 0) {
        endReplayed(code.grant, u"Its authorization code was used twice"_s, exchange.peer);
        return invalidGrant(u"The authorization code has been used before."_s);
    }
    if (exchange.redirectUri && *exchange.redirectUri != code.redirectUri)
        return invalidGrant(u"redirect_uri differs from the one of the authorization request."_s);
    if (!isVerifier(exchange.verifier) ||
        !crypto::equalInConstantTime(crypto::pkceChallenge(exchange.verifier), code.challenge))
        return invalidGrant(u"code_verifier does not belong to this code."_s);
    auto resources = resource::narrowed(exchange.resources, code.resources);
    if (!resources)
        return refuse(400, "invalid_target", u"The code was not issued for this resource."_s);
    return *std::move(resources);
}

Answer<TokenService::Tokens> TokenService::refresh(const Refresh &request)
{
    const auto presented = RefreshToken::parse(request.token);
    const auto live = presented ? m_grants.find(presented->grant) : nullptr;
    if (!live || live->grant.client != request.client.id)
        return invalidGrant(u"The refresh token is unknown, expired or revoked."_s);
    auto state = m_vault.tokens.refreshState(presented->grant);
    if (!state)
        return invalidGrant(u"The refresh token is unknown, expired or revoked."_s);
    const Secret key = m_key();
    if (key.isEmpty())
        return refuse({503, "temporarily_unavailable",
                       u"The keychain of this computer is not open yet."_s, kKeyRetrySeconds});

    const Rotation rotation = verdict(*presented, *state, live->usedGeneration);
    if (rotation == Rotation::Replay) {
        endReplayed(presented->grant, u"A refresh token that had been replaced was used again"_s,
                    request.peer);
        return invalidGrant(
            u"The refresh token was replaced before, so the permission has ended."_s);
    }
    if (rotation == Rotation::Refuse)
        return invalidGrant(u"The refresh token is unknown, expired or revoked."_s);

    const auto resources = resource::narrowed(request.resources, live->grant.resources);
    if (!resources)
        return refuse(400, "invalid_target", u"The grant does not cover this resource."_s);
    if (request.scope && !request.scope->trimmed().isEmpty()) {
        const QStringList names = request.scope->split(u' ', Qt::SkipEmptyParts);
        const bool any = std::any_of(names.begin(), names.end(), [&live](const QString &name) {
            return live->grant.scopes.contains(name);
        });
        if (!any)
            return refuse(400, "invalid_scope", u"The grant holds none of these scopes."_s);
    }
    const auto login = m_logins.find(live->grant.login);
    // invalid_grant would make the client throw away tokens that the next run can serve.
    if (login && login->suspended)
        return refuse({503, "temporarily_unavailable",
                       u"The Cloudflare sign-in behind this permission is not available in this "
                       "session. The user must sign in to Cloudflare in Flaredeck."_s,
                       kSignInRetrySeconds});
    if (!login || !login->usable)
        return invalidGrant(u"The Cloudflare sign-in behind this permission has ended."_s);

    const Millis now = m_grants.time().steady();
    RefreshToken next{presented->grant, state->generation, crypto::randomToken()};
    if (rotation == Rotation::Advance) {
        ++next.generation;
        *state = {.grant = next.grant,
                  .generation = next.generation,
                  .previousHash = state->hash,
                  .rotatedAt = now};
    } else if (const auto successor = store::Tokens::openSuccessor(key, *state)) {
        next.secret = *successor;
        if (const auto repeated = repeat(*live, next, *resources, request.peer))
            return *repeated;
    } // otherwise its key is lost, and another token takes its place
    if (next.hash() != state->hash) {
        state->hash = next.hash();
        state->successor = store::Tokens::sealSuccessor(key, *state, next.secret);
    }
    if (rotation == Rotation::RepeatLate)
        state->previousLastUsedAt = now;

    QByteArray clear;
    const auto access = newAccess(*live, *resources, state->generation, clear);
    if (const auto stored = m_vault.tokens.rotate(*state, access, request.peer); !stored)
        return refuse(oautherror::from(stored.error()));
    if (rotation == Rotation::Advance)
        m_unretired.insert(presented->grant);
    m_grants.addToken(access);
    keepGiven(access, clear, request.peer.program);
    return answer(live->grant, access, clear, next.print());
}

Rotation TokenService::verdict(const RefreshToken &presented, const store::RefreshState &state,
                               int usedGeneration)
{
    return judge(presented, state,
                 m_vault.tokens.replacedToken(presented.grant, presented.generation),
                 {usedGeneration, m_grants.time().steady(), m_grants.time().startedAt()});
}

/// Were each of many refreshes at once answered by an access token of its own, there would be more
/// than a grant may have, and the first of them would be dead before they arrive.
std::optional<TokenService::Tokens> TokenService::repeat(const GrantBook::Live &live,
                                                         const RefreshToken &current,
                                                         const QStringList &resources,
                                                         const store::AuditPeer &peer)
{
    forgetGiven();
    const auto given = std::find_if(m_given.rbegin(), m_given.rend(), [&](const Given &one) {
        return one.token.grant == current.grant &&
               one.token.refreshGeneration == current.generation &&
               one.token.resources == resources;
    });
    if (given == m_given.rend() || !m_grants.findToken(given->token.hash))
        return std::nullopt; // or it was given back
    const store::AuditEvent event{.kind = store::AuditKind::Refreshed,
                                  .grant = current.grant,
                                  .outcome = u"The same tokens once more, refresh token number "
                                             "%1"_s.arg(current.generation),
                                  .peer = peer};
    // Another program that comes with the same token is told of for certain.
    if (peer.program != given->program) {
        if (const auto recorded = m_vault.audit.record(event); !recorded)
            return std::nullopt;
    } else {
        m_vault.audit.note(event);
    }
    Tokens tokens = answer(live.grant, given->token, given->access.reveal(), current.print());
    tokens.expiresInSeconds -= (m_grants.time().steady() - given->at) / 1000;
    return tokens;
}

void TokenService::keepGiven(const store::AccessToken &access, const QByteArray &clear,
                             const QString &program)
{
    forgetGiven();
    if (m_given.size() >= kMostGiven)
        m_given.erase(m_given.begin());
    // A copy of its own, which is wiped without touching the answer.
    m_given.push_back({access, Secret(QByteArray(clear.constData(), clear.size())), program,
                       m_grants.time().steady()});
}

void TokenService::forgetGiven()
{
    std::erase_if(m_given, [now = m_grants.time().steady()](const Given &given) {
        return now - given.at >= kRetirementDelay;
    });
}

bool TokenService::knowsCode(const ClientId &client, const QByteArray &code)
{
    const auto known = m_vault.tokens.code(crypto::sha256(code));
    return known && known->client == client;
}

bool TokenService::knowsRefreshToken(const ClientId &client, const QByteArray &token)
{
    const auto presented = RefreshToken::parse(token);
    const auto live = presented ? m_grants.known(presented->grant) : nullptr;
    if (!live || live->grant.client != client)
        return false;
    const auto state = m_vault.tokens.refreshState(presented->grant);
    return state && verdict(*presented, *state, live->usedGeneration) != Rotation::Refuse;
}

Result<> TokenService::revoke(const ClientId &client, const QByteArray &token)
{
    const QByteArray hash = crypto::sha256(token);
    if (const GrantBook::Token *access = m_grants.findToken(hash)) {
        return access->live->grant.client == client ? m_grants.removeToken(hash) : Result<>();
    }
    const auto refresh = RefreshToken::parse(token);
    const auto live = refresh ? m_grants.known(refresh->grant) : nullptr;
    const auto state = live ? m_vault.tokens.refreshState(refresh->grant) : std::nullopt;
    if (!state || live->grant.client != client)
        return {};
    if (verdict(*refresh, *state, live->usedGeneration) == Rotation::Refuse)
        return {};
    return m_grants.revoke(refresh->grant, u"The client gave it back"_s);
}

void TokenService::retireUsed()
{
    forgetGiven();
    m_unretired.removeIf([this](const GrantId &id) {
        const auto live = m_grants.known(id);
        auto state = live ? m_vault.tokens.refreshState(id) : std::nullopt;
        if (!state)
            return true;
        if (live->usedGeneration < state->generation ||
            m_grants.time().steady() - state->rotatedAt < kRetirementDelay)
            return false;
        state->successor.clear();
        if (const auto saved = m_vault.tokens.save(*state); !saved)
            qCWarning(lcOAuth).noquote() << "cannot retire a token:" << saved.error().text();
        return true;
    });
}

store::AccessToken TokenService::newAccess(const GrantBook::Live &live,
                                           const QStringList &resources, int refreshGeneration,
                                           QByteArray &clear) const
{
    clear = accesstoken::create();
    const Millis now = m_grants.time().wall();
    Millis lifetime = kAccessLifetime;
    if (live.endsAt > 0)
        lifetime = std::min(
            {lifetime, live.endsAt - m_grants.time().steady(), live.grant.expiresAt - now});
    return {crypto::sha256(clear), live.grant.id, resources,
            refreshGeneration,     now,           now + lifetime};
}

TokenService::Tokens TokenService::answer(const store::Grant &grant,
                                          const store::AccessToken &access, const QByteArray &clear,
                                          const QByteArray &refresh) const
{
    return {clear, refresh, (access.expiresAt - access.createdAt) / 1000, grant.scopes,
            access.resources};
}

void TokenService::endReplayed(const GrantId &id, const QString &what, const store::AuditPeer &peer)
{
    qCWarning(lcOAuth).noquote() << "grant" << id.value << "ends:" << what;
    const store::AuditEvent replay{
        .kind = store::AuditKind::ReplayDetected, .grant = id, .outcome = what, .peer = peer};
    const auto live = m_grants.known(id);
    if (!live) {
        m_vault.audit.note(replay);
        return;
    }
    const QString client = live->caller->clientName;
    if (const auto ended = m_grants.revoke(id, what, replay); !ended)
        qCWarning(lcOAuth).noquote() << "cannot end the grant:" << ended.error().text();
    warnOfReplay(client, what, peer);
}

void TokenService::warnOfReplay(const QString &client, const QString &what,
                                const store::AuditPeer &peer) const
{
    const QString by =
        peer.program.isEmpty()
            ? QString()
            : u" It was %1 (process %2) that presented it."_s.arg(peer.program).arg(peer.pid);
    m_person.warn(
        u"The access of %1 has ended"_s.arg(client.isEmpty() ? u"a client without a name"_s
                                                             : client),
        what + u'.' + by +
            u" Somebody may have copied it, or the client went back to an old one. If you do not "
            "know that program, end it. Let the client ask you again when you want to go on."_s);
}

} // namespace flaredeck::oauth
