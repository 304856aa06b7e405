#include "core/sandbox/sandboxapi.h"

#include "core/sandbox/envelope.h"
#include "core/sandbox/sandbox.h"

#include <QDateTime>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace flaredeck::sandbox {

namespace {

constexpr Millis kDay = 24LL * 60 * 60 * 1000;
const QByteArray kPrefix = QByteArrayLiteral("/client/v4/");

bool has(const Agreement &bearer, QLatin1StringView scope)
{
    if (bearer.scopes.contains(scope))
        return true;
    const auto read = ".read"_L1;
    return scope.endsWith(read) &&
           bearer.scopes.contains(QString(scope).chopped(read.size()) + ".write"_L1);
}

bool looksLikeAccountId(const QString &id)
{
    return id.size() == 32 && std::all_of(id.begin(), id.end(), [](QChar c) {
               return (c >= u'0' && c <= u'9') || (c >= u'a' && c <= u'f');
           });
}

Json toJson(const Account &account, const QString &createdOn)
{
    return {{"id", account.id},
            {"name", account.name},
            {"type", "standard"},
            {"created_on", createdOn},
            {"settings", {{"enforce_twofactor", false}, {"abuse_contact_email", nullptr}}}};
}

QStringList handlersOf(Trigger trigger)
{
    switch (trigger) {
    case Trigger::Fetch:
        return {u"fetch"_s};
    case Trigger::Cron:
        return {u"scheduled"_s};
    case Trigger::Queue:
        return {u"queue"_s};
    }
    return {};
}

Json user()
{
    return {{"id", inventory::kUserId},
            {"email", inventory::kUserEmail},
            {"first_name", "Demo"},
            {"last_name", "Person"},
            {"telephone", nullptr},
            {"country", nullptr},
            {"zipcode", nullptr},
            {"suspended", false},
            {"two_factor_authentication_enabled", false},
            {"two_factor_authentication_locked", false},
            {"has_pro_zones", false},
            {"has_business_zones", false},
            {"has_enterprise_zones", false},
            {"betas", Json::array()},
            {"organizations", Json::array()}};
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

SandboxApi::SandboxApi(const TokenBook &tokens, const Clock &clock)
    : m_tokens(tokens)
    , m_startedAt(clock.now())
    , m_telemetry(clock, [](Millis now) { return generateEvents(now, Sandbox::kEvents); })
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

    QStringList segments;
    for (const QByteArray &segment : request.path.mid(kPrefix.size()).split('/'))
        segments << QString::fromUtf8(QByteArray::fromPercentEncoding(segment));
    const bool isGet = request.method == http::Method::Get;

    if (segments == QStringList{u"user"_s}) {
        if (!isGet)
            return envelope::wrongMethod();
        return has(*bearer, "user-details.read"_L1) ? envelope::success(user())
                                                    : envelope::forbidden();
    }
    if (segments == QStringList{u"user"_s, u"tokens"_s, u"verify"_s}) {
        if (!isGet)
            return envelope::wrongMethod();
        return envelope::success({{"id", inventory::kUserId}, {"status", "active"}});
    }
    if (segments == QStringList{u"accounts"_s})
        return isGet ? accounts(request, *bearer) : envelope::wrongMethod();
    if (segments.size() > 2 && segments.first() == "accounts"_L1) {
        if (!looksLikeAccountId(segments[1]))
            return envelope::failure(
                404, 7003,
                u"Could not route to %1, perhaps your object identifier is invalid?"_s.arg(
                    QString::fromUtf8(request.path)));
        // An account that the person did not choose looks like one that does not exist.
        const Account *account = inventory::findAccount(segments[1]);
        if (!account || !bearer->accounts.contains(account->id))
            return envelope::forbidden();
        return inAccount(request, *bearer, *account, segments.mid(2));
    }
    return envelope::noRoute();
}

http::Response SandboxApi::accounts(const http::Request &request, const Agreement &bearer) const
{
    if (!has(bearer, "account-settings.read"_L1))
        return envelope::forbidden();
    const http::Form query = http::Form::parse(request.query);
    const auto number = [&query](const char *name, int fallback) {
        const auto text = query.value(name);
        return text ? text->toInt() : fallback; // 0 when it is no number: refused below
    };
    const int page = number("page", 1);
    const int perPage = number("per_page", 20);
    if (page < 1 || perPage < 1 || perPage > 50)
        return envelope::badRequest(u"page must be at least 1 and per_page from 1 to 50"_s);

    QList<const Account *> reachable;
    const QString name = query.value("name").value_or(QString());
    for (const Account &account : inventory::accounts()) {
        if (bearer.accounts.contains(account.id) &&
            account.name.contains(name, Qt::CaseInsensitive))
            reachable << &account;
    }
    if (query.value("direction") == u"desc"_s)
        std::reverse(reachable.begin(), reachable.end());

    const auto onPage = reachable.mid(qsizetype(page - 1) * perPage, perPage);
    Json list = Json::array();
    for (const Account *account : onPage)
        list.push_back(toJson(*account, daysAgo(account->createdDaysAgo)));
    return envelope::success(list, {{"page", page},
                                    {"per_page", perPage},
                                    {"count", onPage.size()},
                                    {"total_count", reachable.size()},
                                    {"total_pages", (reachable.size() + perPage - 1) / perPage}});
}

http::Response SandboxApi::inAccount(const http::Request &request, const Agreement &bearer,
                                     const Account &account, const QStringList &rest)
{
    if (rest.first() != "workers"_L1)
        return envelope::noRoute();
    const bool isGet = request.method == http::Method::Get;
    const QString kind = rest.value(1);

    if ((kind == "scripts"_L1 && rest.size() <= 3) || (kind == "services"_L1 && rest.size() == 3)) {
        if (!isGet)
            return envelope::wrongMethod();
        if (!has(bearer, "workers-scripts.read"_L1))
            return envelope::forbidden();
        if (rest.size() == 2)
            return scripts(account);
        const Worker *worker = inventory::findWorker(account, rest[2]);
        if (!worker)
            return envelope::failure(404, 10007, u"This Worker does not exist on your account."_s);
        if (kind == "services"_L1)
            return service(*worker);
        http::Response script = http::Response::text(200, worker->source.toUtf8());
        script.headers.set("Content-Type", "application/javascript");
        return script;
    }
    if (kind == "observability"_L1 && rest.size() == 4 && rest[2] == "telemetry"_L1) {
        if (request.method != http::Method::Post)
            return envelope::wrongMethod();
        if (!has(bearer, "workers-observability.read"_L1))
            return envelope::forbidden();
        return telemetry(request, account, rest[3]);
    }
    return envelope::noRoute();
}

http::Response SandboxApi::scripts(const Account &account) const
{
    Json list = Json::array();
    for (const Worker &worker : account.workers) {
        list.push_back({{"id", worker.name},
                        {"tag", worker.tag},
                        {"tags", nullptr},
                        {"etag", worker.tag + worker.tag},
                        {"created_on", daysAgo(worker.createdDaysAgo)},
                        {"modified_on", daysAgo(worker.modifiedDaysAgo)},
                        {"has_assets", false},
                        {"has_modules", true},
                        {"logpush", false},
                        {"handlers", handlersOf(worker.trigger)},
                        {"compatibility_date", "2025-09-01"},
                        {"compatibility_flags", Json::array()},
                        {"last_deployed_from", "wrangler"},
                        {"usage_model", "standard"},
                        {"observability", {{"enabled", true}, {"head_sampling_rate", 1}}},
                        {"placement", Json::object()},
                        {"tail_consumers", nullptr}});
    }
    return envelope::success(list);
}

http::Response SandboxApi::service(const Worker &worker) const
{
    const QString created = daysAgo(worker.createdDaysAgo);
    const QString modified = daysAgo(worker.modifiedDaysAgo);
    const Json script{{"id", worker.name}, {"created_on", created}, {"modified_on", modified}};
    return envelope::success({{"id", worker.name},
                              {"created_on", created},
                              {"modified_on", modified},
                              {"default_environment",
                               {{"environment", "production"},
                                {"script_tag", worker.tag},
                                {"created_on", created},
                                {"modified_on", modified},
                                {"script", script}}}});
}

http::Response SandboxApi::telemetry(const http::Request &request, const Account &account,
                                     const QString &verb)
{
    if (verb != "query"_L1 && verb != "keys"_L1 && verb != "values"_L1)
        return envelope::noRoute();
    const Result<Json> body = json::parse(request.body);
    if (!body || !body->is_object())
        return envelope::badRequest(u"The body must be a JSON object"_s);
    if (verb == "keys"_L1)
        return fromResult(m_telemetry.keys(account.id, *body));
    if (verb == "values"_L1)
        return fromResult(m_telemetry.values(account.id, *body));
    return fromResult(m_telemetry.query(account.id, *body));
}

QString SandboxApi::daysAgo(int days) const
{
    return QDateTime::fromMSecsSinceEpoch(m_startedAt - days * kDay)
        .toUTC()
        .toString(Qt::ISODateWithMs);
}

} // namespace flaredeck::sandbox
