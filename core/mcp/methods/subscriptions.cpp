#include "core/mcp/methods/subscriptions.h"

#include "core/base/logging.h"
#include "core/mcp/metakeys.h"
#include "core/mcp/revision.h"
#include "core/mcp/transports/httpwords.h"

#include <QSet>

#include <algorithm>
#include <array>

using namespace Qt::Literals::StringLiterals;

namespace flaredeck::mcp {

struct Subscriptions::Stream {
    GrantId grant;
    rpc::RequestId request;
    Json id; ///< of the listen request, with its JSON type
    QSet<Change> lists;
    QSet<QString> resources;
    std::unique_ptr<http::SseStream> stream;
};

namespace {

constexpr std::array<std::pair<const char *, Change>, 3> kLists{{
    {"toolsListChanged", Change::Tools},
    {"promptsListChanged", Change::Prompts},
    {"resourcesListChanged", Change::Resources},
}};

Json idMeta(const Json &id)
{
    return {{meta::kSubscriptionId, id}};
}

/// What the request asks for, or why it cannot be read.
tl::expected<Json, QString> wishes(const Json &params)
{
    const Json *given = json::find(params, "notifications");
    if (!given || !given->is_object())
        return tl::unexpected(u"subscriptions/listen needs notifications as an object."_s);
    Json notifications = *given;
    std::erase_if(notifications.get_ref<Json::object_t &>(),
                  [](const auto &member) { return member.second.is_null(); });
    for (const auto &[kind, change] : kLists) {
        const Json *wish = json::find(notifications, kind);
        if (wish && !wish->is_boolean())
            return tl::unexpected(u"%1 must be true or false."_s.arg(QString::fromLatin1(kind)));
    }
    const Json *uris = json::find(notifications, "resourceSubscriptions");
    if (uris && (!uris->is_array() || !std::all_of(uris->begin(), uris->end(), [](const Json &uri) {
            return uri.is_string();
        })))
        return tl::unexpected(u"resourceSubscriptions must be an array of strings."_s);
    // They are kept as long as the stream is.
    if (uris && (uris->size() > std::size_t(Subscriptions::kMaxResources) ||
                 json::print(*uris).size() > Subscriptions::kMaxWishBytes))
        return tl::unexpected(
            u"resourceSubscriptions may name at most %1 resources, with %2 KiB altogether."_s.arg(
                QString::number(Subscriptions::kMaxResources),
                QString::number(Subscriptions::kMaxWishBytes / 1024)));
    return notifications;
}

} // namespace

Subscriptions::Subscriptions(const McpServer &server, QObject *parent)
    : QObject(parent)
    , m_server(server)
{
}

Subscriptions::~Subscriptions() = default;

void Subscriptions::open(const rpc::Message &request, const CallerPtr &caller,
                         const http::ExchangePtr &exchange)
{
    const auto wanted = wishes(request.params);
    if (!wanted)
        return exchange->respond(refusal(200, {rpc::kInvalidParams, wanted.error()}, request.id));
    sweep();
    if (count() >= kMaxStreams || countOf(caller->grant) >= kMaxPerGrant)
        return exchange->respond(refusal(
            200, {rpc::kInternalError, u"There are too many subscription streams already."_s},
            request.id));

    auto entry = std::make_unique<Stream>();
    entry->grant = caller->grant;
    entry->request = request.id;
    entry->id = json::parse(request.id.json()).value_or(Json());
    entry->stream = std::make_unique<http::SseStream>(exchange);

    Json honoured = Json::object();
    for (const auto &[kind, change] : kLists) {
        const Json *wish = json::find(*wanted, kind);
        if (wish && wish->get<bool>() && m_server.offers(change)) {
            entry->lists << change;
            honoured[kind] = true;
        }
    }
    const Json *uris = json::find(*wanted, "resourceSubscriptions");
    if (uris && !uris->empty() && m_server.offers(Change::Resources)) {
        for (const Json &uri : *uris)
            entry->resources << json::toQString(uri);
        honoured["resourceSubscriptions"] = *uris;
    }
    entry->stream->send(
        rpc::notification("notifications/subscriptions/acknowledged",
                          {{"notifications", honoured}, {"_meta", idMeta(entry->id)}}));
    if (honoured.empty())
        return end(*entry);
    // Queued, because it ends with the removal of the stream whose signal this is.
    connect(
        entry->stream.get(), &http::SseStream::closed, this, [this] { sweep(); },
        Qt::QueuedConnection);
    m_streams.push_back(std::move(entry));
}

int Subscriptions::countOf(const GrantId &grant) const
{
    return static_cast<int>(
        std::count_if(m_streams.begin(), m_streams.end(),
                      [&grant](const auto &stream) { return stream->grant == grant; }));
}

void Subscriptions::announce(Change change, const GrantId *grant)
{
    for (const auto &entry : m_streams) {
        if ((!grant || entry->grant == *grant) && entry->lists.contains(change))
            entry->stream->send(
                rpc::notification(notificationOf(change), {{"_meta", idMeta(entry->id)}}));
    }
}

void Subscriptions::announceUpdate(const QString &uri)
{
    for (const auto &entry : m_streams) {
        if (entry->resources.contains(uri))
            entry->stream->send(rpc::notification("notifications/resources/updated",
                                                  {{"uri", uri}, {"_meta", idMeta(entry->id)}}));
    }
}

void Subscriptions::endGrant(const GrantId &grant)
{
    for (const auto &entry : m_streams) {
        if (entry->grant == grant)
            end(*entry);
    }
    sweep();
}

void Subscriptions::endAll()
{
    for (const auto &entry : m_streams)
        end(*entry);
    m_streams.clear();
}

void Subscriptions::end(Stream &stream)
{
    stream.stream->send(rpc::resultMessage(
        stream.request, m_server.writer().write({{"_meta", idMeta(stream.id)}},
                                                *findStateless(kFirstModernRevision))));
    stream.stream->end();
}

void Subscriptions::sweep()
{
    m_streams.remove_if([](const auto &entry) { return !entry->stream->isOpen(); });
}

} // namespace flaredeck::mcp
