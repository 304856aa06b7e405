#include "core/cloudflare/callbackpage.h"

#include "core/base/crypto.h"
#include "core/base/plaintext.h"

namespace flaredeck::cloudflare {

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

http::Response callbackPage(int status, const QString &title, const QString &text)
{
    // The one inline style is named by its hash, so that the policy allows nothing else.
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

} // namespace flaredeck::cloudflare
