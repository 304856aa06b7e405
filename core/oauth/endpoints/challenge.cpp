#include "core/oauth/endpoints/challenge.h"

#include "core/oauth/endpoints/resource.h"

#include <algorithm>
#include <array>

namespace flaredeck::oauth {

namespace {

/// The query of the address, unless somebody who reads the line with a regular expression would
/// find another parameter in it, or a token that has no business in an address.
QByteArray queryToName(const QByteArray &query)
{
    constexpr std::array kTaken{
        "realm=", "resource_metadata=", "scope=", "error=", "error_description=", "access_token="};
    const QByteArray lower = query.toLower();
    const bool clashes = std::any_of(kTaken.begin(), kTaken.end(),
                                     [&lower](const char *name) { return lower.contains(name); });
    return clashes ? QByteArray() : resource::mirrored(query);
}

} // namespace

QByteArray challenge(const http::Request &request, const QByteArray &error,
                     const QByteArray &description, const QByteArray &scope)
{
    // The document must name the address as the client spelled it; deeper paths belong to it.
    const QByteArray suffix =
        resource::isEndpoint(request.path)
            ? request.path + queryToName(request.query)
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
