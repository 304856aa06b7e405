#include "core/providers/cloudflare/envelope.h"

#include "core/base/logging.h"
#include "core/provider/retryafter.h"

namespace flaredeck::cloudflare {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qsizetype kLoggedBytes = 500;

/// What is wrong and who must act, by status. Cloudflare's own text is appended to the message.
struct Meaning {
    Error::Kind kind;
    QString message;
    QString action;
};

Meaning meaningOf(int status)
{
    switch (status) {
    case 400:
    case 422:
        return {Error::Kind::InvalidInput, u"Cloudflare did not accept the request"_s,
                u"Correct the arguments and try again."_s};
    case 401:
        return {Error::Kind::Unauthorized, u"Cloudflare did not accept the sign-in"_s,
                u"The user must sign in to Cloudflare again in Flaredeck."_s};
    case 403:
        return {Error::Kind::Denied, u"Cloudflare refused access"_s,
                u"An administrator of the Cloudflare account must give this sign-in the missing "
                "permission."_s};
    case 404:
        return {Error::Kind::NotFound, u"Cloudflare found nothing there"_s,
                u"Check the name and the account."_s};
    case 429:
        return {Error::Kind::RateLimited, u"Cloudflare is limiting requests"_s,
                u"Wait and try again."_s};
    default:
        break;
    }
    if (status >= 500)
        return {Error::Kind::Upstream, u"Cloudflare has a problem"_s, u"Try again in a minute."_s};
    if (status >= 300)
        return {Error::Kind::Upstream, u"Cloudflare refused the request"_s,
                u"Check the arguments."_s};
    return {Error::Kind::Upstream, u"Cloudflare reported a failure"_s, u"Try again in a minute."_s};
}

bool isWebPage(const http::ClientResponse &response)
{
    return response.headers.value("Content-Type").toLower().startsWith("text/html") ||
           response.body.trimmed().startsWith('<');
}

/// "Authentication error (code 10000); Another (code 7)" of the envelope's `errors`.
QString errorsOf(const QByteArray &body)
{
    const Result<Json> document = json::parse(body);
    const Json *errors = document ? json::find(*document, "errors") : nullptr;
    if (!errors || !errors->is_array())
        return {};
    QStringList parts;
    for (const Json &error : *errors) {
        const QString message = json::stringAt(error, "message").value_or(QString()).simplified();
        const auto code = json::integerAt(error, "code");
        if (message.isEmpty() && !code)
            continue;
        const QString words = message.isEmpty() ? u"no message"_s : message;
        parts << (code ? u"%1 (code %2)"_s.arg(words, QString::number(*code)) : words);
    }
    return parts.join(u"; "_s);
}

QString loggable(const QByteArray &body)
{
    return redact(QString::fromUtf8(body.left(kLoggedBytes)));
}

} // namespace

Error readFailure(const http::ClientResponse &response)
{
    // A bot check or a login page says nothing about the request itself, whatever its status.
    if (response.status < 500 && response.status != 429 && isWebPage(response)) {
        return {Error::Kind::Upstream,
                u"Cloudflare answered with a web page instead of data (HTTP %1)."_s.arg(
                    response.status),
                u"Try again in a minute."_s, loggable(response.body)};
    }

    const Meaning meaning = meaningOf(response.status);
    const QString words = isWebPage(response) ? QString() : errorsOf(response.body);
    Error error{meaning.kind,
                words.isEmpty()
                    ? u"%1 (HTTP %2)."_s.arg(meaning.message, QString::number(response.status))
                    : u"%1: %2."_s.arg(meaning.message, words),
                meaning.action, loggable(response.body)};
    if (response.status == 429) {
        error.retryAfterSeconds =
            provider::retryAfterSeconds(response.headers, Clock::system().now())
                .value_or(provider::kDefaultRetryAfterSeconds);
        error.action = u"Wait %1 s and try again."_s.arg(error.retryAfterSeconds);
    }
    return error;
}

Result<provider::Envelope> readEnvelope(const http::ClientResponse &response)
{
    if (response.status < 200 || response.status > 299)
        return fail(readFailure(response));

    const Result<Json> document = json::parse(response.body);
    if (!document || !json::boolAt(*document, "success")) {
        if (isWebPage(response))
            return fail(readFailure(response));
        return fail({Error::Kind::Upstream, u"Cloudflare's answer is not in the expected form."_s,
                     u"Try again in a minute."_s, loggable(response.body)});
    }
    if (!*json::boolAt(*document, "success"))
        return fail(readFailure(response));

    const Json *result = json::find(*document, "result");
    const Json *info = json::find(*document, "result_info");
    return provider::Envelope{result ? *result : Json(), info ? *info : Json()};
}

} // namespace flaredeck::cloudflare
