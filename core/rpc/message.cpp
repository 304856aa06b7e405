#include "core/rpc/message.h"

#include <algorithm>
#include <cmath>

using namespace Qt::Literals::StringLiterals;

namespace flaredeck::rpc {

namespace {

/// Up to here every integer has a floating-point number of its own.
constexpr double kExactBelow = 9007199254740992.0;

tl::unexpected<Malformed> invalid(QString message, std::optional<RequestId> id = {})
{
    return tl::unexpected<Malformed>({{kInvalidRequest, std::move(message)}, std::move(id)});
}

/// Takes `params` out of `object`, which spares a copy of a large argument.
tl::expected<Message, Malformed> readMessage(Json &object)
{
    if (!object.is_object())
        return invalid(u"A JSON-RPC message must be an object."_s);

    Message message;
    const Json *idMember = json::find(object, "id");
    const std::optional<RequestId> id = idMember ? RequestId::fromJson(*idMember) : std::nullopt;

    const Json *version = json::find(object, "jsonrpc");
    if (!version || !version->is_string() || version->get_ref<const std::string &>() != "2.0")
        return invalid(u"The member jsonrpc must be \"2.0\"."_s, id);

    const auto method = object.find("method");
    if (method == object.end()) {
        const bool hasResult = object.contains("result");
        const bool hasError = object.contains("error");
        if (hasResult == hasError)
            return invalid(u"The message has no method, and is no response either."_s, id);
        if (!id && !(hasError && idMember && idMember->is_null()))
            return invalid(u"A response needs the id of its request."_s);
        message.kind = Message::Kind::Response;
        message.id = id.value_or(RequestId());
        if (hasResult)
            message.result = std::move(object["result"]);
        else
            message.error = std::move(object["error"]);
        return message;
    }

    if (!method->is_string())
        return invalid(u"The member method must be a string."_s, id);
    if (idMember && !id)
        return invalid(u"A request id must be an integer, or a string of at most %1 bytes."_s.arg(
                           kMaxIdLength),
                       RequestId::ofNumber(*idMember));
    const auto params = object.find("params");
    // Serializers that write every member write null for what was not given.
    if (params != object.end() && !params->is_null()) {
        if (!params->is_structured())
            return invalid(u"The member params must be an object."_s, id);
        message.params = std::move(*params);
    }
    message.kind = id ? Message::Kind::Request : Message::Kind::Notification;
    message.id = id.value_or(RequestId());
    message.method = std::move(method->get_ref<std::string &>());
    return message;
}

} // namespace

std::optional<RequestId> RequestId::fromJson(const Json &value)
{
    RequestId id;
    if (value.is_number_unsigned())
        id.m_json = QByteArray::number(value.get<quint64>());
    else if (value.is_number_integer())
        id.m_json = QByteArray::number(value.get<qint64>());
    else if (value.is_string() && value.get_ref<const std::string &>().size() <= kMaxIdLength)
        id.m_json = json::print(value);
    else if (value.is_number() && std::trunc(value.get<double>()) == value.get<double>() &&
             std::abs(value.get<double>()) < kExactBelow)
        id.m_json = QByteArray::number(static_cast<qint64>(value.get<double>()));
    else
        return std::nullopt;
    return id;
}

std::optional<RequestId> RequestId::ofNumber(const Json &value)
{
    if (!value.is_number())
        return std::nullopt;
    RequestId id;
    id.m_json = json::print(value);
    return id;
}

int Payload::requestCount() const
{
    return static_cast<int>(
        std::count_if(messages.begin(), messages.end(), [](const Message &message) {
            return message.kind == Message::Kind::Request;
        }));
}

tl::expected<Payload, Malformed> parse(const QByteArray &bytes)
{
    Result<Json> document = json::parse(bytes);
    if (!document)
        return tl::unexpected<Malformed>({{kParseError, document.error().text()}, std::nullopt});

    Payload payload;
    if (!document->is_array()) {
        auto message = readMessage(*document);
        if (!message)
            return tl::unexpected(std::move(message.error()));
        payload.messages.push_back(std::move(*message));
        return payload;
    }

    payload.isBatch = true;
    if (document->empty())
        return invalid(u"A batch must not be empty."_s);
    if (document->size() > kMaxBatch)
        return invalid(u"A batch must not hold more than %1 messages."_s.arg(kMaxBatch));
    payload.messages.reserve(document->size());
    for (Json &element : *document) {
        auto message = readMessage(element);
        if (!message)
            return tl::unexpected(std::move(message.error()));
        payload.messages.push_back(std::move(*message));
    }
    return payload;
}

QByteArray requestMessage(const QByteArray &id, const std::string &method, const Json &params)
{
    return json::print(
        Json{{"jsonrpc", "2.0"}, {"id", id.toStdString()}, {"method", method}, {"params", params}});
}

QByteArray resultMessage(const RequestId &id, const QByteArray &result)
{
    static constexpr QByteArrayView kHead = "{\"jsonrpc\":\"2.0\",\"id\":";
    static constexpr QByteArrayView kResult = ",\"result\":";
    QByteArray message;
    message.reserve(kHead.size() + id.json().size() + kResult.size() + result.size() + 1);
    message.append(kHead).append(id.json()).append(kResult).append(result).append('}');
    return message;
}

QByteArray errorMessage(const std::optional<RequestId> &id, const RpcError &error)
{
    Json body{{"code", error.code}, {"message", error.message}};
    if (!error.data.is_null())
        body["data"] = error.data;
    return "{\"jsonrpc\":\"2.0\",\"id\":" + (id ? id->json() : QByteArray("null")) +
           ",\"error\":" + json::print(body) + '}';
}

QByteArray notification(QByteArrayView method, const Json &params)
{
    Json message{{"jsonrpc", "2.0"}, {"method", std::string(method.data(), method.size())}};
    if (!params.is_null())
        message["params"] = params;
    return json::print(message);
}

} // namespace flaredeck::rpc
