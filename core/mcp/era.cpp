#include "core/mcp/era.h"

#include "core/mcp/errorcodes.h"
#include "core/mcp/metakeys.h"

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace flaredeck::mcp {

namespace {

using Route = EraDecision::Route;

/// The version that a message claims in its `_meta`.
struct Claim {
    bool present = false;
    bool wellFormed = false;
    QByteArray version;
};

Claim readClaim(const rpc::Message &message)
{
    Claim claim;
    const Json *meta = json::find(message.params, "_meta");
    const Json *version = meta ? json::find(*meta, meta::kProtocolVersion) : nullptr;
    if (!version || version->is_null())
        return claim;
    claim.present = true;
    const Json *capabilities = json::find(*meta, meta::kClientCapabilities);
    if (version->is_string()) {
        claim.version = QByteArray::fromStdString(version->get_ref<const std::string &>());
        claim.wellFormed = capabilities && capabilities->is_object();
    }
    return claim;
}

EraDecision refuse(int code, QString message, Json data = nullptr)
{
    return {Route::Refuse, {code, std::move(message), std::move(data)}};
}

EraDecision refuseMismatch()
{
    return refuse(kHeaderMismatch,
                  u"The header MCP-Protocol-Version and the version in _meta differ."_s);
}

EraDecision refuseUnserved(const QByteArray &version)
{
    // A claim that names a revision with `initialize` must not be offered those again: a client
    // that follows the list would repeat the same claim for ever.
    const bool offerAll = !findRevision(version);
    return refuse(kUnsupportedProtocolVersion,
                  u"This server does not serve protocol revision %1 without initialize."_s.arg(
                      QString::fromUtf8(version)),
                  Json{{"supported", offerAll ? servedRevisionNames() : statelessRevisionNames()},
                       {"requested", version.toStdString()}});
}

EraDecision decideClaimed(const EraQuestion &question, const Claim &claim)
{
    if (!claim.wellFormed)
        return refuse(rpc::kInvalidParams,
                      u"_meta needs protocolVersion as a string and clientCapabilities as an "
                      u"object."_s);
    if (!question.version.isEmpty() && question.version != claim.version)
        return refuseMismatch();
    const std::string &method = question.body.messages.front().method;
    if (!question.method.isEmpty() && QByteArrayView(question.method) != QByteArrayView(method))
        return refuse(kHeaderMismatch, u"The header Mcp-Method and the method differ."_s);
    const Traits *revision = findStateless(claim.version);
    if (!revision)
        return refuseUnserved(claim.version);
    if (question.version.isEmpty())
        return refuse(kHeaderMismatch, u"The header MCP-Protocol-Version is missing."_s);
    return {Route::Stateless, {}, revision};
}

EraDecision decideInitialize(const EraQuestion &question, const Claim &claim)
{
    if (claim.wellFormed && isModern(claim.version))
        return decideClaimed(question, claim); // which has no such method
    // A header that nobody knows says nothing against it: initialize itself settles the revision.
    if (findStateless(question.version))
        return refuse(kHeaderMismatch,
                      u"The header MCP-Protocol-Version names a revision without initialize."_s);
    return {Route::NewSession};
}

/// Requests without a claim, and responses.
EraDecision decideUnclaimed(const EraQuestion &question)
{
    const bool known = question.version.isEmpty() || findRevision(question.version);
    if (!question.hasSessionId) {
        if (!known)
            return refuseUnserved(question.version);
        return refuse(rpc::kServerError, u"The header Mcp-Session-Id is missing. Send initialize "
                                         u"first, and its session id with every request."_s);
    }
    if (!known)
        return refuse(rpc::kServerError,
                      u"The header MCP-Protocol-Version names no revision that this server "
                      u"serves."_s);
    return {Route::Session};
}

EraDecision decideBatch(const EraQuestion &question)
{
    const auto &messages = question.body.messages;
    const bool claimed = std::any_of(messages.begin(), messages.end(), [](const auto &message) {
        return readClaim(message).present;
    });
    if (claimed || (!question.version.isEmpty() && isModern(question.version)))
        return refuse(rpc::kInvalidRequest, u"This protocol revision has no batches."_s);
    if (std::any_of(messages.begin(), messages.end(),
                    [](const auto &message) { return message.method == "initialize"; }))
        return refuse(rpc::kInvalidRequest, u"initialize must not be part of a batch."_s);
    return decideUnclaimed(question);
}

} // namespace

EraDecision decideEra(const EraQuestion &question)
{
    if (question.body.isBatch)
        return decideBatch(question);

    const rpc::Message &message = question.body.messages.front();
    const Claim claim = readClaim(message);
    const bool modernHeader = !question.version.isEmpty() && isModern(question.version);

    if (message.kind == rpc::Message::Kind::Response)
        return decideUnclaimed(question);

    if (message.kind == rpc::Message::Kind::Notification) {
        if (!claim.present && !modernHeader)
            return decideUnclaimed(question);
        if (claim.present && !question.version.isEmpty() && question.version != claim.version)
            return refuseMismatch();
        return {Route::Drop};
    }

    if (message.method == "initialize")
        return decideInitialize(question, claim);
    if (claim.present)
        return decideClaimed(question, claim);
    if (modernHeader)
        return refuse(
            rpc::kInvalidParams,
            u"A request of this revision needs io.modelcontextprotocol/protocolVersion and "
            u"io.modelcontextprotocol/clientCapabilities in params._meta."_s);
    return decideUnclaimed(question);
}

} // namespace flaredeck::mcp
