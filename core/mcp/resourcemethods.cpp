#include "core/mcp/resourcemethods.h"

#include "core/mcp/clientinfo.h"
#include "core/mcp/errorcodes.h"
#include "core/mcp/revision.h"

using namespace Qt::Literals::StringLiterals;

namespace flaredeck::mcp {

ResourceMethods::ResourceMethods(ResourceProvider &resources, CallSupport support)
    : m_resources(resources)
    , m_support(std::move(support))
{
}

bool ResourceMethods::handle(const MethodCall &call)
{
    const std::string &method = call.message.method;
    const bool stateless = call.scope.traits->stateless;
    if (method == "resources/list")
        list(call, false);
    else if (method == "resources/templates/list")
        list(call, true);
    else if (method == "resources/read")
        read(call);
    else if (method == "resources/subscribe" && !stateless)
        watch(call, true);
    else if (method == "resources/unsubscribe" && !stateless)
        watch(call, false);
    else
        return false;
    return true;
}

void ResourceMethods::list(const MethodCall &call, bool templates) const
{
    if (call.hasCursor())
        return call.refuse(u"The cursor is not one that this server gave."_s);
    const CallerPtr &caller = call.scope.caller;
    const Traits &traits = *call.scope.traits;
    Json result;
    if (templates)
        result = listed("resourceTemplates", m_resources.templates(caller), traits);
    else
        result = listed("resources", m_resources.list(caller), traits);
    call.reply->result(m_support.writer->write(std::move(result), traits, kListCaching));
}

void ResourceMethods::read(const MethodCall &call)
{
    const auto uri = json::stringAt(call.message.params, "uri");
    if (!uri)
        return call.refuse(u"resources/read needs uri as a string."_s);
    const CallPtr running =
        Call::begin(m_support, call.scope, call.message, uri->toUtf8(), call.reply);
    if (!running)
        return;
    const auto print = [](const QList<ResourceContents> &parts, const Traits &) {
        Json contents = Json::array();
        for (const ResourceContents &part : parts)
            contents.push_back(toJson(part));
        return Json{{"contents", std::move(contents)}};
    };
    const auto explain = [uri = *uri,
                          stateless = call.scope.traits->stateless](const Error &error) {
        if (error.kind != Error::Kind::NotFound)
            return rpc::toRpcError(error);
        // Revisions with sessions had a code of their own for this.
        return rpc::RpcError{stateless ? rpc::kInvalidParams : kResourceNotFound, error.text(),
                             Json{{"uri", uri}}};
    };
    m_support.calls->run(answerWith<QList<ResourceContents>>(
        running, m_resources.read(*uri, running->context()), kNoCaching, print, explain));
}

void ResourceMethods::watch(const MethodCall &call, bool on) const
{
    const auto uri = json::stringAt(call.message.params, "uri");
    if (!uri || uri->size() > kMaxUriLength)
        return call.refuse(
            u"A subscription needs uri as a string of at most %1 characters."_s.arg(kMaxUriLength));
    QSet<QString> &watched = call.scope.session->watchedResources();
    if (!on)
        watched.remove(*uri);
    else if (watched.size() >= kMaxWatched && !watched.contains(*uri))
        return call.refuse(u"A session can watch %1 resources."_s.arg(kMaxWatched));
    else
        watched.insert(*uri);
    call.reply->result("{}");
}

} // namespace flaredeck::mcp
