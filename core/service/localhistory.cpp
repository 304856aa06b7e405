// Verbs that list what happened, and go on listing it. Nothing is kept for a terminal that does not
// read: what it misses stays in the history, or in the log while that has room.
#include "core/base/logging.h"
#include "core/base/plaintext.h"
#include "core/base/waiting.h"
#include "core/service/localverbs.h"

#include <algorithm>

namespace flaredeck::service::localverb {

using namespace Qt::StringLiterals;

namespace {

/// Of an error only the beginning is shown; a client that fails with long ones costs little.
constexpr qsizetype kLongestError = 1000;
constexpr int kPage = 64;

using Calls = Result<QList<store::CallRecord>>;

const char *nameOf(store::Outcome outcome)
{
    switch (outcome) {
    case store::Outcome::Ok:
        return "ok";
    case store::Outcome::Error:
        return "error";
    case store::Outcome::Denied:
        return "denied";
    case store::Outcome::Cancelled:
        break;
    }
    return "cancelled";
}

/// As stored, which is redacted, and no more than a list in the window shows: neither arguments nor
/// results.
Json rowOf(const store::CallRecord &call)
{
    return {{"id", call.id},
            {"startedAt", call.startedAt},
            {"client", call.clientName},
            {"clientId", call.client.value},
            {"tool", call.tool},
            {"account", call.accountName},
            {"outcome", nameOf(call.outcome)},
            {"durationUs", call.durationUs},
            {"error", plaintext::cut(call.error, kLongestError)}};
}

Json rowOf(const LogRecord &record)
{
    return {{"number", record.sequence},
            {"loggedAt", record.time},
            {"level", nameOf(record.level)},
            {"category", record.category},
            {"message", record.message}};
}

template <typename Records>
Json rowsOf(const Records &records)
{
    Json rows = Json::array();
    for (const auto &record : records)
        rows.push_back(rowOf(record));
    return {{"rows", std::move(rows)}};
}

store::Archive &archiveOf(LocalDesk &desk)
{
    if (!desk.archive)
        desk.archive = std::make_unique<store::Archive>(desk.historyFile, QString());
    return *desk.archive;
}

QFuture<Calls> lastCalls(LocalDesk &desk, int count)
{
    return archiveOf(desk).calls([count](store::HistoryReader &reader) {
        QList<store::CallRecord> calls; // newest first, until all are there
        while (calls.size() < count) {
            const int wanted = std::min<int>(kPage, count - int(calls.size()));
            Calls page = reader.calls({}, calls.isEmpty() ? 0 : calls.constLast().id, wanted);
            if (!page)
                return page;
            for (store::CallRecord &call : *page)
                call.error = plaintext::cut(call.error, kLongestError);
            calls += *page;
            if (page->size() < wanted)
                break;
        }
        std::reverse(calls.begin(), calls.end());
        return Calls(calls);
    });
}

QFuture<Calls> nextCalls(LocalDesk &desk, qint64 after)
{
    return archiveOf(desk).calls([after](store::HistoryReader &reader) {
        Calls calls = reader.callsAfter(after, kPage);
        if (calls) {
            for (store::CallRecord &call : *calls)
                call.error = plaintext::cut(call.error, kLongestError);
        }
        return calls;
    });
}

Result<Json> wasQuit()
{
    return Json{{"done", "Flaredeck was quit."}};
}

Task<Result<Json>> followCalls(LocalDesk &desk, LocalLines &lines, qint64 after,
                               std::stop_token stop)
{
    lines.write({{"follows", true}}); // the first call may take long to come
    while (!stop.stop_requested()) {
        if (lines.isFull()) { // what it misses is told when it reads on
            const QFuture<void> room = lines.room();
            (void)co_await waitFor(room, stop);
            continue;
        }
        const QFuture<void> news = desk.newCalls.next();
        const QFuture<Calls> reading = nextCalls(desk, after);
        const std::optional<Calls> read = co_await waitFor(reading, stop);
        if (!read)
            break;
        if (!*read)
            co_return fail(read->error());
        bool isAll = (*read)->size() < kPage;
        for (const store::CallRecord &call : **read) {
            lines.write({{"row", rowOf(call)}});
            after = call.id;
            if (lines.isFull()) {
                isAll = false;
                break;
            }
        }
        if (isAll)
            (void)co_await waitFor(news, stop);
    }
    co_return wasQuit();
}

Task<Result<Json>> followLogs(LocalDesk &desk, LocalLines &lines, qint64 after,
                              std::stop_token stop)
{
    lines.write({{"follows", true}});
    while (!stop.stop_requested()) {
        if (lines.isFull()) { // what it misses is told when it reads on
            const QFuture<void> room = lines.room();
            (void)co_await waitFor(room, stop);
            continue;
        }
        const QFuture<void> news = desk.newLogs.next();
        const LogBook *book = LogBook::current();
        const QList<LogRecord> records = book ? book->after(after, kPage) : QList<LogRecord>();
        if (!records.isEmpty() && records.constFirst().sequence > after + 1)
            lines.write({{"missed", records.constFirst().sequence - after - 1}});
        bool isAll = records.size() < kPage;
        for (const LogRecord &record : records) {
            lines.write({{"row", rowOf(record)}});
            after = record.sequence;
            if (lines.isFull()) {
                isAll = false;
                break;
            }
        }
        if (isAll)
            (void)co_await waitFor(news, stop);
    }
    co_return wasQuit();
}

} // namespace

Task<Result<Json>> calls(LocalDesk &desk, LocalOrder order)
{
    const std::optional<Calls> last = co_await waitFor(lastCalls(desk, order.count), order.stop);
    if (!last)
        co_return fail(shuttingDown());
    if (!*last)
        co_return fail(last->error());
    if (!order.follows)
        co_return rowsOf(**last);
    const qint64 after = (*last)->isEmpty() ? 0 : (*last)->constFirst().id - 1;
    co_return co_await followCalls(desk, *order.lines, after, order.stop);
}

Task<Result<Json>> logs(LocalDesk &desk, LocalOrder order)
{
    const LogBook *book = LogBook::current();
    QList<LogRecord> last = book ? book->recent() : QList<LogRecord>();
    last.remove(0, std::max<qsizetype>(0, last.size() - order.count));
    if (!order.follows)
        co_return rowsOf(last);
    const qint64 after = last.isEmpty() ? 0 : last.constFirst().sequence - 1;
    co_return co_await followLogs(desk, *order.lines, after, order.stop);
}

} // namespace flaredeck::service::localverb
