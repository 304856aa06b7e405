#include "core/mcp/era.h"
#include "core/mcp/metakeys.h"
#include "tests/fuzz/fuzztarget.h"

#include <algorithm>

using namespace flaredeck;
using namespace flaredeck::mcp;

namespace {

using Route = EraDecision::Route;

/// The first lines are MCP-Protocol-Version, Mcp-Method and the session header; the rest is the
/// body.
QByteArray takeHeader(QByteArray &input)
{
    const qsizetype end = input.indexOf('\n');
    const QByteArray line = end < 0 ? input : input.left(end);
    input = end < 0 ? QByteArray() : input.mid(end + 1);
    return line.trimmed();
}

enum class Claimed { Nothing, Broken, Version };

Claimed claimOf(const rpc::Message &message)
{
    if (!message.params.is_object() || !message.params.contains("_meta"))
        return Claimed::Nothing;
    const Json &meta = message.params["_meta"];
    if (!meta.is_object() || !meta.contains(meta::kProtocolVersion) ||
        meta[meta::kProtocolVersion].is_null())
        return Claimed::Nothing;
    const bool isWhole = meta[meta::kProtocolVersion].is_string() &&
                         meta.contains(meta::kClientCapabilities) &&
                         meta[meta::kClientCapabilities].is_object();
    return isWhole ? Claimed::Version : Claimed::Broken;
}

void checkRefusal(const EraDecision &decision, const rpc::Payload &body)
{
    MUST(decision.error.code != 0 && !decision.error.message.isEmpty());
    MUST(rpc::parse(rpc::errorMessage(body.messages.front().id.json().isEmpty()
                                          ? std::nullopt
                                          : std::optional(body.messages.front().id),
                                      decision.error)));
}

void checkStateless(const EraDecision &decision, const EraQuestion &question)
{
    const rpc::Message &message = question.body.messages.front();
    MUST(!question.body.isBatch && message.kind == rpc::Message::Kind::Request);
    MUST(decision.revision && decision.revision->stateless);
    MUST(claimOf(message) == Claimed::Version);
    MUST(message.params["_meta"][meta::kProtocolVersion] == decision.revision->name);
    MUST(question.version == decision.revision->name);
    MUST(question.method.isEmpty() || question.method.toStdString() == message.method);
}

} // namespace

FUZZ_TARGET(era)
{
    QByteArray body = input;
    const QByteArray version = takeHeader(body);
    const QByteArray method = takeHeader(body);
    const bool hasSession = !takeHeader(body).isEmpty();
    const auto payload = rpc::parse(body);
    if (!payload)
        return;

    const EraQuestion question{version, method, hasSession, *payload};
    const EraDecision decision = decideEra(question);
    const auto &messages = payload->messages;
    const auto any = [&messages](auto test) {
        return std::any_of(messages.begin(), messages.end(), test);
    };
    switch (decision.route) {
    case Route::NewSession:
        MUST(!payload->isBatch && messages.front().kind == rpc::Message::Kind::Request);
        MUST(messages.front().method == "initialize");
        MUST(!findStateless(version));
        break;
    case Route::Session:
        MUST(hasSession);
        MUST(version.isEmpty() || findRevision(version));
        MUST(!any([](const auto &message) { return claimOf(message) != Claimed::Nothing; }));
        MUST(!any([](const auto &message) {
            return message.kind == rpc::Message::Kind::Request && message.method == "initialize";
        }));
        break;
    case Route::Stateless:
        checkStateless(decision, question);
        break;
    case Route::Drop:
        MUST(!payload->isBatch && messages.front().kind == rpc::Message::Kind::Notification);
        break;
    case Route::Refuse:
        checkRefusal(decision, *payload);
        break;
    }

    // The headers of the other era mean nothing to a request that claims its version.
    if (!payload->isBatch && claimOf(messages.front()) == Claimed::Version &&
        decision.route == Route::Stateless) {
        const EraQuestion same{version, method, !hasSession, *payload};
        MUST(decideEra(same).route == Route::Stateless);
    }
}
