#include "core/mcp/methods/inputs.h"

#include "core/base/crypto.h"

#include <algorithm>

namespace flaredeck::mcp::inputs {

namespace {

constexpr auto kUrlSafe = QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals;

bool isUrlMode(const InputRequest &request)
{
    const auto mode = request.params.find("mode");
    return mode != request.params.end() && *mode == "url";
}

const char *capabilityOf(const InputRequest &request)
{
    if (request.method == "elicitation/create")
        return "elicitation";
    return request.method == "roots/list" ? "roots" : "sampling";
}

/// Whether the value has the type of the property, and is one of those to choose from.
bool fitsProperty(const Json &value, const Json &property)
{
    if (const Json *choice = json::find(property, "enum");
        choice && std::find(choice->begin(), choice->end(), value) == choice->end())
        return false;
    const Json *member = json::find(property, "type");
    const Json type = member ? *member : Json();
    if (type == "string")
        return value.is_string();
    if (type == "integer")
        return value.is_number_integer();
    if (type == "number")
        return value.is_number();
    if (type == "boolean")
        return value.is_boolean();
    if (type == "array")
        return value.is_array();
    return true;
}

bool fillsForm(const Json &content, const Json &schema)
{
    if (!content.is_object())
        return false;
    if (const Json *required = json::find(schema, "required")) {
        for (const Json &name : *required) {
            if (name.is_string() && !content.contains(name.get_ref<const std::string &>()))
                return false;
        }
    }
    const Json *properties = json::find(schema, "properties");
    if (!properties || !properties->is_object())
        return true;
    return std::all_of(content.items().begin(), content.items().end(), [&](const auto &field) {
        const Json *property = json::find(*properties, field.key().c_str());
        return !property || fitsProperty(field.value(), *property);
    });
}

} // namespace

Json neededCapability(const InputRequest &request)
{
    Json needed = Json::object();
    needed[capabilityOf(request)] =
        isUrlMode(request) ? Json{{"url", Json::object()}} : Json::object();
    return needed;
}

bool canAnswer(const Json &clientCapabilities, const InputRequest &request)
{
    const Json *capability = json::find(clientCapabilities, capabilityOf(request));
    if (!capability || !capability->is_object())
        return false;
    if (request.method != "elicitation/create")
        return true;
    // An empty object means forms, from the time when there was nothing else.
    if (isUrlMode(request))
        return capability->contains("url");
    return capability->empty() || capability->contains("form") || !capability->contains("url");
}

bool isAnswer(const Json &response, const InputRequest &request)
{
    if (!response.is_object())
        return false;
    if (request.method == "roots/list")
        return response.contains("roots") && response.at("roots").is_array();
    if (request.method == "sampling/createMessage")
        return response.contains("role") && response.contains("content");
    const Json *action = json::find(response, "action");
    if (!action || (*action != "accept" && *action != "decline" && *action != "cancel"))
        return false;
    if (*action != "accept" || isUrlMode(request))
        return true;
    const Json *content = json::find(response, "content");
    const Json *schema = json::find(request.params, "requestedSchema");
    return fillsForm(content ? *content : Json(), schema ? *schema : Json());
}

bool willDo(const InputRequest &request, const Json &response)
{
    return request.accepts ? request.accepts(response) : isAnswer(response, request);
}

Json printed(const QList<InputRequest> &requests)
{
    Json printed = Json::object();
    for (const InputRequest &request : requests)
        printed[request.key.toStdString()] = {{"method", request.method},
                                              {"params", request.params}};
    return printed;
}

StateSeal::StateSeal()
    : m_key(crypto::randomBytes(32))
{
}

std::string StateSeal::close(const Json &answers, const QByteArray &context, Millis now) const
{
    const QByteArray plain = json::print({{"answers", answers}, {"until", now + kLifetime}});
    return crypto::seal(m_key, plain, context).toBase64(kUrlSafe).toStdString();
}

std::optional<Json> StateSeal::open(const std::string &state, const QByteArray &context,
                                    Millis now) const
{
    const auto sealed = QByteArray::fromBase64Encoding(
        QByteArray::fromStdString(state), kUrlSafe | QByteArray::AbortOnBase64DecodingErrors);
    if (!sealed)
        return std::nullopt;
    const auto plain = crypto::open(m_key, *sealed, context);
    if (!plain)
        return std::nullopt;
    const auto value = json::parse(*plain);
    if (!value || json::integerAt(*value, "until").value_or(0) < now)
        return std::nullopt;
    return value->at("answers");
}

} // namespace flaredeck::mcp::inputs
