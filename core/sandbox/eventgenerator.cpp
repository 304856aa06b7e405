#include "core/sandbox/eventgenerator.h"

#include "core/sandbox/inventory.h"

#include <algorithm>
#include <array>
#include <cmath>

using namespace Qt::StringLiterals;

namespace flaredeck::sandbox {

namespace {

/// SplitMix64: the standard library's distributions differ between implementations, these do not.
class Dice
{
public:
    explicit Dice(quint64 seed)
        : m_state(seed)
    {
    }

    quint64 next()
    {
        m_state += 0x9e3779b97f4a7c15ULL;
        quint64 z = m_state;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
        return z ^ (z >> 31);
    }
    int below(int limit) { return static_cast<int>(next() % static_cast<quint64>(limit)); }
    int between(int low, int high) { return low + below(high - low + 1); }
    double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
    bool permille(int share) { return below(1000) < share; }

    template <typename Container>
    const auto &pick(const Container &container)
    {
        return container[static_cast<typename Container::size_type>(
            below(static_cast<int>(container.size())))];
    }

    QString hex(int digits)
    {
        QString text;
        for (int i = 0; i < digits; ++i)
            text += QChar::fromLatin1("0123456789abcdef"[below(16)]);
        return text;
    }
    QString base32(int digits)
    {
        QString text;
        for (int i = 0; i < digits; ++i)
            text += QChar::fromLatin1(kCrockford[below(32)]);
        return text;
    }

    static constexpr const char *kCrockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

private:
    quint64 m_state;
};

struct Failure {
    const char *outcome;
    const char *name;
    const char *message;
};

constexpr std::array<Failure, 5> kFailures{{
    {"exception", "TypeError", "Cannot read properties of undefined (reading 'price')"},
    {"exception", "Error", "Upstream timed out after 5000 ms"},
    {"exception", "Error", "D1_ERROR: no such column: discount"},
    {"exceededCpu", "Error", "Worker exceeded CPU time limit."},
    {"exception", "RangeError", "Invalid array length"},
}};

constexpr std::array<const char *, 5> kRegions{{"FRA", "LHR", "IAD", "SIN", "GRU"}};
constexpr std::array<const char *, 5> kPlans{{"free", "pro", "business", "enterprise", "free"}};
constexpr std::array<const char *, 6> kMessages{{"cart loaded", "cache miss", "user looked up",
                                                 "payment authorised", "retrying fetch",
                                                 "response sent"}};

/// One run of a Worker: everything that its events share.
struct Invocation {
    const Account *account = nullptr;
    const Worker *worker = nullptr;
    Millis start = 0;
    QString requestId;
    QString trigger;
    QString origin;
    Json workers;  ///< the $workers part
    Json metadata; ///< the shared members of $metadata
    const Failure *failure = nullptr;
    QString summary;
};

Json fetchEvent(Dice &dice, const Invocation &run, int status)
{
    const QStringList parts = run.trigger.split(u' ');
    QString path = parts.value(1);
    path.replace(":id"_L1, QString::number(dice.between(100, 180)));
    const QString url = u"https://%1.example%2"_s.arg(run.worker->name, path);
    return {{"request", {{"method", parts.value(0)}, {"path", path}, {"url", url}}},
            {"response", {{"status", status}}},
            {"rayId", run.requestId}};
}

int pickStatus(Dice &dice, const Invocation &run)
{
    if (run.failure)
        return 500;
    if (dice.permille(60))
        return 404;
    if (dice.permille(40))
        return 304;
    return run.trigger.startsWith("POST"_L1) ? 201 : 200;
}

Invocation startInvocation(Dice &dice, const Account &account, const Worker &worker, Millis start)
{
    Invocation run{&account, &worker, start, {}, dice.pick(worker.routes), {}, {}, {}, {}, {}};
    if (dice.permille(worker.errorPermille))
        run.failure = &dice.pick(kFailures);

    // Long-tailed, so that percentiles and averages differ.
    const int wall = 2 + static_cast<int>(18.0 * std::pow(1.0 / (1.0 - 0.995 * dice.unit()), 0.9));
    const int cpu = std::max(1, wall * dice.between(5, 40) / 100);

    Json event = Json::object();
    QString eventType;
    int status = 0;
    switch (worker.trigger) {
    case Trigger::Fetch:
        run.requestId = dice.hex(16);
        run.origin = eventType = u"fetch"_s;
        status = pickStatus(dice, run);
        event = fetchEvent(dice, run, status);
        run.summary = u"%1 %2"_s.arg(json::toQString(event["request"]["method"]),
                                     json::toQString(event["request"]["url"]));
        break;
    case Trigger::Cron:
        run.requestId = dice.hex(32);
        run.origin = u"scheduled"_s;
        eventType = u"cron"_s;
        event = {{"cron", run.trigger}, {"scheduledTime", start}};
        run.summary = run.trigger;
        break;
    case Trigger::Queue:
        run.requestId = dice.hex(32);
        run.origin = eventType = u"queue"_s;
        event = {{"queue", run.trigger}, {"batchSize", dice.between(1, 25)}};
        run.summary = u"Queue %1"_s.arg(run.trigger);
        break;
    }

    run.workers = {{"scriptName", worker.name},
                   {"eventType", eventType},
                   {"outcome", run.failure ? run.failure->outcome : "ok"},
                   {"requestId", run.requestId},
                   {"event", event},
                   {"scriptVersion",
                    {{"id", worker.tag.left(8) + u"-0000-4000-8000-"_s + worker.tag.right(12)}}},
                   {"executionModel", "stateless"},
                   {"truncated", false},
                   {"cpuTimeMs", cpu},
                   {"wallTimeMs", wall}};
    run.metadata = {
        {"requestId", run.requestId},    {"traceId", dice.hex(32)},  {"service", worker.name},
        {"account", account.id},         {"origin", run.origin},     {"trigger", run.trigger},
        {"region", dice.pick(kRegions)}, {"provider", "cloudflare"}, {"cloudService", "workers"}};
    if (status > 0) {
        run.metadata["statusCode"] = status;
        run.metadata["url"] = event["request"]["url"];
    }
    return run;
}

/// A ULID: sorts by time, and is unique.
QString eventId(Dice &dice, Millis time)
{
    QString head;
    for (int shift = 45; shift >= 0; shift -= 5)
        head += QChar::fromLatin1(Dice::kCrockford[(time >> shift) & 31]);
    return head + dice.base32(16);
}

GeneratedEvent makeEvent(Dice &dice, const Invocation &run, Millis time, const char *type,
                         const QString &level, const QString &message, Json source)
{
    Json metadata = run.metadata;
    metadata["id"] = eventId(dice, time);
    metadata["type"] = type;
    metadata["level"] = level;
    metadata["message"] = message;
    return {run.account->id,
            time,
            {{"dataset", "cloudflare-workers"},
             {"timestamp", time},
             {"source", std::move(source)},
             {"$metadata", std::move(metadata)},
             {"$workers", run.workers}}};
}

GeneratedEvent logLine(Dice &dice, const Invocation &run, Millis time)
{
    const QString message = QString::fromLatin1(dice.pick(kMessages));
    const QString level = dice.permille(80)    ? u"warn"_s
                          : dice.permille(300) ? u"debug"_s
                                               : u"info"_s;
    // Workers log strings as well as objects.
    if (dice.permille(250))
        return makeEvent(dice, run, time, "cf-worker", level, message, message);
    Json source{{"level", level},
                {"message", message},
                {"userId", u"user-%1"_s.arg(dice.between(1, 40))},
                {"plan", dice.pick(kPlans)},
                {"cacheHit", dice.permille(400)},
                {"itemCount", dice.between(0, 12)},
                {"amount", dice.between(100, 25'000) / 100.0}};
    return makeEvent(dice, run, time, "cf-worker", level, message, std::move(source));
}

GeneratedEvent summary(Dice &dice, const Invocation &run)
{
    const Millis wall = run.workers["wallTimeMs"].get<Millis>();
    const Millis time = run.start + wall;
    if (!run.failure) {
        GeneratedEvent event = makeEvent(dice, run, time, "cf-worker-event", u"info"_s, run.summary,
                                         {{"level", "info"}, {"message", run.summary}});
        event.body["$metadata"]["duration"] = wall;
        return event;
    }
    const QString message = QString::fromLatin1(run.failure->message);
    const QString name = QString::fromLatin1(run.failure->name);
    const QString stack =
        u"%1: %2\n    at handle (worker.js:%3:17)\n    at Object.%4 (worker.js:9:12)"_s.arg(
            name, message, QString::number(dice.between(20, 60)), run.origin);
    GeneratedEvent event = makeEvent(
        dice, run, time, "cf-worker-event", u"error"_s, run.summary,
        {{"level", "error"},
         {"message", message},
         {"exception",
          {{"name", name}, {"message", message}, {"stack", stack}, {"timestamp", time}}}});
    event.body["$metadata"]["error"] = message;
    event.body["$metadata"]["duration"] = wall;
    return event;
}

/// Every Worker as often as its weight says.
std::vector<std::pair<const Account *, const Worker *>> weightedWorkers()
{
    std::vector<std::pair<const Account *, const Worker *>> workers;
    for (const Account &account : inventory::accounts()) {
        for (const Worker &worker : account.workers)
            workers.insert(workers.end(), static_cast<std::size_t>(worker.weight),
                           {&account, &worker});
    }
    return workers;
}

} // namespace

std::vector<GeneratedEvent> generateEvents(Millis now, int count)
{
    Dice dice(0x666c61726564ULL);
    const auto workers = weightedWorkers();
    std::vector<GeneratedEvent> events;
    events.reserve(static_cast<std::size_t>(count));

    // The last minute stays empty, so that no invocation ends in the future.
    constexpr Millis kMargin = 60'000;
    const auto enough = static_cast<std::size_t>(count);
    while (events.size() < enough) {
        const auto &[account, worker] = dice.pick(workers);
        // The fourth power puts more than a quarter of all events into the last hour.
        const double age = std::pow(dice.unit(), 4.0) * double(kTelemetrySpan - 2 * kMargin);
        const Invocation run =
            startInvocation(dice, *account, *worker, now - kMargin - static_cast<Millis>(age));
        const int lines = dice.below(4);
        for (int line = 0; line < lines && events.size() + 1 < enough; ++line)
            events.push_back(logLine(dice, run, run.start + line));
        events.push_back(summary(dice, run));
    }
    std::stable_sort(events.begin(), events.end(),
                     [](const auto &a, const auto &b) { return a.timestamp < b.timestamp; });
    return events;
}

} // namespace flaredeck::sandbox
