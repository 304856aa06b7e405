#include "core/sandbox/responses.h"

using namespace Qt::StringLiterals;

namespace flaredeck::sandbox::envelope {

http::Response success(const Json &result, const Json &resultInfo)
{
    Json body{{"success", true},
              {"result", result},
              {"errors", Json::array()},
              {"messages", Json::array()}};
    if (!resultInfo.is_null())
        body["result_info"] = resultInfo;
    return http::Response::json(200, body);
}

http::Response failure(int status, int code, const QString &message, http::Headers headers)
{
    const Json body{{"success", false},
                    {"result", nullptr},
                    {"errors", Json::array({Json{{"code", code}, {"message", message}}})},
                    {"messages", Json::array()}};
    return http::Response::json(status, body, std::move(headers));
}

http::Response badRequest(const QString &message)
{
    return failure(400, 10025, message);
}

http::Response unauthenticated()
{
    return failure(401, 10000, u"Authentication error"_s);
}

// The same code as for 401: Cloudflare does not report what is missing.
http::Response forbidden()
{
    return failure(403, 10000, u"Authentication error"_s);
}

http::Response noRoute()
{
    return failure(404, 7000, u"No route for that URI"_s);
}

http::Response wrongMethod()
{
    return failure(405, 10405, u"Method not allowed for this authentication scheme"_s);
}

http::Response rateLimited(int retryAfterSeconds)
{
    return failure(429, 971, u"Please wait and consider throttling your request speed"_s,
                   {{"Retry-After", QByteArray::number(retryAfterSeconds)}});
}

http::Response serverError()
{
    return failure(500, 10001, u"Internal server error"_s);
}

} // namespace flaredeck::sandbox::envelope
