#include "core/oauth/flowpages.h"

#include "core/base/crypto.h"
#include "core/base/plaintext.h"
#include "core/oauth/redirecturi.h"

#include <QFile>

#include <utility>

namespace flaredeck::oauth::flowpages {

using namespace Qt::Literals::StringLiterals;

namespace {

/// "http://localhost:3334" of a redirect URI on this computer, else nothing.
QByteArray listenerOrigin(const QString &redirectUri)
{
    const auto parts = redirecturi::parse(redirectUri);
    if (!parts || parts->kind != redirecturi::Kind::Loopback)
        return {};
    // Checked when it was parsed: letters, digits and what an IP literal holds.
    const quint16 port = redirecturi::loopbackPort(redirectUri);
    return u"%1://%2:%3"_s.arg(parts->scheme, parts->host).arg(port).toLatin1();
}

http::Headers protection(const QByteArray &nonce, const QByteArray &mayTell = {})
{
    const QByteArray inlined = nonce.isEmpty() ? QByteArray("'none'") : "'nonce-" + nonce + '\'';
    return {{"Content-Security-Policy",
             "default-src 'none'; script-src " + inlined + "; style-src " + inlined +
                 "; connect-src 'self'" + (mayTell.isEmpty() ? QByteArray() : ' ' + mayTell) +
                 "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
            {"X-Frame-Options", "DENY"},
            {"Referrer-Policy", "no-referrer"},
            {"Cache-Control", "no-store"},
            {"X-Content-Type-Options", "nosniff"},
            {"Cross-Origin-Opener-Policy", "same-origin"}};
}

QByteArray resourceFile(const QString &name)
{
    QFile file(u":/oauth/"_s + name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Fills the {{places}} of a template. Values are text and get escaped; CSS comes from us.
http::Response fill(int status, const QString &name, QList<std::pair<QByteArray, QString>> values,
                    const QByteArray &mayTell = {})
{
    const QByteArray nonce = crypto::randomToken();
    QByteArray page = resourceFile(name);
    page.replace("{{style}}", resourceFile(u"page.css"_s));
    // First, and the client's own words last: a value that looks like a place is not filled again.
    values.prepend({"nonce", QString::fromLatin1(nonce)});
    for (const auto &[place, value] : std::as_const(values))
        page.replace("{{" + place + "}}", plaintext::block(value).toHtmlEscaped().toUtf8());
    return http::Response::html(status, page, protection(nonce, mayTell));
}

} // namespace

http::Response waiting(const Waiting &page)
{
    const QString client =
        page.clientName.isEmpty() ? u"An MCP client"_s : u"“%1”"_s.arg(page.clientName);
    return fill(200, u"waiting.html"_s,
                {{"flow", QString::fromLatin1(page.flowPath)},
                 {"state", QString::fromLatin1(page.state)},
                 {"phrase", page.checkPhrase},
                 {"step", page.message.isEmpty() ? u"Waiting for your answer"_s : page.message},
                 {"client", client}},
                listenerOrigin(page.redirectUri));
}

http::Response message(int status, const QString &title, const QString &text)
{
    return fill(status, u"message.html"_s, {{"title", title}, {"text", text}});
}

http::Response redirect(const QByteArray &location)
{
    http::Headers headers = protection({});
    headers.append("Location", location);
    return http::Response::empty(302, std::move(headers));
}

} // namespace flaredeck::oauth::flowpages
