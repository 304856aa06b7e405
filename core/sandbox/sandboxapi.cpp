#include "core/sandbox/sandboxapi.h"

#include "core/sandbox/inventory.h"
#include "core/sandbox/responses.h"
#include "core/sandbox/sandbox.h"

#include <QDateTime>
#include <QRegularExpression>

using namespace Qt::StringLiterals;

namespace flaredeck::sandbox {

namespace {

const QByteArray kPrefix = QByteArrayLiteral("/client/v4/");
const QStringList kVerifyPath{u"tokens"_s, u"verify"_s};
const QStringList kTelemetryPath{u"workers"_s, u"observability"_s, u"telemetry"_s};

QStringList segmentsOf(const QByteArray &path)
{
    QStringList segments;
    for (const QByteArray &part : path.split('/'))
        segments << QString::fromUtf8(QByteArray::fromPercentEncoding(part));
    return segments;
}

http::Response fromResult(const Result<Json> &result)
{
    if (result)
        return envelope::success(*result);
    switch (result.error().kind) {
    case Error::Kind::InvalidInput:
        return envelope::badRequest(result.error().message);
    case Error::Kind::NotFound:
        return envelope::failure(404, 10007, result.error().message);
    default:
        return envelope::serverError();
    }
}

} // namespace

SandboxApi::SandboxApi(const TokenBook &tokens, const Clock &clock, Collections collections)
    : m_tokens(tokens)
    , m_collections(std::move(collections))
    , m_telemetry(clock, [](Millis now) { return generateEvents(now, Sandbox::kEvents); })
    , m_graphql(clock)
{
}

QByteArray SandboxApi::bearerOf(const http::Request &request)
{
    const QByteArray header = request.headers.value("Authorization");
    constexpr int kSchemeLength = 7; // "Bearer "
    return header.left(kSchemeLength).compare("Bearer ", Qt::CaseInsensitive) == 0
               ? header.mid(kSchemeLength).trimmed()
               : QByteArray();
}

http::Response SandboxApi::handle(const http::Request &request)
{
    const Agreement *bearer = m_tokens.bearer(bearerOf(request));
    if (!bearer)
        return envelope::unauthenticated();

    const QStringList path = segmentsOf(request.path.mid(kPrefix.size()));
    if (path.size() > 2 && path.first() == "accounts"_L1) {
        static const QRegularExpression id(u"\\A[0-9a-f]{32}\\z"_s);
        if (!id.match(path[1]).hasMatch())
            return envelope::failure(
                404, 7003,
                u"Could not route to %1, perhaps your object identifier is invalid?"_s.arg(
                    QString::fromUtf8(request.path)));
        // An account that the person did not choose looks like a missing one.
        if (!bearer->accounts.contains(path[1]))
            return envelope::forbidden();
        if (path.size() == 4 && path.mid(2) == kVerifyPath)
            return verify(request, true);
        if (path.size() == 6 && path.mid(2, 3) == kTelemetryPath)
            return telemetry(request, *bearer, path[1], path[5]);
    }
    if (path.size() == 3 && path.first() == "user"_L1 && path.mid(1) == kVerifyPath)
        return verify(request, false);
    if (path == QStringList{u"graphql"_s} && request.method == http::Method::Post) {
        return bearer->has(u"analytics.read"_s) ? m_graphql.answer(request) : envelope::forbidden();
    }
    return m_collections.handle(request, path, *bearer);
}

http::Response SandboxApi::site(const http::Request &request)
{
    if (request.headers.contains("Authorization"))
        return envelope::badRequest(u"A public site must not be sent a credential"_s);
    return m_collections.handle(request, segmentsOf(request.path.mid(1)), {});
}

http::Response SandboxApi::verify(const http::Request &request, bool ofAccount) const
{
    if (request.method != http::Method::Get)
        return envelope::wrongMethod();
    // Each endpoint knows the tokens of its own kind only.
    if (ofAccount != bearerOf(request).startsWith("cfat_"))
        return envelope::failure(401, 1000, u"Invalid API Token"_s);
    Json result{{"id", "ed17574386854bf78a67040be0a770b0"}, {"status", "active"}};
    if (const Millis end = m_tokens.endOfApiToken(bearerOf(request)); end > 0)
        result["expires_on"] =
            QDateTime::fromMSecsSinceEpoch(end).toUTC().toString(Qt::ISODate).toStdString();
    return envelope::success(result);
}

http::Response SandboxApi::telemetry(const http::Request &request, const Agreement &bearer,
                                     const QString &account, const QString &verb)
{
    if (request.method != http::Method::Post)
        return envelope::wrongMethod();
    if (!bearer.has(u"workers-observability.read"_s))
        return envelope::forbidden();
    const Result<Json> body = json::parse(request.body);
    if (!body || !body->is_object())
        return envelope::badRequest(u"The body must be a JSON object"_s);
    if (verb == "query"_L1)
        return fromResult(m_telemetry.query(account, *body));
    if (verb == "keys"_L1)
        return fromResult(m_telemetry.keys(account, *body));
    return verb == "values"_L1 ? fromResult(m_telemetry.values(account, *body))
                               : envelope::noRoute();
}

} // namespace flaredeck::sandbox
