#include "core/sandbox/eventgenerator.h"

#include "core/sandbox/template.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <random>

using namespace Qt::StringLiterals;

namespace flaredeck::sandbox {

namespace {

constexpr const char *kHex = "0123456789abcdef";
constexpr const char *kCrockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The standard library's engines give the same numbers everywhere, its distributions do not.
class Dice
{
public:
    int between(int low, int high) { return low + int(m_engine() % quint64(high - low + 1)); }
    double unit() { return double(m_engine() >> 11) * 0x1.0p-53; }
    bool permille(int share) { return between(0, 999) < share; }
    const Json &pick(const Json &list)
    {
        return list[std::size_t(between(0, int(list.size()) - 1))];
    }
    QString digits(const char *alphabet, int base, int count)
    {
        QString text;
        while (text.size() < count)
            text += QChar::fromLatin1(alphabet[between(0, base - 1)]);
        return text;
    }

private:
    std::mt19937_64 m_engine{0x666c61726564ULL};
};

/// A ULID: unique, and sorts by time.
QString ulid(Dice &dice, Millis time)
{
    QString head;
    for (int shift = 45; shift >= 0; shift -= 5)
        head += QChar::fromLatin1(kCrockford[(time >> shift) & 31]);
    return head + dice.digits(kCrockford, 32, 16);
}

/// An event of a Worker with that handler; each part extends the ones before.
Json patternOf(const Json &traffic, const std::string &handler, const Json &part)
{
    Json pattern = traffic["event"];
    pattern.merge_patch(traffic["handlers"][handler]);
    pattern.merge_patch(part);
    return pattern;
}

/// The members that all events of one run of a Worker share.
Json runFacts(Dice &dice, const Json &traffic, const Json &worker)
{
    const QString handler = json::toQString(worker["handlers"][0]);
    const QString tag = json::toQString(worker["tag"]);
    const QString trigger = json::toQString(dice.pick(worker["_traffic"]["triggers"]));
    // Long-tailed, so that percentiles and averages differ.
    const int wall = 2 + int(18.0 * std::pow(1.0 / (1.0 - 0.995 * dice.unit()), 0.9));
    Json facts{{"account", worker["_account"]},
               {"worker", worker["id"]},
               {"version", tag.left(8) + u"-0000-4000-8000-"_s + tag.right(12)},
               {"handler", handler},
               {"trigger", trigger},
               {"request", dice.digits(kHex, 16, handler == "fetch"_L1 ? 16 : 32)},
               {"trace", dice.digits(kHex, 16, 32)},
               {"region", dice.pick(traffic["regions"])},
               {"batch", dice.between(1, 25)},
               {"line", dice.between(20, 60)},
               {"wall", wall},
               {"cpu", std::max(1, wall * dice.between(5, 40) / 100)},
               {"outcome", "ok"}};
    if (dice.permille(worker["_traffic"]["errorPermille"].get<int>())) {
        const Json &failure = dice.pick(traffic["failures"]);
        facts.update({{"outcome", failure["outcome"]},
                      {"exception", failure["name"]},
                      {"error", failure["message"]}});
    }
    if (handler == "fetch"_L1) {
        const QString method = trigger.section(u' ', 0, 0);
        const QString path =
            trigger.section(u' ', 1).replace(":id"_L1, QString::number(dice.between(100, 180)));
        facts.update({{"method", method},
                      {"path", path},
                      {"url", u"https://%1.example%2"_s.arg(json::toQString(worker["id"]), path)},
                      {"status", facts.contains("error") ? 500
                                 : dice.permille(60)     ? 404
                                 : dice.permille(40)     ? 304
                                 : method == "POST"_L1   ? 201
                                                         : 200}});
    }
    return facts;
}

} // namespace

std::vector<GeneratedEvent> generateEvents(Millis now, int count)
{
    const Json traffic = json::parse(resource(u"telemetry/traffic.json"_s)).value_or(Json());
    const Json workers =
        json::parse(resource(u"workers.json"_s)).value_or(Json())["collections"][0]["items"];
    Json weighted = Json::array();
    for (std::size_t i = 0; i < workers.size(); ++i)
        weighted.insert(weighted.end(), workers[i]["_traffic"]["weight"].get<std::size_t>(), i);

    Dice dice;
    std::map<std::pair<std::string, const Json *>, Json> patterns;
    std::vector<GeneratedEvent> events;
    const auto enough = std::size_t(count);
    events.reserve(enough);
    constexpr Millis kMargin = 60'000; // so that no run ends in the future
    while (events.size() < enough) {
        // The fourth power puts more than a quarter of all events into the last hour.
        const double age = std::pow(dice.unit(), 4.0) * double(kTelemetrySpan - 2 * kMargin);
        const Millis start = now - kMargin - Millis(age);
        const Json &worker = workers[dice.pick(weighted).get<std::size_t>()];
        Json facts = runFacts(dice, traffic, worker);
        const auto handler = facts["handler"].get<std::string>();
        const auto valueOf = [&facts](const std::string &name) {
            const auto fact = facts.find(name);
            return fact == facts.end() ? std::nullopt : std::optional<Json>(*fact);
        };
        facts["start"] = start;
        facts["summary"] = filled(traffic["summaries"][handler], valueOf);
        const auto add = [&](Millis time, const Json &part) {
            facts["time"] = time;
            facts["ulid"] = ulid(dice, time);
            Json &pattern = patterns[{handler, &part}];
            if (pattern.is_null())
                pattern = patternOf(traffic, handler, part);
            events.push_back({json::toQString(facts["account"]), time, filled(pattern, valueOf)});
        };
        const int lines = dice.between(0, 3);
        for (int line = 0; line < lines && events.size() + 1 < enough; ++line) {
            facts.update({{"level", dice.pick(traffic["levels"])},
                          {"message", dice.pick(traffic["messages"])},
                          {"plan", dice.pick(traffic["plans"])},
                          {"user", dice.between(1, 40)},
                          {"items", dice.between(0, 12)},
                          {"amount", dice.between(100, 25'000) / 100.0}});
            add(start + line, dice.pick(traffic["lines"]));
        }
        add(start + facts["wall"].get<Millis>(),
            traffic[facts.contains("error") ? "failed" : "ok"]);
    }
    std::stable_sort(events.begin(), events.end(),
                     [](const auto &a, const auto &b) { return a.timestamp < b.timestamp; });
    return events;
}

} // namespace flaredeck::sandbox
