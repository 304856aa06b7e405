#include "core/oauth/endpoints/metadata.h"
#include "core/oauth/endpoints/challenge.h"
#include "core/oauth/endpoints/corspolicy.h"
#include "core/oauth/endpoints/resource.h"
#include "tests/fuzz/fuzztarget.h"

#include <algorithm>

using namespace flaredeck;
using namespace flaredeck::oauth;

namespace {

constexpr quint16 kMetadataPort = 8788;
const QByteArray kResourceDocument = QByteArrayLiteral("/.well-known/oauth-protected-resource");

/// Clients parse with schemas that want a member left out rather than empty.
void checkMembers(const Json &document)
{
    MUST(document.is_object());
    for (const auto &[name, value] : document.items())
        MUST(!value.is_null() && value != "" && !(value.is_array() && value.empty()));
}

void checkDocument(const http::Request &request, const Json &document)
{
    const std::string issuer = request.origin().toStdString();
    checkMembers(document);
    if (request.path.startsWith(kResourceDocument)) {
        const QByteArray suffix = request.path.mid(kResourceDocument.size());
        MUST(document.at("authorization_servers") == Json::array({issuer}));
        const QByteArray query =
            suffix.isEmpty() ? QByteArray() : resource::mirrored(request.query);
        MUST(document.at("resource") == issuer + (suffix + query).toStdString());
        MUST(suffix.isEmpty() || resource::isEndpoint(suffix));
        return;
    }
    MUST(document.at("issuer") == issuer);
    for (const auto &[name, value] : document.items()) {
        const bool isEndpoint = QByteArray::fromStdString(name).endsWith("_endpoint");
        MUST(!isEndpoint || value.get<std::string>().starts_with(issuer + '/'));
    }
}

/// One challenge that no value can break out of.
void checkChallenge(const QByteArray &line, const QByteArray &origin)
{
    MUST(line.startsWith("Bearer realm=\"OAuth\", resource_metadata=\"" + origin + "/"));
    MUST(line.count('"') == 6 && !line.contains('\\'));
    MUST(std::all_of(line.begin(), line.end(), [](char c) { return c >= ' ' && c < 0x7f; }));
    for (const char *name : {"scope=", "resource_metadata="})
        MUST(line.count(name) == 1);
}

} // namespace

/// Discovery: the first line is the Host, the second the path, the rest the Origin.
FUZZ_TARGET(metadata)
{
    const QList<QByteArray> lines = input.split('\n');
    http::Request request;
    request.method = http::Method::Get;
    request.peer.localPort = kMetadataPort;
    request.headers.append("Host", lines.value(0).trimmed());
    const QByteArray target = '/' + lines.value(1).trimmed();
    const qsizetype question = target.indexOf('?');
    request.path = target.left(question);
    if (question >= 0)
        request.query = target.mid(question + 1);
    if (const QByteArray origin = lines.value(2).trimmed(); !origin.isEmpty())
        request.headers.append("Origin", origin);

    const http::HostGate gate(corsOf, isNavigation);
    if (const auto refused = gate.check(request)) {
        MUST(refused->status == 403);
        MUST(!refused->headers.contains("Access-Control-Allow-Origin"));
        return;
    }
    const QByteArray origin = request.origin().toLower();
    MUST(origin == "http://localhost:8788" || origin == "http://127.0.0.1:8788" ||
         origin == "http://[::1]:8788");

    for (const bool offers : {true, false}) {
        const http::Response answer = metadata::answer(request, {offers, offers, offers});
        MUST(answer.status == 200 || answer.status == 404);
        MUST(answer.headers.value("Cache-Control") == "no-store");
        const auto body = json::parse(answer.body);
        MUST(body && body->is_object());
        if (answer.status == 200)
            checkDocument(request, *body);
        else
            MUST(body->contains("error"));
    }
    checkChallenge(challenge(request), request.origin());
    // Only those paths get into the challenge that a document is for.
    if (const auto endpoint = resource::endpointPathOf(request.path))
        MUST(challenge(request).contains(resource::isEndpoint(request.path) ? request.path
                                                                            : *endpoint));
}
