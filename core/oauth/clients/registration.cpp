#include "core/oauth/clients/registration.h"

#include "core/oauth/clients/clientmetadata.h"

#include <algorithm>
#include <array>

namespace flaredeck::oauth::registration {

using namespace Qt::Literals::StringLiterals;

namespace {

Answer<> readAuthMethod(const Json &body, store::Client &client)
{
    const auto method = clientmetadata::text(body, "token_endpoint_auth_method");
    if (!method)
        return refuse(method.error());
    client.authMethodExplicit = !method->isEmpty();
    client.authMethod = method->isEmpty() ? u"client_secret_basic"_s : *method;
    constexpr std::array ours{"none"_L1, "client_secret_basic"_L1, "client_secret_post"_L1};
    if (std::find(ours.begin(), ours.end(), client.authMethod) == ours.end())
        return refuse(clientmetadata::invalid(
            u"token_endpoint_auth_method must be none, client_secret_basic or "
            "client_secret_post."_s));
    return {};
}

} // namespace

Answer<store::Client> parse(const QByteArray &body, quint16 ownPort)
{
    const auto document = json::parse(body);
    if (!document || !document->is_object())
        return refuse(400, "invalid_request",
                      document ? u"The body must be a JSON object."_s : document.error().message);
    if (const auto checked = clientmetadata::refusePrivateKeys(*document); !checked)
        return refuse(checked.error());

    store::Client client;
    if (const auto read = clientmetadata::readRedirects(*document, ownPort, client); !read)
        return refuse(read.error());
    for (const auto step : {clientmetadata::readName, clientmetadata::readGrantTypes,
                            readAuthMethod, clientmetadata::readLinks, clientmetadata::readTexts}) {
        if (const auto read = step(*document, client); !read)
            return refuse(read.error());
    }
    return client;
}

Json print(const store::Client &client, const QByteArray &secret, const Management &management)
{
    Json body = client.metadata;
    body["client_id"] = client.id.value;
    body["client_id_issued_at"] = client.createdAt / 1000;
    body["redirect_uris"] = client.redirectUris;
    body["grant_types"] = client.grantTypes;
    body["token_endpoint_auth_method"] = client.authMethod;
    body["registration_client_uri"] = management.uri.toStdString();
    body["registration_access_token"] = management.token.toStdString();
    if (!client.name.isEmpty())
        body["client_name"] = client.name;
    if (!secret.isEmpty()) {
        body["client_secret"] = secret.toStdString();
        body["client_secret_expires_at"] = 0;
    }
    return body;
}

} // namespace flaredeck::oauth::registration
