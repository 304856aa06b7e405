#include "core/base/json.h"
#include "core/http/ssestream.h"
#include "tests/fuzz/fuzztarget.h"

#include <vector>

using namespace flaredeck;
using flaredeck::http::SseStream;

namespace {

struct SseEvent {
    QByteArray type;
    QByteArray data;
    QByteArray id;
};

/// CR LF, LF and CR all end a line of an event stream.
QByteArray withLineFeeds(QByteArray text)
{
    return text.replace("\r\n", "\n").replace('\r', '\n');
}

/// The events that a reader gets (WHATWG HTML §9.2.6).
std::vector<SseEvent> readEvents(const QByteArray &stream)
{
    std::vector<SseEvent> events;
    SseEvent current;
    QByteArray lastId;
    bool hasData = false;
    for (const QByteArray &line : withLineFeeds(stream).split('\n')) {
        if (line.isEmpty()) {
            if (hasData) {
                current.data.chop(1);
                current.id = lastId;
                events.push_back(current);
            }
            current = {};
            hasData = false;
            continue;
        }
        const qsizetype colon = line.indexOf(':');
        const QByteArray field = colon < 0 ? line : line.left(colon);
        QByteArray value = colon < 0 ? QByteArray() : line.mid(colon + 1);
        if (value.startsWith(' '))
            value.remove(0, 1);
        if (field == "event") {
            current.type = value;
        } else if (field == "data") {
            current.data += value + '\n';
            hasData = true;
        } else if (field == "id" && !value.contains('\0')) {
            lastId = value;
        }
    }
    return events;
}

void mustArrive(const QByteArray &data, const QByteArray &expected)
{
    const auto events =
        readEvents(SseStream::frame(data, "message", "7") + SseStream::frame("next", {}, {}));
    MUST(events.size() == 2);
    MUST(events[0].type == "message" && events[0].id == "7");
    MUST(events[0].data == expected);
    MUST(events[1].data == "next");
}

} // namespace

FUZZ_TARGET(sse)
{
    // What the transports send: one line, whatever the text holds.
    const QByteArray message = json::print(Json(QString::fromUtf8(input)));
    mustArrive(message, message);
    // Anything else stays one event as well; the format has one kind of line break only.
    mustArrive(input, withLineFeeds(input));
}
