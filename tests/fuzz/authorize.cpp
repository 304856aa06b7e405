#include "core/http/httpmessage.h"
#include "core/oauth/clients/redirecturi.h"
#include "core/oauth/consent/authorizerequest.h"
#include "core/oauth/endpoints/resource.h"
#include "core/provider/scopes.h"
#include "tests/fuzz/fuzztarget.h"

#include <algorithm>

using namespace flaredeck;
using namespace flaredeck::oauth;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr quint16 kServerPort = 8788;
const QByteArray kIssuer = QByteArrayLiteral("http://localhost:8788");

/// "one" has a single web address, "many" one of each kind and one that any port would match.
std::optional<store::Client> findFuzzClient(const ClientId &id)
{
    store::Client client;
    client.id = id;
    if (id.value == u"one"_s)
        client.redirectUris = {u"https://claude.ai/api/mcp/auth_callback"_s};
    else if (id.value == u"many"_s)
        client.redirectUris = {u"http://localhost/cb?x=1"_s, u"http://127.0.0.1:3334/cb"_s,
                               u"http://localhost"_s, u"cursor://a.b/cb"_s,
                               u"com.example.app:/cb"_s};
    else
        return std::nullopt;
    return client;
}

/// RFC 3986 characters only: nothing that ends a header line or hides the host.
bool isPrintableUrl(const QByteArray &url)
{
    return std::all_of(url.begin(), url.end(), [](char c) {
        return c > 0x20 && c < 0x7f && c != '"' && c != '<' && c != '>' && c != '\\';
    });
}

void checkTarget(const QString &uri, const store::Client &client)
{
    MUST(std::any_of(client.redirectUris.begin(), client.redirectUris.end(),
                     [&uri](const QString &known) { return redirecturi::matches(known, uri); }));
    const auto parts = redirecturi::parse(uri);
    MUST(parts && !redirecturi::isOwnOrigin(*parts, kServerPort));
    MUST(!redirecturi::describe(uri).isEmpty());
}

/// The redirect goes to that address and carries these parameters behind its own.
void checkRedirect(const QByteArray &location, const QString &uri, const char *name,
                   const QByteArray &value, const std::optional<QByteArray> &state)
{
    MUST(isPrintableUrl(location));
    MUST(location.startsWith(uri.toUtf8()));
    const QByteArray added = location.mid(uri.toUtf8().size());
    MUST(added.startsWith(uri.contains(u'?') ? '&' : '?'));

    QByteArray readName;
    std::optional<QByteArray> readState;
    for (const QByteArray &field : added.mid(1).split('&')) {
        const qsizetype equals = field.indexOf('=');
        const QByteArray decoded = QByteArray::fromPercentEncoding(field.mid(equals + 1));
        if (field.left(equals) == name)
            readName = decoded;
        else if (field.left(equals) == "state")
            readState = decoded;
        else if (field.left(equals) == "iss")
            MUST(decoded == kIssuer);
    }
    MUST(readName == value);
    MUST(readState == state);
}

void checkAccepted(const AuthorizeRequest &request, const http::Form &form)
{
    checkTarget(request.redirectUri, request.client);
    MUST(request.client.id.value == form.value("client_id"));
    MUST(form.values("client_id").size() == 1 && form.values("state").size() <= 1);
    MUST(form.value("response_type") == u"code"_s);
    MUST(form.value("code_challenge_method") == u"S256"_s);
    MUST(request.challenge.size() == 43);
    MUST(QByteArray::fromBase64Encoding(request.challenge,
                                        QByteArray::Base64UrlEncoding |
                                            QByteArray::AbortOnBase64DecodingErrors));
    MUST(form.contains("state") == request.state.has_value());
    MUST(!request.state || QString::fromUtf8(*request.state) == form.value("state"));
    MUST(request.scopes.contains(scopes::kBaseline));
    for (const QString &scope : request.scopes)
        MUST(scopes::find(scope));
    MUST(!request.resources.isEmpty() && resource::coverOf(request.resources).any());
    MUST(request.isTwinOf(request));
    checkRedirect(codeRedirect(request, "c0de"), request.redirectUri, "code", "c0de",
                  request.state);
}

/// Whatever may be registered is safe to print into a Location header.
void checkRedirectRules(const QString &uri)
{
    const auto parts = redirecturi::parse(uri);
    if (!parts) {
        MUST(!parts.error().message.isEmpty());
        return;
    }
    MUST(isPrintableUrl(uri.toUtf8()) && !uri.contains(u'#'));
    MUST(redirecturi::matches(uri, uri));
    if (parts->kind == redirecturi::Kind::App) {
        MUST(parts->scheme != u"javascript"_s && parts->scheme != u"data"_s &&
             parts->scheme != u"file"_s && parts->scheme != u"http"_s);
        MUST(uri.size() == parts->scheme.size() + 1 + parts->rest.size());
        return;
    }
    MUST(parts->scheme == u"https"_s || parts->kind == redirecturi::Kind::Loopback);
    MUST(!parts->host.contains(u'@') && parts->port >= 0 && parts->port <= 65535);
    MUST(parts->rest.isEmpty() || parts->rest.startsWith(u'/') || parts->rest.startsWith(u'?'));
    // Another port of a loopback address is the same address, another host never.
    const QString port = parts->port > 0 ? u":%1"_s.arg(parts->port) : QString();
    const QString canonical = parts->scheme + u"://"_s + parts->host + port + parts->rest;
    const QString moved = parts->scheme + u"://"_s + parts->host + u":1"_s + parts->rest;
    MUST(redirecturi::parse(canonical));
    const bool isLoopback = parts->kind == redirecturi::Kind::Loopback;
    MUST(redirecturi::matches(uri, moved) == (isLoopback || uri == moved));
    MUST(!redirecturi::matches(uri, parts->scheme + u"://example.org"_s + parts->rest) ||
         parts->host == u"example.org"_s);
}

} // namespace

/// The parameters of /authorize; the value of `redirect_uri` and the input itself as redirect URIs.
FUZZ_TARGET(authorize)
{
    checkRedirectRules(QString::fromUtf8(input));
    const auto form = http::Form::parse(input);
    checkRedirectRules(form.value("redirect_uri").value_or(QString()));

    const auto request = parseAuthorizeRequest(input, kIssuer, kServerPort, findFuzzClient);
    if (request) {
        checkAccepted(*request, form);
        return;
    }
    const AuthorizeRefusal &refusal = request.error();
    MUST(!refusal.code.isEmpty() && !refusal.description.isEmpty());
    if (refusal.redirectUri.isEmpty())
        return;
    const auto client = findFuzzClient({form.value("client_id").value_or(QString())});
    MUST(client);
    checkTarget(refusal.redirectUri, *client);
    checkRedirect(errorRedirect(refusal, kIssuer), refusal.redirectUri, "error", refusal.code,
                  refusal.state);
}
