#include "core/oauth/clients/redirecturi.h"

#include "core/oauth/clients/knowntargets.h"
#include "core/oauth/clients/redirectschemes.h"

#include <QHostAddress>

#include <algorithm>

namespace flaredeck::oauth::redirecturi {

using namespace Qt::Literals::StringLiterals;

namespace {

auto refuse(const QString &cause)
{
    return fail(Error::Kind::InvalidInput, u"This redirect URI cannot be used: %1."_s.arg(cause));
}

bool isLetter(QChar c)
{
    return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z');
}

bool isDigit(QChar c)
{
    return c >= u'0' && c <= u'9';
}

/// Anything else is not a URI character (RFC 3986 §2), and much of it has been used to make two
/// parsers disagree about the host.
bool isUriCharacter(QChar c)
{
    return isLetter(c) || isDigit(c) || u"-._~:/?[]@!$&'()*+,;=%"_s.contains(c);
}

/// One spelling for each: no sign, no leading zero, no blank.
bool isPort(const QString &text)
{
    return text.size() >= 1 && text.size() <= 5 && text.front() != u'0' &&
           std::all_of(text.begin(), text.end(), isDigit) && text.toInt() <= 65535;
}

bool isLoopbackHost(const QString &host)
{
    if (host == "localhost"_L1 || host == "[::1]"_L1)
        return true;
    // QHostAddress also reads forms such as "127.1"; only dotted quads are what they look like.
    const bool quad = host.count(u'.') == 3 && std::all_of(host.begin(), host.end(), [](QChar c) {
                          return isDigit(c) || c == u'.';
                      });
    return quad && host.startsWith("127."_L1) && !QHostAddress(host).isNull();
}

bool isHostName(const QString &host)
{
    if (host.startsWith(u'['))
        return host.endsWith(u']') && !QHostAddress(host.mid(1, host.size() - 2)).isNull();
    return !host.isEmpty() && std::all_of(host.begin(), host.end(), [](QChar c) {
        return isLetter(c) || isDigit(c) || c == u'.' || c == u'-';
    });
}

quint16 portOf(const Parts &parts)
{
    if (parts.port > 0)
        return static_cast<quint16>(parts.port);
    return parts.scheme == "https"_L1 ? 443 : 80;
}

Result<> readAuthority(QString authority, Parts &parts)
{
    if (authority.contains(u'@'))
        return refuse(u"it contains a user name"_s);
    const auto colon = authority.lastIndexOf(u':');
    if (colon > authority.lastIndexOf(u']')) {
        const QString port = authority.mid(colon + 1);
        if (!isPort(port))
            return refuse(u"its port is not a port number"_s);
        parts.port = port.toInt();
        authority.truncate(colon);
    }
    parts.host = authority.toLower();
    if (!isHostName(parts.host))
        return refuse(u"its host is not a host name"_s);
    return {};
}

Result<Parts> parseApp(Parts parts, const QString &afterColon)
{
    const bool hasAuthority = afterColon.startsWith("//"_L1);
    if (parts.scheme.size() < 2 || parts.scheme.size() > 40 ||
        !(hasAuthority || parts.scheme.contains(u'.')))
        return refuse(u"its scheme does not name an application"_s);
    if (hasAuthority && afterColon.mid(2).section(u'/', 0, 0).contains(u'@'))
        return refuse(u"it contains a user name"_s);
    parts.kind = Kind::App;
    parts.rest = afterColon;
    return parts;
}

} // namespace

Result<Parts> parse(const QString &uri)
{
    if (uri.contains(u'#'))
        return refuse(u"it has a fragment"_s);
    if (!std::all_of(uri.begin(), uri.end(), isUriCharacter))
        return refuse(u"it contains a character that a URI cannot hold"_s);
    if (uri.section(u'?', 0, 0).contains(u'*'))
        return refuse(u"it contains a wildcard"_s);

    const auto colon = uri.indexOf(u':');
    const QString scheme = uri.left(colon).toLower();
    const bool isScheme =
        colon > 0 && isLetter(scheme.front()) &&
        std::all_of(scheme.begin(), scheme.end(), [](QChar c) {
            return isLetter(c) || isDigit(c) || c == u'+' || c == u'.' || c == u'-';
        });
    if (!isScheme)
        return refuse(u"it is not an absolute URI"_s);
    if (const QString objection = redirectschemes::objectionTo(scheme); !objection.isEmpty())
        return refuse(u"the scheme %1: %2, and names no application"_s.arg(scheme, objection));

    Parts parts;
    parts.scheme = scheme;
    const QString afterColon = uri.mid(colon + 1);
    if (scheme != "http"_L1 && scheme != "https"_L1)
        return parseApp(parts, afterColon);

    if (!afterColon.startsWith("//"_L1))
        return refuse(u"it names no host"_s);
    const QString hierarchy = afterColon.mid(2);
    const auto end = std::find_if(hierarchy.begin(), hierarchy.end(),
                                  [](QChar c) { return c == u'/' || c == u'?'; });
    const auto authorityLength = end - hierarchy.begin();
    if (const auto read = readAuthority(hierarchy.left(authorityLength), parts); !read)
        return fail(read.error());
    parts.rest = hierarchy.mid(authorityLength);
    if (isLoopbackHost(parts.host))
        parts.kind = Kind::Loopback;
    else if (scheme == "http"_L1)
        return refuse(u"http is allowed on this computer only"_s);
    return parts;
}

bool isOwnOrigin(const Parts &parts, quint16 ownPort)
{
    return parts.kind == Kind::Loopback && portOf(parts) == ownPort;
}

bool matches(const QString &registered, const QString &requested)
{
    if (registered == requested)
        return true;
    const auto left = parse(registered);
    const auto right = parse(requested);
    // RFC 8252 §7.3 gives the any-port rule for IP literals; Claude Code registers a portless
    // "localhost" and relies on it for the name, too.
    return left && right && left->kind == Kind::Loopback && right->kind == Kind::Loopback &&
           left->scheme == right->scheme && left->host == right->host && left->rest == right->rest;
}

quint16 loopbackPort(const QString &uri)
{
    const auto parts = parse(uri);
    return parts && parts->kind == Kind::Loopback ? portOf(*parts) : 0;
}

QString withoutPort(const QString &uri)
{
    const auto parts = parse(uri);
    return parts && parts->kind == Kind::Loopback
               ? parts->scheme + u"://"_s + parts->host + parts->rest
               : uri;
}

QString describe(const QString &uri)
{
    const auto parts = parse(uri);
    if (!parts)
        return uri;
    if (parts->kind == Kind::App) {
        const QString app = knowntargets::appOf(parts->scheme);
        return app.isEmpty() ? u"app link %1:"_s.arg(parts->scheme) : u"opens %1"_s.arg(app);
    }
    if (parts->kind == Kind::Web) {
        const QString owner = knowntargets::ownerOf(uri);
        return owner.isEmpty() ? u"web site %1"_s.arg(parts->host)
                               : u"web site %1 of %2"_s.arg(parts->host, owner);
    }
    QString words = u"this computer"_s;
    if (parts->port > 0)
        words += u", port %1"_s.arg(parts->port);
    const QString path = parts->rest.section(u'?', 0, 0);
    return path.isEmpty() ? words : words + u", "_s + path;
}

bool needsAddress(const QString &uri)
{
    const auto parts = parse(uri);
    return parts && parts->kind != Kind::Loopback;
}

bool leavesComputer(const QString &uri)
{
    const auto parts = parse(uri);
    return parts && parts->kind == Kind::Web && knowntargets::ownerOf(uri).isEmpty();
}

QByteArray withParameters(const QString &uri,
                          const QList<std::pair<QByteArray, QByteArray>> &parameters)
{
    QByteArray target = uri.toUtf8();
    char separator = target.contains('?') ? '&' : '?';
    for (const auto &[name, value] : parameters) {
        target += separator + name + '=' + value.toPercentEncoding();
        separator = '&';
    }
    return target;
}

} // namespace flaredeck::oauth::redirecturi
