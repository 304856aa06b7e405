#include "core/oauth/clients/personclient.h"

#include "core/oauth/clients/redirecturi.h"
#include "core/oauth/clients/registration.h"

namespace flaredeck::oauth::personclient {

using namespace Qt::Literals::StringLiterals;

QString problemOf(const QString &redirectUri, quint16 ownPort)
{
    const auto parts = redirecturi::parse(redirectUri);
    if (!parts)
        return parts.error().message;
    return redirecturi::isOwnOrigin(*parts, ownPort)
               ? u"A redirect URI cannot lead back to this server."_s
               : QString();
}

Result<store::Client> make(const Draft &draft, quint16 ownPort)
{
    const auto wrong = [](const QString &cause) { return fail(Error::Kind::InvalidInput, cause); };
    if (draft.redirectUris.isEmpty())
        return wrong(u"The client needs at least one redirect URI."_s);
    for (const QString &uri : draft.redirectUris) {
        if (const QString problem = problemOf(uri, ownPort); !problem.isEmpty())
            return wrong(problem);
    }
    Json body{{"client_name", draft.name.toStdString()}, {"redirect_uris", draft.redirectUris}};
    // Who keeps a secret may show it in the header or in the body: nobody asks the person which.
    if (!draft.confidential)
        body["token_endpoint_auth_method"] = "none";
    auto client = registration::parse(json::print(body), ownPort);
    if (!client)
        return wrong(client.error().description);
    if (client->name.isEmpty())
        return wrong(u"The client needs a name."_s);
    return *std::move(client);
}

} // namespace flaredeck::oauth::personclient
