#include "core/provider/callback.h"

#include "core/base/crypto.h"
#include "core/base/logging.h"
#include "core/base/plaintext.h"
#include "core/provider/facts.h"

#include <QRegularExpression>

namespace flaredeck::provider {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr char kStyle[] =
    ":root{color-scheme:light dark}"
    "body{margin:0;min-height:100vh;display:grid;place-items:center;"
    "font:16px/1.5 system-ui,sans-serif;background:#f7f7f8;color:#1d1f24}"
    "main{max-width:26rem;margin:1.5rem;padding:2rem;border:1px solid #d9dbe0;border-radius:12px;"
    "background:#fff}"
    "h1{margin:0 0 .5rem;font-size:1.25rem}p{margin:0}"
    "@media (prefers-color-scheme:dark){body{background:#17181b;color:#e8e9ec}"
    "main{background:#202226;border-color:#34373d}}";

} // namespace

Result<CallbackQuery> CallbackQuery::parse(const QByteArray &query)
{
    const http::Form form = http::Form::parse(query);
    if (!form.repeated().isEmpty()) {
        return fail(Error::Kind::InvalidInput, u"The answer of the sign-in page is malformed."_s,
                    u"Start the sign-in again."_s);
    }
    const auto text = [&form](QByteArrayView name) { return form.value(name).value_or(QString()); };
    return CallbackQuery{text("state").toUtf8(), text("code"), text("error"),
                         text("error_description"), text("iss")};
}

Error CallbackQuery::refusal(const QString &refusedScope) const
{
    const QString &name = facts().name;
    const QString detail = redact(plaintext::cut(u"%1: %2"_s.arg(error, errorDescription), 500));
    if (error == "access_denied"_L1) {
        return {Error::Kind::Denied, u"The %1 sign-in was refused."_s.arg(name),
                u"Sign in again and allow access."_s, detail};
    }
    if (error == "invalid_scope"_L1 && !refusedScope.isEmpty()) {
        return {
            Error::Kind::Upstream,
            u"The OAuth client may not ask for %1 (invalid_scope)."_s.arg(refusedScope),
            u"Add that scope to the client in the %1 dashboard, or sign in without it."_s.arg(name),
            detail};
    }
    if (error == "invalid_scope"_L1) {
        return {Error::Kind::Upstream,
                u"%1 refused a permission that Flaredeck asked for (invalid_scope)."_s.arg(name),
                u"Add the missing scopes to the OAuth client in the %1 dashboard."_s.arg(name),
                detail};
    }
    if (error == "invalid_client"_L1 || error == "unauthorized_client"_L1 ||
        error == "invalid_request"_L1) {
        return {Error::Kind::Upstream,
                u"%1 does not accept Flaredeck's OAuth client (%2)."_s.arg(name, error),
                u"Check the %1 client in Flaredeck's settings."_s.arg(name), detail};
    }
    return {Error::Kind::Upstream, u"%1's sign-in page reported a problem."_s.arg(name),
            u"Try again in a minute."_s, detail};
}

QString CallbackQuery::refusedScope(const QStringList &asked) const
{
    if (error != "invalid_scope"_L1)
        return {};
    // Whole words, since one name may begin another.
    static const QRegularExpression between(u"[^A-Za-z0-9._-]+"_s);
    for (QString word : errorDescription.split(between, Qt::SkipEmptyParts)) {
        while (word.endsWith(u'.'))
            word.chop(1);
        if (asked.contains(word))
            return word;
    }
    return {};
}

bool CallbackQuery::refusesRenewal() const
{
    return error == "invalid_scope"_L1 && errorDescription.contains(facts().renewalRight);
}

http::Response callbackPage(int status, const QString &title, const QString &text)
{
    // The policy names the one inline style by its hash and allows nothing else.
    static const QByteArray policy =
        "default-src 'none'; style-src 'sha256-" + crypto::sha256(kStyle).toBase64() +
        "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    const QByteArray heading = plaintext::line(title).toHtmlEscaped().toUtf8();
    const QByteArray body = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
                            "<meta name=\"viewport\" content=\"width=device-width\"><title>" +
                            heading + " \xE2\x80\x93 Flaredeck</title><style>" + kStyle +
                            "</style></head><body><main><h1>" + heading + "</h1><p>" +
                            plaintext::block(text).toHtmlEscaped().toUtf8() +
                            "</p></main></body></html>";
    return http::Response::html(status, body,
                                {{"Content-Security-Policy", policy},
                                 {"X-Frame-Options", "DENY"},
                                 {"X-Content-Type-Options", "nosniff"},
                                 {"Referrer-Policy", "no-referrer"},
                                 {"Cache-Control", "no-store"}});
}

} // namespace flaredeck::provider
