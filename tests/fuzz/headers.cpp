#include "core/mcp/errorcodes.h"
#include "core/mcp/transports/standardheaders.h"
#include "tests/fuzz/fuzztarget.h"

#include <algorithm>

using namespace flaredeck;
using namespace flaredeck::mcp;

namespace {

/// As a client writes a text into a header (MCP 2026-07-28, basic/transports).
QByteArray headerText(const QByteArray &text)
{
    const bool isPlain =
        std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; }) &&
        text.trimmed() == text && !(text.startsWith("=?base64?") && text.endsWith("?="));
    return isPlain ? text : "=?base64?" + text.toBase64() + "?=";
}

/// RFC 3629 by its table.
bool isStrictUtf8(const QByteArray &text)
{
    for (qsizetype i = 0; i < text.size();) {
        const auto at = [&text](qsizetype index) {
            return index < text.size() ? static_cast<unsigned char>(text[index]) : 0U;
        };
        const unsigned lead = at(i);
        const int more = lead < 0x80   ? 0
                         : lead < 0xc2 ? -1
                         : lead < 0xe0 ? 1
                         : lead < 0xf0 ? 2
                         : lead < 0xf5 ? 3
                                       : -1;
        if (more < 0)
            return false;
        for (int k = 1; k <= more; ++k) {
            if ((at(i + k) & 0xc0) != 0x80)
                return false;
        }
        const unsigned second = at(i + 1);
        if ((lead == 0xe0 && second < 0xa0) || (lead == 0xed && second > 0x9f) ||
            (lead == 0xf0 && second < 0x90) || (lead == 0xf4 && second > 0x8f))
            return false;
        i += more + 1;
    }
    return true;
}

const Json &schema()
{
    static const Json one{{"properties",
                           {{"a", {{"x-mcp-header", "A"}}},
                            {"b", {{"x-mcp-header", "B"}}},
                            {"in", {{"properties", {{"c", {{"x-mcp-header", "C"}}}}}}}}}};
    return one;
}

/// What an honest client sends for a value; nothing for values that no header can say.
std::optional<QByteArray> headerFor(const Json *value)
{
    if (!value || value->is_null() || value->is_structured())
        return std::nullopt;
    if (value->is_string())
        return headerText(QByteArray::fromStdString(value->get<std::string>()));
    return json::print(*value);
}

/// Whether a header says this text: as a whole, or by members that are all the same.
bool says(const QByteArray &header, const QByteArray &text)
{
    if (standardheaders::decode(header) == text)
        return true;
    QByteArrayList members;
    for (const QByteArray &part : header.split(',')) {
        const QByteArray member = part.trimmed();
        if (!member.isEmpty() && !members.contains(member))
            members << member;
    }
    return members.size() == 1 && standardheaders::decode(members.front()) == text;
}

void checkDecoding(const QByteArray &value)
{
    const auto decoded = standardheaders::decode(value);
    const QByteArray trimmed = value.trimmed();
    const bool isEncoded =
        trimmed.size() >= 11 && trimmed.startsWith("=?base64?") && trimmed.endsWith("?=");
    if (!isEncoded)
        MUST(decoded == trimmed);
    else if (decoded)
        MUST(isStrictUtf8(*decoded) && decoded->toBase64().size() == trimmed.size() - 11);

    if (isStrictUtf8(value))
        MUST(standardheaders::decode(headerText(value)) == value);
    else
        MUST(!standardheaders::decode("=?base64?" + value.toBase64() + "?="));
}

/// Headers that repeat the arguments pass; one that says anything else does not.
void checkArgumentHeaders(const QByteArray &header, const Json &arguments)
{
    const Json *inner = json::find(arguments, "in");
    const Json *values[] = {json::find(arguments, "a"), json::find(arguments, "b"),
                            inner ? json::find(*inner, "c") : nullptr};
    http::Headers honest;
    bool canBeSaid = true;
    for (size_t i = 0; i < std::size(values); ++i) {
        const auto text = headerFor(values[i]);
        if (text)
            honest.append(QByteArray("Mcp-Param-") + "ABC"[i], *text);
        else
            canBeSaid = canBeSaid && (!values[i] || values[i]->is_null());
    }
    const auto problem = standardheaders::checkArguments(honest, schema(), arguments);
    MUST(!problem == canBeSaid);
    MUST(!problem || problem->code == kHeaderMismatch);
    if (!canBeSaid || !values[0] || !values[0]->is_string())
        return;

    honest.set("Mcp-Param-A", header);
    const bool isSame = says(header, QByteArray::fromStdString(values[0]->get<std::string>()));
    MUST(!standardheaders::checkArguments(honest, schema(), arguments) == isSame);
}

/// Mcp-Method and Mcp-Name that pass repeat the body byte for byte.
void checkNames(const QByteArray &header, const rpc::Message &request)
{
    const QByteArray method = QByteArray::fromStdString(request.method);
    http::Headers headers{{"Mcp-Method", method}};
    const auto name = json::stringAt(request.params, "name");
    if (name)
        headers.append("Mcp-Name", headerText(name->toUtf8()));
    const bool isNamed = method == "tools/call" || method == "prompts/get";
    if (method.trimmed() == method && isNamed && name)
        MUST(!standardheaders::check(headers, request));

    headers.set("Mcp-Name", header);
    if (isNamed && !standardheaders::check(headers, request))
        MUST(name && says(header, name->toUtf8()));
    headers.set("Mcp-Method", header);
    if (!standardheaders::check(headers, request))
        MUST(header.trimmed() == method || says(header, method));
}

} // namespace

/// The first line is a header's value, the rest are arguments or a request.
FUZZ_TARGET(headers)
{
    checkDecoding(input);
    const qsizetype end = input.indexOf('\n');
    if (end < 0)
        return;
    const QByteArray header = input.left(end);
    if (const auto arguments = json::parse(input.mid(end + 1)); arguments && arguments->is_object())
        checkArgumentHeaders(header, *arguments);
    const auto payload = rpc::parse(input.mid(end + 1));
    if (payload && !payload->isBatch &&
        payload->messages.front().kind == rpc::Message::Kind::Request)
        checkNames(header, payload->messages.front());
}
