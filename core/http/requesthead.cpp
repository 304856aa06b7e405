#include "core/http/requesthead.h"

#include "core/base/digits.h"
#include "core/http/fieldsyntax.h"

#include <algorithm>
#include <array>
#include <limits>

namespace flaredeck::http {

namespace {

tl::unexpected<Refusal> refuse(int status, const char *cause)
{
    return tl::unexpected<Refusal>(Refusal{status, cause});
}

/// Where the line ends that begins at `from`. By a single character, which is found much faster.
qsizetype lineEnd(QByteArrayView bytes, qsizetype from)
{
    qsizetype newline = bytes.indexOf('\n', from);
    while (newline > 0 && bytes[newline - 1] != '\r')
        newline = bytes.indexOf('\n', newline + 1);
    return newline - 1;
}

Method methodOf(QByteArrayView name)
{
    struct Row {
        const char *name;
        Method method;
    };
    static constexpr std::array kRows{
        Row{"GET", Method::Get},         Row{"POST", Method::Post}, Row{"HEAD", Method::Head},
        Row{"DELETE", Method::Delete},   Row{"PUT", Method::Put},   Row{"PATCH", Method::Patch},
        Row{"OPTIONS", Method::Options},
    };
    for (const Row &row : kRows) {
        if (name == QByteArrayView(row.name))
            return row.method;
    }
    return Method::Other;
}

/// Reduces an absolute target to its path and hands out its authority (RFC 9112 §3.2.2).
QByteArrayView authorityOf(QByteArrayView &target)
{
    constexpr QByteArrayView kScheme("http://");
    if (target.size() < kScheme.size() || !isSameWord(target.first(kScheme.size()), kScheme))
        return {};
    const QByteArrayView rest = target.sliced(kScheme.size());
    const qsizetype slash = rest.indexOf('/');
    target = slash < 0 ? QByteArrayView("/") : rest.sliced(slash);
    return slash < 0 ? rest : rest.first(slash);
}

/// Nothing when all is well.
std::optional<Refusal> readRequestLine(QByteArrayView line, RequestHead &head,
                                       QByteArrayView &authority)
{
    const qsizetype first = line.indexOf(' ');
    const qsizetype last = line.lastIndexOf(' ');
    if (first <= 0 || last == first || !isToken(line.first(first)))
        return Refusal{400, "The request line is malformed."};

    const QByteArrayView version = line.sliced(last + 1);
    const auto isDigit = [](char c) { return c >= '0' && c <= '9'; };
    if (version.size() != 8 || !version.startsWith("HTTP/") || version[6] != '.' ||
        !isDigit(version[5]) || !isDigit(version[7]))
        return Refusal{400, "The request line does not end with an HTTP version."};
    if (version != "HTTP/1.1" && version != "HTTP/1.0")
        return Refusal{505, "This server speaks HTTP/1.1 only."};

    QByteArrayView target = line.sliced(first + 1, last - first - 1);
    const bool isVisible = std::all_of(target.begin(), target.end(),
                                       [](char c) { return c > 0x20 && c < 0x7f && c != '#'; });
    authority = authorityOf(target);
    if (!isVisible || !target.startsWith('/'))
        return Refusal{400, "The request target must be a path of visible ASCII characters."};

    head.isHttp10 = version.back() == '0';
    head.keepsAlive = !head.isHttp10;
    head.request.method = methodOf(line.first(first));
    const qsizetype question = target.indexOf('?');
    head.request.path = (question < 0 ? target : target.first(question)).toByteArray();
    if (question >= 0)
        head.request.query = target.sliced(question + 1).toByteArray();
    return std::nullopt;
}

std::optional<Refusal> readContentLength(QByteArrayView value, RequestHead &head)
{
    if (value.isEmpty() ||
        !std::all_of(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; }))
        return Refusal{400, "Content-Length must be one number."};
    const auto length = parseDigits(value);
    if (!length || *length > quint64(std::numeric_limits<qint64>::max()))
        return Refusal{413, "The body is too long."};
    head.contentLength = static_cast<qint64>(*length);
    return std::nullopt;
}

bool containsOption(QByteArrayView list, QByteArrayView option)
{
    for (qsizetype start = 0; start <= list.size();) {
        qsizetype end = list.indexOf(',', start);
        if (end < 0)
            end = list.size();
        if (isSameWord(list.sliced(start, end - start).trimmed(), option))
            return true;
        start = end + 1;
    }
    return false;
}

/// Lines that decide who asks or how a request is read, and that have one value (RFC 9110 §5.3): of
/// two that differ, another reader could take the other one. The host gate looks at Host and
/// Origin, and core/mcp at the headers of MCP.
bool hasOneValue(QByteArrayView name)
{
    static constexpr std::array<QByteArrayView, 5> kNames{"Content-Type", "Expect",
                                                          "Sec-Fetch-Dest", "Sec-Fetch-Mode",
                                                          "Access-Control-Request-Method"};
    return std::any_of(kNames.begin(), kNames.end(),
                       [name](QByteArrayView known) { return isSameWord(name, known); });
}

std::optional<Refusal> findAmbiguity(const Headers &headers)
{
    const auto &lines = headers.lines();
    for (auto line = lines.cbegin(); line != lines.cend(); ++line) {
        const bool isCredential = isSameWord(line->first, "Authorization");
        if (!isCredential && !hasOneValue(line->first))
            continue;
        const bool isUnclear = std::any_of(lines.cbegin(), line, [&](const auto &earlier) {
            return isSameWord(earlier.first, line->first) &&
                   (isCredential || earlier.second != line->second);
        });
        if (isUnclear)
            return Refusal{400, "A header line that may occur once is there twice, Authorization "
                                "or Content-Type for example."};
    }
    return std::nullopt;
}

/// What the header lines say about framing (RFC 9112 §6) and the connection.
std::optional<Refusal> readFraming(RequestHead &head)
{
    int lengths = 0;
    int encodings = 0;
    for (const auto &[name, value] : head.request.headers.lines()) {
        if (isSameWord(name, "Content-Length")) {
            if (++lengths > 1)
                return Refusal{400, "The request has more than one Content-Length."};
            if (auto refusal = readContentLength(value, head))
                return refusal;
        } else if (isSameWord(name, "Transfer-Encoding")) {
            ++encodings;
            head.isChunked = isSameWord(value, "chunked");
        } else if (isSameWord(name, "Connection")) {
            if (containsOption(value, "close"))
                head.keepsAlive = false;
        } else if (isSameWord(name, "Expect") && !head.isHttp10) {
            if (!isSameWord(value, "100-continue"))
                return Refusal{417, "The only expectation that this server knows is 100-continue."};
            head.expectsContinue = true;
        } else if (isSameWord(name, "Content-Encoding")) {
            head.isEncoded |= !value.isEmpty() && !isSameWord(value, "identity");
        }
    }
    if (encodings == 0)
        return std::nullopt;
    if (lengths > 0)
        return Refusal{400, "A request may have Content-Length or Transfer-Encoding, not both."};
    if (head.isHttp10)
        return Refusal{400, "HTTP/1.0 has no Transfer-Encoding."};
    if (encodings > 1 || !head.isChunked)
        return Refusal{501, "The only Transfer-Encoding that this server knows is chunked."};
    return std::nullopt;
}

} // namespace

tl::expected<RequestHead, Refusal> parseHead(QByteArrayView bytes)
{
    RequestHead head;
    QByteArrayView authority;
    qsizetype end = lineEnd(bytes, 0);
    if (auto refusal = readRequestLine(bytes.first(end), head, authority))
        return tl::unexpected<Refusal>(std::move(*refusal));

    QList<std::pair<QByteArray, QByteArray>> lines;
    lines.reserve(16);
    for (qsizetype start = end + 2; start < bytes.size(); start = end + 2) {
        end = lineEnd(bytes, start);
        const QByteArrayView line = bytes.sliced(start, end - start);
        if (line.isEmpty())
            break;
        if (line.front() == ' ' || line.front() == '\t')
            return refuse(400, "A header line may not be folded."); // RFC 9112 §5.2
        const qsizetype colon = line.indexOf(':');
        if (colon <= 0 || !isToken(line.first(colon)))
            return refuse(400, "A header line has no valid name.");
        // Before it is trimmed, which would take more than spaces and tabs away.
        if (!isFieldValue(line.sliced(colon + 1)))
            return refuse(400, "A header value contains a control character.");
        const QByteArrayView value = line.sliced(colon + 1).trimmed();
        lines.append({line.first(colon).toByteArray(), value.toByteArray()});
    }
    head.request.headers = Headers(std::move(lines));

    if (auto refusal = findAmbiguity(head.request.headers))
        return tl::unexpected<Refusal>(std::move(*refusal));
    if (auto refusal = readFraming(head))
        return tl::unexpected<Refusal>(std::move(*refusal));
    if (!authority.isEmpty() && !isSameWord(authority, head.request.headers.value("Host")))
        return refuse(400, "The request target and the Host header name different servers.");
    return head;
}

} // namespace flaredeck::http
