#include "core/oauth/clients/clientdocument.h"

#include "core/oauth/clients/clientmetadata.h"

#include <QHostAddress>
#include <QUrl>

#include <algorithm>

namespace flaredeck::oauth::clientdocument {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr auto kScheme = "https://"_L1;
constexpr qsizetype kMaxUrlLength = 1024;

auto refuseUrl(const QString &cause)
{
    return fail(Error::Kind::InvalidInput,
                u"The client identifies itself by a URL that cannot be used: %1."_s.arg(cause));
}

auto refuseDocument(const QString &url, const QString &cause)
{
    return fail(Error::Kind::InvalidInput,
                u"The client's document at %1 cannot be used: %2"_s.arg(publisher(url), cause),
                u"Whoever publishes the client has to correct it."_s);
}

bool isPlain(QChar c)
{
    return c > u' ' && c < u'\x7f' && !u"\"<>\\^`{|}"_s.contains(c);
}

/// A name, not an address: the consent shows it as what the client's identity rests on.
bool isDomain(const QString &host)
{
    const bool characters = std::all_of(host.begin(), host.end(), [](QChar c) {
        return (c >= u'a' && c <= u'z') || (c >= u'0' && c <= u'9') || c == u'.' || c == u'-';
    });
    return characters && !host.isEmpty() && !host.startsWith(u'.') && !host.endsWith(u'.') &&
           !host.contains(".."_L1) && QHostAddress(host).isNull();
}

bool hasDotSegment(const QByteArray &path)
{
    QByteArray decoded = QByteArray::fromPercentEncoding(path);
    decoded.replace('\\', '/');
    const QList<QByteArray> segments = decoded.split('/');
    return std::any_of(segments.begin(), segments.end(),
                       [](const QByteArray &segment) { return segment == "." || segment == ".."; });
}

bool hidesCharacters(const QByteArray &path)
{
    const QByteArray decoded = QByteArray::fromPercentEncoding(path);
    return std::any_of(decoded.begin(), decoded.end(),
                       [](char c) { return (c >= 0 && c < ' ') || c == 0x7f || c == '\\'; });
}

/// Who can only prove itself by a secret has to register: a published secret is none.
Answer<> readAuthMethods(const Json &document, store::Client &client)
{
    const auto preferred = clientmetadata::text(document, "token_endpoint_auth_method");
    const auto others = clientmetadata::texts(document, "token_endpoint_auth_methods_supported");
    if (!preferred)
        return refuse(preferred.error());
    if (!others)
        return refuse(others.error());
    const bool namesNothing = preferred->isEmpty() && others->isEmpty();
    if (!namesNothing && *preferred != "none"_L1 && !others->contains("none"_L1))
        return refuse(clientmetadata::invalid(u"token_endpoint_auth_method must be none."_s));
    client.authMethod = u"none"_s;
    return {};
}

Answer<> refuseSecrets(const Json &document)
{
    for (const char *key : {"client_secret", "client_secret_expires_at"}) {
        if (document.contains(key))
            return refuse(
                clientmetadata::invalid(u"it must not contain %1."_s.arg(QLatin1String(key))));
    }
    return clientmetadata::refusePrivateKeys(document);
}

} // namespace

bool isUrl(const QString &clientId)
{
    return clientId.contains("://"_L1);
}

Result<> checkUrl(const QString &clientId)
{
    if (!clientId.startsWith(kScheme))
        return refuseUrl(u"it does not start with https://"_s);
    if (clientId.size() > kMaxUrlLength)
        return refuseUrl(u"it is longer than 1024 characters"_s);
    if (!std::all_of(clientId.begin(), clientId.end(), isPlain))
        return refuseUrl(u"it contains a character that a URL cannot hold"_s);
    if (clientId.contains(u'#'))
        return refuseUrl(u"it has a fragment"_s);

    const QString beyond = clientId.mid(kScheme.size());
    const auto end =
        std::find_if(beyond.begin(), beyond.end(), [](QChar c) { return c == u'/' || c == u'?'; });
    const QString authority = beyond.left(end - beyond.begin());
    const QByteArray path = beyond.mid(authority.size()).section(u'?', 0, 0).toLatin1();
    if (authority.contains(u'@'))
        return refuseUrl(u"it contains a user name"_s);
    if (!isDomain(authority.section(u':', 0, 0)))
        return refuseUrl(u"its host is not a domain name in lower case"_s);
    if (path.size() < 2)
        return refuseUrl(u"it has no path"_s);
    if (hasDotSegment(path))
        return refuseUrl(u"its path contains . or .."_s);
    if (hidesCharacters(path))
        return refuseUrl(u"its path contains an encoded control character or backslash"_s);

    const QUrl url = QUrl::fromEncoded(clientId.toLatin1(), QUrl::StrictMode);
    if (!url.isValid() || url.port(443) < 1 || url.toEncoded() != clientId.toLatin1())
        return refuseUrl(u"it is not in the normal form of a URL"_s);
    return {};
}

Result<store::Client> parse(const QString &url, const QByteArray &document, quint16 ownPort)
{
    const auto body = json::parse(document);
    if (!body || !body->is_object())
        return refuseDocument(url, u"it is not a JSON object."_s);
    if (json::stringAt(*body, "client_id") != url)
        return refuseDocument(url, u"its client_id is not the address that it was found at."_s);

    store::Client client;
    client.id.value = url;
    client.kind = store::ClientKind::Document;
    const auto readAll = [&]() -> Answer<> {
        if (auto read = clientmetadata::readRedirects(*body, ownPort, client); !read)
            return read;
        for (const auto step :
             {clientmetadata::readName, clientmetadata::readGrantTypes, readAuthMethods,
              clientmetadata::readLinks, clientmetadata::readTexts}) {
            if (auto read = step(*body, client); !read)
                return read;
        }
        return refuseSecrets(*body);
    };
    if (const auto read = readAll(); !read)
        return refuseDocument(url, read.error().description);
    if (client.name.isEmpty())
        return refuseDocument(url, u"it has no client_name."_s);
    return client;
}

QString publisher(const QString &url)
{
    return QUrl(url).authority(QUrl::FullyEncoded | QUrl::RemoveUserInfo);
}

} // namespace flaredeck::oauth::clientdocument
