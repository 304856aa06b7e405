#include "core/oauth/endpoints/metadata.h"

#include "core/oauth/endpoints/oautherror.h"
#include "core/oauth/endpoints/resource.h"
#include "core/provider/scopes.h"

namespace flaredeck::oauth::metadata {

Json authorizationServer(const QByteArray &issuer, const Options &options)
{
    const auto at = [&issuer](const char *path) { return (issuer + path).toStdString(); };
    Json scopeNames = Json::array();
    for (const ScopeInfo &scope : scopes::catalogue())
        scopeNames.push_back(scope.name);
    scopeNames.push_back("offline_access");
    Json resources = Json::array();
    for (const QByteArray &endpoint : resource::endpoints())
        resources.push_back((issuer + endpoint).toStdString());
    const Json authMethods{"none", "client_secret_basic", "client_secret_post"};

    Json document{
        {"issuer", issuer.toStdString()},
        {"authorization_endpoint", at("/authorize")},
        {"token_endpoint", at("/token")},
        {"revocation_endpoint", at("/revoke")},
        {"revocation_endpoint_auth_methods_supported", authMethods},
        {"scopes_supported", scopeNames},
        {"response_types_supported", {"code"}},
        {"response_modes_supported", {"query"}},
        // VS Code registers the device grant when this list is missing.
        {"grant_types_supported", {"authorization_code", "refresh_token"}},
        {"token_endpoint_auth_methods_supported", authMethods},
        {"code_challenge_methods_supported", {"S256"}},
        {"protected_resources", resources}, // RFC 9728 §4
    };
    if (options.acceptsDocuments)
        document["client_id_metadata_document_supported"] = true;
    if (options.opensRegistration)
        document["registration_endpoint"] = at("/register");
    if (options.promisesIssuer)
        document["authorization_response_iss_parameter_supported"] = true;
    return document;
}

Json protectedResource(const QByteArray &issuer, const QByteArray &suffix)
{
    return {
        // VS Code compares this with what the user typed, slash and query included.
        {"resource", (issuer + suffix).toStdString()},
        {"authorization_servers", {issuer.toStdString()}},
        {"scopes_supported", {kChallengeScope.toStdString()}},
        {"bearer_methods_supported", {"header"}},
        {"resource_name", "Flaredeck"},
    };
}

http::Response answer(const http::Request &request, const Options &options)
{
    const QByteArray server = QByteArrayLiteral("/.well-known/oauth-authorization-server");
    const QByteArray resource = QByteArrayLiteral("/.well-known/oauth-protected-resource");

    // The path form of the server document and every OpenID document stay 404: a client that finds
    // one of them takes another issuer for granted or demands members that we do not have.
    const bool isServer = request.path == server;
    const QByteArray suffix =
        request.path.startsWith(resource) ? request.path.mid(resource.size()) : QByteArray("?");
    const bool isResource = suffix.isEmpty() || resource::isEndpoint(suffix);
    if (!isServer && !isResource)
        return oautherror::notFound().toResponse();
    if (request.method != http::Method::Get && request.method != http::Method::Head)
        return oautherror::wrongMethod("GET, HEAD").toResponse();

    const QByteArray issuer = request.origin();
    // RFC 9728 §3.1: the query of the address stands behind the path of its document.
    const QByteArray query = suffix.isEmpty() ? QByteArray() : resource::mirrored(request.query);
    return http::Response::json(200,
                                isServer ? authorizationServer(issuer, options)
                                         : protectedResource(issuer, suffix + query),
                                {{"Cache-Control", "no-store"}});
}

} // namespace flaredeck::oauth::metadata
