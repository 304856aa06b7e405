#include "core/rpc/message.h"
#include "tests/fuzz/fuzztarget.h"

#include <algorithm>

using namespace flaredeck;

namespace {

int depthOf(const Json &value)
{
    if (!value.is_structured())
        return 0;
    int deepest = 0;
    for (const Json &inner : value)
        deepest = std::max(deepest, depthOf(inner));
    return deepest + 1;
}

QByteArray nested(const QByteArray &document, int levels)
{
    return QByteArray(levels, '[') + document + QByteArray(levels, ']');
}

/// A message as its sender could have written it.
Json written(const rpc::Message &message)
{
    Json object{{"jsonrpc", "2.0"}};
    if (!message.id.json().isEmpty())
        object["id"] = *json::parse(message.id.json());
    if (message.kind == rpc::Message::Kind::Response) {
        if (message.id.json().isEmpty())
            object["id"] = nullptr;
        // An error member may be null, too; then the result decides nothing.
        object[message.error.is_null() ? "result" : "error"] =
            message.error.is_null() ? message.result : message.error;
        return object;
    }
    object["method"] = message.method;
    if (!message.params.is_null())
        object["params"] = message.params;
    return object;
}

void mustBeSame(const rpc::Message &a, const rpc::Message &b)
{
    MUST(a.kind == b.kind);
    MUST(a.id == b.id);
    MUST(a.method == b.method);
    MUST(a.params == b.params);
    MUST(a.result == b.result);
    MUST(a.error == b.error);
}

/// The messages that we write about this one are read as what they are.
void checkAnswers(const rpc::Message &message)
{
    const auto result = rpc::parse(rpc::resultMessage(message.id, json::print(message.params)));
    MUST(result && result->messages.front().kind == rpc::Message::Kind::Response);
    MUST(result->messages.front().id == message.id);
    MUST(result->messages.front().result == message.params);

    const rpc::RpcError error{rpc::kInvalidParams, QString::fromStdString(message.method),
                              Json{{"id", *json::parse(message.id.json())}}};
    const auto refused = rpc::parse(rpc::errorMessage(message.id, error));
    MUST(refused && refused->messages.front().id == message.id);
    MUST(json::stringAt(refused->messages.front().error, "message") == error.message);

    const auto note = rpc::parse(rpc::notification(
        QByteArrayView(message.method.data(), static_cast<qsizetype>(message.method.size())),
        message.params));
    MUST(note && note->messages.front().kind == rpc::Message::Kind::Notification);
    MUST(note->messages.front().method == message.method);
    MUST(note->messages.front().params == message.params);
}

void checkDocument(const QByteArray &bytes, const Json &document)
{
    const int depth = depthOf(document);
    MUST(depth <= json::kMaxDepth);
    // A byte order mark may only be at the start.
    const bool hasMark = bytes.startsWith("\xef\xbb\xbf");
    const QByteArray plain = hasMark ? bytes.mid(3) : bytes;
    MUST(json::parse(nested(plain, json::kMaxDepth - depth)));
    MUST(!json::parse(nested(plain, json::kMaxDepth - depth + 1)));

    const QByteArray printed = json::print(document);
    MUST(!printed.contains('\n') && !printed.contains('\r') && !printed.contains('\0'));
    for (const char *lineEnd : {"\xe2\x80\xa8", "\xe2\x80\xa9", "\xc2\x85"})
        MUST(!printed.contains(lineEnd));
    const auto again = json::parse(printed);
    MUST(again && *again == document);
    MUST(json::print(*again) == printed);
}

} // namespace

FUZZ_TARGET(jsonrpc)
{
    const auto document = json::parse(input);
    if (document)
        checkDocument(input, *document);
    else
        MUST(document.error().kind == Error::Kind::InvalidInput &&
             !document.error().message.isEmpty());

    const auto payload = rpc::parse(input);
    if (!payload) {
        const rpc::Malformed &malformed = payload.error();
        MUST((malformed.error.code == rpc::kParseError) == !document.has_value());
        MUST(malformed.error.code == rpc::kParseError ||
             malformed.error.code == rpc::kInvalidRequest);
        MUST(json::parse(rpc::errorMessage(malformed.id, malformed.error)));
        return;
    }
    MUST(document && document->is_array() == payload->isBatch);
    MUST(!payload->messages.empty() && payload->messages.size() <= rpc::kMaxBatch);
    MUST(payload->isBatch || payload->messages.size() == 1);

    Json all = Json::array();
    for (const rpc::Message &message : payload->messages) {
        const bool isRequest = message.kind == rpc::Message::Kind::Request;
        MUST(!isRequest || !message.id.json().isEmpty());
        MUST(message.kind != rpc::Message::Kind::Notification || message.id.json().isEmpty());
        if (isRequest)
            checkAnswers(message);
        all.push_back(written(message));
    }
    const auto again = rpc::parse(json::print(payload->isBatch ? all : all.front()));
    MUST(again && again->messages.size() == payload->messages.size());
    for (size_t i = 0; i < again->messages.size(); ++i)
        mustBeSame(again->messages[i], payload->messages[i]);
}
