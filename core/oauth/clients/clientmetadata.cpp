#include "core/oauth/clients/clientmetadata.h"

#include "core/base/plaintext.h"
#include "core/oauth/clients/redirecturi.h"

#include <QUrl>

#include <algorithm>
#include <array>

namespace flaredeck::oauth::clientmetadata {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int kMaxRedirectUris = 10;
constexpr int kMaxNameLength = 120;
constexpr int kMaxTextLength = 2048;
constexpr int kMaxContacts = 10;
constexpr int kMaxLanguages = 20; ///< of names

QString named(const char *key, const QString &problem)
{
    return QString::fromLatin1(key) + u' ' + problem;
}

/// Absent and null are the same thing to the clients that send null.
const Json *member(const Json &body, const char *key)
{
    const Json *value = json::find(body, key);
    return value && !value->is_null() ? value : nullptr;
}

/// What is not seen can make a name read as another one.
QString sanitised(const QString &name)
{
    return plaintext::cut(plaintext::withoutHidden(name).simplified(), kMaxNameLength).trimmed();
}

bool holdsPrivateKey(const Json &body)
{
    const Json *set = member(body, "jwks");
    const Json *keys = set ? json::find(*set, "keys") : nullptr;
    if (!keys || !keys->is_array())
        return false;
    return std::any_of(keys->begin(), keys->end(), [](const Json &key) {
        constexpr std::array secret{"d", "p", "q", "dp", "dq", "qi", "oth", "k"};
        return std::any_of(secret.begin(), secret.end(),
                           [&key](const char *name) { return json::find(key, name) != nullptr; });
    });
}

} // namespace

OAuthError invalid(const QString &cause)
{
    return {400, "invalid_client_metadata", cause};
}

Answer<QString> text(const Json &body, const char *key)
{
    const Json *value = member(body, key);
    if (!value)
        return QString();
    const QString read = json::toQString(*value);
    if (!value->is_string() || read.size() > kMaxTextLength)
        return refuse(invalid(named(key, u"must be a string of at most 2048 characters."_s)));
    return read;
}

Answer<QStringList> texts(const Json &body, const char *key)
{
    const Json *value = member(body, key);
    if (!value)
        return QStringList();
    const bool isList =
        value->is_array() && std::all_of(value->begin(), value->end(),
                                         [](const Json &item) { return item.is_string(); });
    if (!isList)
        return refuse(invalid(named(key, u"must be a list of strings."_s)));
    return json::stringsAt(body, key);
}

Answer<> readName(const Json &document, store::Client &client)
{
    const auto name = text(document, "client_name");
    if (!name)
        return refuse(name.error());
    client.name = sanitised(*name);
    return {};
}

Answer<> readRedirects(const Json &body, quint16 ownPort, store::Client &client)
{
    const auto refused = [](const QString &cause) {
        return refuse(400, "invalid_redirect_uri", cause);
    };
    const auto uris = texts(body, "redirect_uris");
    if (!uris || uris->isEmpty())
        return refused(u"redirect_uris must be a list of at least one URI."_s);
    if (uris->size() > kMaxRedirectUris)
        return refused(u"redirect_uris may hold at most ten URIs."_s);
    for (const QString &uri : *uris) {
        if (uri.size() > kMaxTextLength)
            return refused(u"A redirect URI may be at most 2048 characters long."_s);
        const auto parts = redirecturi::parse(uri);
        if (!parts)
            return refused(parts.error().message + u' ' + plaintext::cut(uri, 200));
        if (redirecturi::isOwnOrigin(*parts, ownPort))
            return refused(u"A redirect URI cannot lead back to this server."_s);
    }
    client.redirectUris = *uris;
    return {};
}

Answer<> readGrantTypes(const Json &body, store::Client &client)
{
    const auto grants = texts(body, "grant_types");
    const auto responses = texts(body, "response_types");
    if (!grants)
        return refuse(grants.error());
    if (!responses)
        return refuse(responses.error());
    if (!grants->isEmpty() && !grants->contains("authorization_code"_L1))
        return refuse(invalid(u"grant_types must contain authorization_code."_s));
    if (!responses->isEmpty() && !responses->contains("code"_L1))
        return refuse(invalid(u"response_types must contain code."_s));
    client.grantTypes = {u"authorization_code"_s};
    // Clients that name no grant types never ask for the refresh grant either, and would have to
    // sign in again every hour.
    if (grants->isEmpty() || grants->contains("refresh_token"_L1))
        client.grantTypes << u"refresh_token"_s;
    client.metadata["response_types"] = Json{"code"};
    return {};
}

Answer<> readLinks(const Json &body, store::Client &client)
{
    for (const char *key : {"client_uri", "logo_uri", "tos_uri", "policy_uri"}) {
        const auto link = text(body, key);
        if (!link)
            return refuse(link.error());
        if (link->isEmpty())
            continue;
        const QUrl url(*link, QUrl::StrictMode);
        const bool isWeb = url.scheme() == "https"_L1 || url.scheme() == "http"_L1;
        if (!url.isValid() || !isWeb || url.host().isEmpty())
            return refuse(invalid(named(key, u"must be an absolute http or https URL."_s)));
        client.metadata[key] = *link;
    }
    return {};
}

Answer<> readTexts(const Json &body, store::Client &client)
{
    for (const char *key : {"software_id", "software_version", "scope", "application_type"}) {
        const auto value = text(body, key);
        if (!value)
            return refuse(value.error());
        if (!value->isEmpty())
            client.metadata[key] = *value;
    }
    const auto contacts = texts(body, "contacts");
    if (!contacts)
        return refuse(contacts.error());
    const bool isTooMuch =
        contacts->size() > kMaxContacts || contacts->join(u',').size() > kMaxTextLength;
    if (isTooMuch)
        return refuse(invalid(u"contacts may be at most ten, with 2048 characters together."_s));
    if (!contacts->isEmpty())
        client.metadata["contacts"] = *member(body, "contacts");

    if (!client.metadata.contains("application_type")) {
        const bool isWeb = std::any_of(client.redirectUris.begin(), client.redirectUris.end(),
                                       [](const QString &uri) {
                                           const auto parts = redirecturi::parse(uri);
                                           return parts && parts->kind == redirecturi::Kind::Web;
                                       });
        client.metadata["application_type"] = isWeb ? "web" : "native";
    }
    // Names in other languages: "client_name#ja" (RFC 7591 §2.2).
    int languages = 0;
    for (const auto &[key, value] : body.items()) {
        if (key.find('#') != std::string::npos && key.size() <= 64 && value.is_string() &&
            ++languages <= kMaxLanguages)
            client.metadata[key] = sanitised(json::toQString(value));
    }
    return {};
}

Answer<> refusePrivateKeys(const Json &document)
{
    if (holdsPrivateKey(document))
        return refuse(invalid(u"jwks must not contain private keys."_s));
    return {};
}

} // namespace flaredeck::oauth::clientmetadata
