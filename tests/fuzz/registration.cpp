#include "core/oauth/clients/registration.h"
#include "core/oauth/clients/redirecturi.h"
#include "tests/fuzz/fuzztarget.h"

#include <QUrl>

#include <algorithm>

using namespace flaredeck;
using namespace flaredeck::oauth;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr quint16 kRegistrationPort = 8788;

/// A person reads the name in the consent window: what is shown is all that is in it.
void checkName(const QString &name)
{
    MUST(name.size() <= 120 && name == name.simplified());
    for (const char32_t c : name.toStdU32String()) {
        const auto category = QChar::category(c);
        MUST(category != QChar::Other_Control && category != QChar::Other_Format &&
             category != QChar::Other_Surrogate && category != QChar::Separator_Line &&
             category != QChar::Separator_Paragraph);
    }
}

void checkClient(const store::Client &client, const Json &document)
{
    checkName(client.name);
    MUST(!client.redirectUris.isEmpty() && client.redirectUris.size() <= 10);
    MUST(client.redirectUris == json::stringsAt(document, "redirect_uris"));
    for (const QString &uri : client.redirectUris) {
        const auto parts = redirecturi::parse(uri);
        MUST(parts && !redirecturi::isOwnOrigin(*parts, kRegistrationPort));
    }
    MUST(client.grantTypes.first() == u"authorization_code"_s);
    MUST(client.grantTypes.size() == 1 ||
         client.grantTypes == QStringList({u"authorization_code"_s, u"refresh_token"_s}));
    MUST(client.authMethod == u"none"_s || client.authMethod == u"client_secret_basic"_s ||
         client.authMethod == u"client_secret_post"_s);
    for (const char *key : {"client_uri", "logo_uri", "tos_uri", "policy_uri"}) {
        if (const auto link = json::stringAt(client.metadata, key)) {
            const QString scheme = QUrl(*link).scheme();
            MUST(scheme == u"http"_s || scheme == u"https"_s);
        }
    }
    // What could pass for a secret of ours, or names keys, is not kept.
    for (const char *key : {"client_secret", "client_id", "jwks", "jwks_uri"})
        MUST(!client.metadata.contains(key));
    for (const auto &[key, value] : client.metadata.items()) {
        if (key.find('#') != std::string::npos)
            checkName(json::toQString(value));
    }
}

} // namespace

/// The body of a registration (RFC 7591 §3.1).
FUZZ_TARGET(registration)
{
    const auto client = registration::parse(input, kRegistrationPort);
    const auto document = json::parse(input);
    if (!client) {
        const OAuthError &error = client.error();
        MUST(error.status == 400 && !error.description.isEmpty());
        MUST(error.code == "invalid_request" || error.code == "invalid_client_metadata" ||
             error.code == "invalid_redirect_uri");
        MUST(json::parse(error.toResponse().body));
        return;
    }
    MUST(document && document->is_object());
    checkClient(*client, *document);

    // A client that registers what it was answered registers the same.
    const QByteArray answer = json::print(registration::print(*client, "s3cret", {"u", "t"}));
    const auto again = registration::parse(answer, kRegistrationPort);
    MUST(again);
    store::Client same = *again;
    same.authMethodExplicit = client->authMethodExplicit;
    MUST(same == *client);
    MUST(json::print(registration::print(same, "s3cret", {"u", "t"})) == answer);
}
