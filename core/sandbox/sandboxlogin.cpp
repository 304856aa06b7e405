#include "core/sandbox/sandboxlogin.h"

#include "core/base/crypto.h"
#include "core/sandbox/pages.h"

using namespace Qt::StringLiterals;

namespace flaredeck::sandbox {

namespace {

constexpr Millis kFlowMillis = 10LL * 60 * 1000;
constexpr qsizetype kMaxFlows = 100;
// Cloudflare refuses very short states as well.
constexpr qsizetype kMinStateLength = 8;

http::Response redirect(int status, const QString &redirectUri,
                        const QList<std::pair<QByteArray, QString>> &parameters)
{
    QByteArray location = redirectUri.toUtf8();
    char separator = '?';
    for (const auto &[name, value] : parameters) {
        if (value.isEmpty())
            continue;
        location += separator + name + '=' + http::encodeComponent(value);
        separator = '&';
    }
    return http::Response::empty(status, {{"Location", location}, {"Cache-Control", "no-store"}});
}

QStringList allAccountIds()
{
    QStringList ids;
    for (const inventory::Account &account : inventory::accounts())
        ids << account.id;
    return ids;
}

QList<inventory::UpstreamScope> described(const QStringList &scopes)
{
    QList<inventory::UpstreamScope> infos;
    for (const QString &id : scopes) {
        if (const inventory::UpstreamScope *scope = inventory::findScope(id))
            infos << *scope;
    }
    return infos;
}

http::Response wrongMethod(const QByteArray &allowed)
{
    return http::Response::text(405, "Use " + allowed + ".\n", {{"Allow", allowed}});
}

http::Response flowIsOver()
{
    return pages::problem(u"This sign-in is over"_s,
                          u"It took longer than ten minutes or was finished before. Start again "
                          "from the app."_s);
}

} // namespace

SandboxLogin::SandboxLogin(TokenBook &tokens, const Clock &clock, bool autoApprove)
    : m_tokens(tokens)
    , m_clock(clock)
    , m_autoApprove(autoApprove)
{
}

http::Response SandboxLogin::authorize(const http::Request &request)
{
    if (request.method != http::Method::Get)
        return wrongMethod("GET");
    const http::Form query = http::Form::parse(request.query);
    const OAuthClient *client = oauthclients::find(query.value("client_id").value_or(QString()));
    if (!client)
        return pages::problem(u"Unknown client"_s,
                              u"No OAuth client with this client_id is registered here."_s);
    const QString redirectUri = query.value("redirect_uri").value_or(QString());
    if (!oauthclients::mayRedirectTo(redirectUri))
        return pages::problem(u"Wrong redirect address"_s,
                              u"The redirect_uri is not registered for this client."_s);

    auto checked = check(query, *client);
    if (!checked)
        return redirectWithError(302, redirectUri, query.value("state").value_or(QString()),
                                 checked.error());
    Flow flow = std::move(*checked);
    // OpenID Connect Core §3.1.2.1: the request demands that the person is asked.
    if (m_autoApprove && query.value("prompt") != u"consent"_s)
        return redirectWithCode(302, flow, flow.scopes, allAccountIds());

    const Millis now = m_clock.now();
    m_flows.removeIf([now](const auto &entry) { return entry.value().expiresAt <= now; });
    if (m_flows.size() >= kMaxFlows)
        m_flows.clear();
    flow.expiresAt = now + kFlowMillis;
    const QString id = crypto::randomId();
    m_flows.insert(id, flow);
    return pages::signIn(id, client->name);
}

tl::expected<SandboxLogin::Flow, SandboxLogin::Refusal>
SandboxLogin::check(const http::Form &query, const OAuthClient &client)
{
    const auto refuse = [](const QString &error, const QString &description) {
        return tl::unexpected<Refusal>(Refusal{error, description});
    };
    Flow flow;
    flow.client = &client;
    flow.redirectUri = query.value("redirect_uri").value_or(QString());
    flow.state = query.value("state").value_or(QString());
    flow.challenge = query.value("code_challenge").value_or(QString()).toLatin1();
    flow.scopes = query.value("scope").value_or(QString()).split(u' ', Qt::SkipEmptyParts);
    flow.scopes.removeDuplicates();

    if (!query.repeated().isEmpty())
        return refuse(u"invalid_request"_s, u"A parameter occurs more than once"_s);
    if (query.value("response_type") != u"code"_s)
        return refuse(u"unsupported_response_type"_s, u"response_type must be code"_s);
    if (flow.state.size() < kMinStateLength)
        return refuse(u"invalid_state"_s, u"The state is missing or too short"_s);
    if (flow.challenge.isEmpty() && client.isPublic())
        return refuse(u"invalid_request"_s, u"This client must use PKCE"_s);
    if (!flow.challenge.isEmpty() && query.value("code_challenge_method") != u"S256"_s)
        return refuse(u"invalid_request"_s, u"code_challenge_method must be S256"_s);
    for (const QString &scope : flow.scopes) {
        if (!inventory::findScope(scope))
            return refuse(u"invalid_scope"_s,
                          u"The client is not allowed to request scope '%1'"_s.arg(scope));
    }
    return flow;
}

http::Response SandboxLogin::signIn(const http::Request &request)
{
    if (request.method != http::Method::Post)
        return wrongMethod("POST");
    const http::Form form = http::Form::parse(request.body);
    Flow *flow = find(form);
    if (!flow)
        return flowIsOver();
    const QString id = form.value("flow").value_or(QString());
    const QString email = form.value("email").value_or(QString()).trimmed();
    if (email.compare(inventory::userEmail(), Qt::CaseInsensitive) != 0)
        return pages::signIn(id, flow->client->name,
                             u"Only %1 is known here."_s.arg(inventory::userEmail()));
    flow->signedIn = true;
    return pages::consent(
        {id, flow->client->name, described(flow->scopes), allAccountIds(), flow->scopes, {}});
}

http::Response SandboxLogin::consent(const http::Request &request)
{
    if (request.method != http::Method::Post)
        return wrongMethod("POST");
    const http::Form form = http::Form::parse(request.body);
    Flow *found = find(form);
    if (!found || !found->signedIn)
        return flowIsOver();
    const QString id = form.value("flow").value_or(QString());

    if (form.value("decision") != u"allow"_s) {
        const Flow flow = m_flows.take(id);
        return redirectWithError(303, flow.redirectUri, flow.state,
                                 {u"access_denied"_s, u"The resource owner denied the request"_s});
    }

    QStringList accounts;
    for (const QString &account : form.values("account")) {
        if (inventory::findAccount(account) && !accounts.contains(account))
            accounts << account;
    }
    const QStringList ticked = form.values("scope");
    QStringList scopes;
    for (const inventory::UpstreamScope &scope : described(found->scopes)) {
        if (!scope.optional || ticked.contains(scope.id))
            scopes << scope.id;
    }
    if (accounts.isEmpty() || scopes.isEmpty())
        return pages::consent({id, found->client->name, described(found->scopes), accounts, ticked,
                               accounts.isEmpty() ? u"Choose at least one account."_s
                                                  : u"Choose at least one permission."_s});

    const Flow flow = m_flows.take(id);
    return redirectWithCode(303, flow, scopes, accounts);
}

SandboxLogin::Flow *SandboxLogin::find(const http::Form &form)
{
    const auto found = m_flows.find(form.value("flow").value_or(QString()));
    return found == m_flows.end() || found->expiresAt <= m_clock.now() ? nullptr : &*found;
}

http::Response SandboxLogin::redirectWithCode(int status, const Flow &flow,
                                              const QStringList &scopes,
                                              const QStringList &accounts)
{
    const QByteArray code =
        m_tokens.issueCode({flow.client->id, scopes, accounts}, {flow.redirectUri, flow.challenge});
    return redirect(
        status, flow.redirectUri,
        {{"code", QString::fromLatin1(code)}, {"scope", scopes.join(u' ')}, {"state", flow.state}});
}

http::Response SandboxLogin::redirectWithError(int status, const QString &redirectUri,
                                               const QString &state, const Refusal &refusal)
{
    return redirect(
        status, redirectUri,
        {{"error", refusal.error}, {"error_description", refusal.description}, {"state", state}});
}

} // namespace flaredeck::sandbox
