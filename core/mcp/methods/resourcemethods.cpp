#include "core/mcp/errorcodes.h"
#include "core/mcp/mcpserver.h"
#include "core/mcp/methods/methods.h"
#include "core/mcp/revision.h"
#include "core/mcp/sessions/clientinfo.h"

using namespace Qt::Literals::StringLiterals;

namespace flaredeck::mcp {

namespace {

/// What was read may have changed the next moment.
constexpr Caching kNoCaching{0};

Task<> answerWith(CallPtr call, QString uri, Task<Result<QList<ResourceContents>>> work)
{
    const Result<QList<ResourceContents>> parts = co_await work;
    if (parts) {
        Json contents = Json::array();
        for (const ResourceContents &part : *parts)
            contents.push_back(toJson(part));
        call->succeed(Json{{"contents", std::move(contents)}}, kNoCaching);
    } else if (parts.error().kind == Error::Kind::NotFound) {
        // Revisions with sessions had a code of their own for this.
        call->fail({call->traits().stateless ? rpc::kInvalidParams : kResourceNotFound,
                    parts.error().text(), Json{{"uri", uri}}});
    } else {
        call->fail(rpc::toRpcError(parts.error()));
    }
}

/// The URI of a subscription; nothing after the refusal.
std::optional<QString> watchedUri(const MethodCall &call)
{
    const auto uri = json::stringAt(call.message.params, "uri");
    if (uri && uri->size() <= kMaxUriLength)
        return uri;
    call.refuse(
        u"A subscription needs uri as a string of at most %1 characters."_s.arg(kMaxUriLength));
    return std::nullopt;
}

} // namespace

void methods::listResources(const MethodCall &call)
{
    answerList(call, "resources", call.server.features().resources->list(call.sender->caller));
}

void methods::listTemplates(const MethodCall &call)
{
    answerList(call, "resourceTemplates",
               call.server.features().resources->templates(call.sender->caller));
}

void methods::readResource(const MethodCall &call)
{
    const auto uri = json::stringAt(call.message.params, "uri");
    if (!uri)
        return call.refuse(u"resources/read needs uri as a string."_s);
    if (const CallPtr running = Call::begin(call, uri->toUtf8()))
        call.server.calls().run(
            answerWith(running, *uri, call.server.features().resources->read(*uri, running)));
}

void methods::subscribe(const MethodCall &call)
{
    const auto uri = watchedUri(call);
    if (!uri)
        return;
    QSet<QString> &watched = call.sender->session->watchedResources();
    if (watched.size() >= kMaxWatched && !watched.contains(*uri))
        return call.refuse(u"A session can watch %1 resources."_s.arg(kMaxWatched));
    watched.insert(*uri);
    call.reply->result("{}");
}

void methods::unsubscribe(const MethodCall &call)
{
    const auto uri = watchedUri(call);
    if (!uri)
        return;
    call.sender->session->watchedResources().remove(*uri);
    call.reply->result("{}");
}

} // namespace flaredeck::mcp
