#include "core/oauth/challenge.h"

#include "core/oauth/resource.h"

namespace flaredeck::oauth {

QByteArray challenge(const http::Request &request, const QByteArray &error,
                     const QByteArray &description, const QByteArray &scope)
{
    // The document must name the address as the client spelled it; deeper paths belong to it.
    const QByteArray suffix =
        resource::isEndpoint(request.path)
            ? request.path
            : resource::endpointPathOf(request.path).value_or(QByteArray("/mcp"));
    QByteArray line = "Bearer realm=\"OAuth\", resource_metadata=\"" + request.origin() +
                      "/.well-known/oauth-protected-resource" + suffix + "\", scope=\"" + scope +
                      '"';
    if (!error.isEmpty())
        line += ", error=\"" + error + '"';
    if (!description.isEmpty())
        line += ", error_description=\"" + description + '"';
    return line;
}

} // namespace flaredeck::oauth
