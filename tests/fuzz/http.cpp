#include "core/http/hostgate.h"
#include "core/http/requestframer.h"
#include "tests/fuzz/fuzztarget.h"

#include <algorithm>
#include <random>
#include <string_view>
#include <vector>

using namespace flaredeck::http;

namespace {

// Small enough that a fuzzer gets beyond them.
constexpr Limits kSmallLimits{.maxBodyBytes = 600, .maxHeaderBytes = 400};
constexpr quint16 kOurPort = 8788;

/// One request that the framer let through.
struct Framed {
    RequestHead head;
    QByteArray body;
    qsizetype headEnd = 0; ///< bytes fed when the head was complete
    qsizetype bodyEnd = 0;
};

struct Verdict {
    std::vector<Framed> requests;
    std::optional<RequestHead> unfinished; ///< its body has not arrived
    std::optional<Refusal> refusal;
};

template <typename NextPiece>
Verdict frameInPieces(const QByteArray &bytes, NextPiece nextPiece)
{
    Verdict verdict;
    RequestFramer framer(kSmallLimits);
    qsizetype headEnd = 0;
    for (qsizetype fed = 0; fed < bytes.size();) {
        const qsizetype length = std::min<qsizetype>(nextPiece(), bytes.size() - fed);
        framer.append(QByteArrayView(bytes).sliced(fed, length));
        fed += length;
        for (bool more = true; more;) {
            switch (framer.next()) {
            case RequestFramer::Step::NeedsMore:
                more = false;
                break;
            case RequestFramer::Step::HeadRead:
                verdict.unfinished = framer.head();
                headEnd = fed;
                break;
            case RequestFramer::Step::Complete:
                verdict.requests.push_back({framer.head(), framer.takeBody(), headEnd, fed});
                verdict.unfinished.reset();
                break;
            case RequestFramer::Step::Refused:
                verdict.refusal = framer.refusal();
                return verdict;
            }
        }
    }
    return verdict;
}

bool isSameHead(const RequestHead &a, const RequestHead &b)
{
    return a.request.method == b.request.method && a.request.path == b.request.path &&
           a.request.query == b.request.query &&
           a.request.headers.lines() == b.request.headers.lines() &&
           a.contentLength == b.contentLength && a.isChunked == b.isChunked &&
           a.keepsAlive == b.keepsAlive && a.isHttp10 == b.isHttp10 &&
           a.expectsContinue == b.expectsContinue;
}

void mustBeSame(const Verdict &a, const Verdict &b)
{
    MUST(a.refusal == b.refusal);
    MUST(a.requests.size() == b.requests.size());
    for (size_t i = 0; i < a.requests.size(); ++i) {
        MUST(isSameHead(a.requests[i].head, b.requests[i].head));
        MUST(a.requests[i].body == b.requests[i].body);
    }
    MUST(a.unfinished.has_value() == b.unfinished.has_value());
    MUST(!a.unfinished || isSameHead(*a.unfinished, *b.unfinished));
}

/// Line by line; nothing when a line ends with anything but CR LF or holds one of the two inside.
std::optional<QByteArrayView> takeLine(QByteArrayView &bytes)
{
    const qsizetype end = bytes.indexOf("\r\n");
    if (end < 0)
        return std::nullopt;
    const QByteArrayView line = bytes.first(end);
    bytes = bytes.sliced(end + 2);
    if (line.contains('\r') || line.contains('\n'))
        return std::nullopt;
    return line;
}

/// The body of RFC 9112 §7.1 read by its grammar alone; nothing when `bytes` are more or less.
std::optional<QByteArray> decodeChunks(QByteArrayView bytes)
{
    QByteArray body;
    for (;;) {
        const auto line = takeLine(bytes);
        if (!line)
            return std::nullopt;
        qsizetype digits = 0;
        while (digits < line->size() &&
               std::string_view("0123456789abcdefABCDEF").find(line->at(digits)) !=
                   std::string_view::npos)
            ++digits;
        const qlonglong length = line->first(digits).toByteArray().toLongLong(nullptr, 16);
        const QByteArrayView extensions = line->sliced(digits);
        if (digits == 0 || (!extensions.isEmpty() && !extensions.trimmed().startsWith(';')))
            return std::nullopt;
        if (length == 0)
            break;
        if (bytes.size() < length + 2 || bytes.sliced(length, 2) != QByteArrayView("\r\n"))
            return std::nullopt;
        body.append(bytes.first(length));
        bytes = bytes.sliced(length + 2);
    }
    for (;;) {
        const auto trailer = takeLine(bytes);
        if (!trailer)
            return std::nullopt;
        if (trailer->isEmpty())
            return bytes.isEmpty() ? std::optional(body) : std::nullopt;
    }
}

Method methodNamed(QByteArrayView word)
{
    constexpr std::pair<const char *, Method> kNames[] = {
        {"GET", Method::Get},        {"POST", Method::Post}, {"HEAD", Method::Head},
        {"DELETE", Method::Delete},  {"PUT", Method::Put},   {"PATCH", Method::Patch},
        {"OPTIONS", Method::Options}};
    for (const auto &[name, method] : kNames) {
        if (word == QByteArrayView(name))
            return method;
    }
    return Method::Other;
}

/// What was let through says the same to whoever reads these bytes strictly.
void checkFramed(const Framed &framed, QByteArrayView headBytes, QByteArrayView bodyBytes)
{
    while (headBytes.startsWith('\r') || headBytes.startsWith('\n'))
        headBytes = headBytes.sliced(1);
    QByteArrayView rest = headBytes;
    const auto requestLine = takeLine(rest);
    MUST(requestLine && requestLine->contains(' '));
    MUST(methodNamed(requestLine->first(requestLine->indexOf(' '))) == framed.head.request.method);
    for (const auto &[name, value] : framed.head.request.headers.lines()) {
        const auto line = takeLine(rest);
        MUST(line && line->startsWith(name + ':'));
        MUST(line->sliced(name.size() + 1).trimmed() == value);
        MUST(std::none_of(value.begin(), value.end(), [](char c) {
            return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
        }));
    }
    MUST(takeLine(rest) == QByteArrayView(""));
    MUST(rest.isEmpty());
    MUST(headBytes.size() <= kSmallLimits.maxHeaderBytes);
    MUST(framed.head.request.path.startsWith('/'));
    MUST(framed.body.size() <= kSmallLimits.maxBodyBytes);

    if (framed.head.isChunked) {
        MUST(framed.head.request.headers.count("Content-Length") == 0);
        MUST(decodeChunks(bodyBytes) == framed.body);
    } else {
        MUST(framed.body.size() == framed.head.contentLength);
        MUST(framed.body == bodyBytes);
    }
}

/// What the gate lets through names this server, and comes from no foreign page.
void checkGate(Request request)
{
    const HostGate gate([](const QByteArray &) { return HostGate::Cors::Full; });
    request.peer.localPort = kOurPort;
    const auto answer = gate.check(request);
    if (answer) {
        MUST(answer->status == 403 || answer->status == 204);
        return;
    }
    const auto isOurs = [](const QByteArray &authority, bool anyPort) {
        for (const char *name : {"localhost", "127.0.0.1", "[::1]"}) {
            const QByteArray host(name);
            if (authority.toLower() == host)
                return anyPort;
            if (authority.left(host.size() + 1).toLower() == host + ':') {
                bool isNumber = false;
                const int port = authority.mid(host.size() + 1).toInt(&isNumber);
                return isNumber && (anyPort || port == kOurPort);
            }
        }
        return false;
    };
    MUST(request.headers.count("Host") == 1);
    MUST(isOurs(request.headers.value("Host"), false));
    if (request.headers.contains("Origin")) {
        const QByteArray origin = request.headers.value("Origin");
        MUST(origin.startsWith("http://") || origin.startsWith("https://"));
        MUST(isOurs(origin.mid(origin.indexOf("//") + 2), true));
        MUST(gate.corsHeaders(request).value("Access-Control-Allow-Origin") == origin);
    } else {
        MUST(!gate.corsHeaders(request).contains("Access-Control-Allow-Origin"));
    }
}

} // namespace

/// The first byte chooses how the others are cut into pieces.
FUZZ_TARGET(http)
{
    const QByteArray bytes = input.mid(1);
    std::minstd_rand random(input.isEmpty() ? 1U : static_cast<unsigned char>(input[0]) + 1U);

    const Verdict byteByByte = frameInPieces(bytes, [] { return 1; });
    mustBeSame(byteByByte, frameInPieces(bytes, [&bytes] { return bytes.size(); }));
    mustBeSame(byteByByte, frameInPieces(bytes, [&random] { return 1 + random() % 40; }));

    qsizetype begin = 0;
    for (const Framed &framed : byteByByte.requests) {
        checkFramed(framed, QByteArrayView(bytes).sliced(begin, framed.headEnd - begin),
                    QByteArrayView(bytes).sliced(framed.headEnd, framed.bodyEnd - framed.headEnd));
        begin = framed.bodyEnd;
        checkGate(framed.head.request);
    }
    if (byteByByte.refusal) {
        MUST(byteByByte.refusal->status >= 400 && byteByByte.refusal->status < 600);
        MUST(!byteByByte.refusal->cause.isEmpty());
    }
}
