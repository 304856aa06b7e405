// remoteclient URL list | call NAME JSON [TIMES] | bench NAME JSON TIMES | memory NAME JSON TIMES
// --answers JSON  what the client behind a call answers, by method; without it nothing can be asked
// --comes-back    it is a client without streams: it is told to come back with its answer
// --token TEXT, --cancel-after MS, --watch MS (for list_changed)
#include "core/base/logging.h"
#include "core/base/taskscope.h"
#include "core/base/waiting.h"
#include "core/remote/connection.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QTimer>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <memory>
#include <vector>

using namespace flaredeck;
using namespace Qt::Literals::StringLiterals;

namespace {

struct Options {
    QUrl url;
    QString verb;
    QString tool;
    Json arguments = Json::object();
    int times = 1;
    Json answers;
    bool comesBack = false;
    QByteArray token;
    int cancelAfter = 0;
    int watch = 0;
};

void print(const Json &line)
{
    std::printf("%s\n", json::print(line).constData());
    std::fflush(stdout);
}

class Person : public mcp::CallContext
{
public:
    explicit Person(const Options &options)
        : m_options(options)
    {
        caller = std::make_shared<const CallerIdentity>();
        stop = source.get_token();
    }

    void progress(double done, double total, const QString &message) override
    {
        print({{"progress", done}, {"total", total}, {"message", message}});
    }
    void log(mcp::LogLevel, const Json &data) override { print({{"log", data}}); }
    bool canAsk(const mcp::InputRequest &request) const override
    {
        return json::find(m_options.answers, request.method.c_str());
    }
    Task<Result<Json>> ask(QList<mcp::InputRequest> requests) override
    {
        if (m_options.comesBack && !isBack) {
            wasAsked = true;
            co_return fail(Error::Kind::Cancelled, u"The client is asked first."_s);
        }
        Json answers = Json::object();
        for (const mcp::InputRequest &request : requests) {
            print({{"asked", request.method}, {"params", request.params}});
            answers[request.key.toStdString()] = m_options.answers.at(request.method);
        }
        co_return answers;
    }

    bool isBack = false;
    bool wasAsked = false;
    std::stop_source source;

private:
    const Options &m_options;
};

Task<> call(remote::Connection &connection, const Options &options, Json schema, int &left,
            bool isQuiet)
{
    const auto person = std::make_shared<Person>(options);
    if (options.cancelAfter > 0)
        QTimer::singleShot(options.cancelAfter, &connection,
                           [person] { person->source.request_stop(); });
    auto calling = connection.call(options.tool, schema, options.arguments, person);
    Result<Json> result = co_await calling;
    if (!result && person->wasAsked) {
        print({{"comesBack", true}});
        const auto again = std::make_shared<Person>(options);
        again->isBack = true;
        auto second = connection.call(options.tool, schema, options.arguments, again);
        result = co_await second;
    }
    if (!result)
        print({{"error", result.error().message},
               {"kind", int(result.error().kind)},
               {"action", result.error().action}});
    else if (!isQuiet)
        print({{"result", *result}});
    --left;
}

double residentKiB()
{
    QFile file(u"/proc/self/statm"_s);
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    const QList<QByteArray> words = file.readAll().split(' ');
    return words.size() > 1 ? words.at(1).toDouble() * 4 : 0;
}

remote::Server serverAt(const QUrl &url)
{
    return {u"test"_s, u"The server"_s, url, false, true};
}

Task<> run(remote::Connection &connection, std::shared_ptr<remote::Lanes> lanes, Options options)
{
    auto listing = connection.listTools({});
    const Result<QList<Json>> tools = co_await listing;
    if (!tools) {
        print({{"error", tools.error().message},
               {"kind", int(tools.error().kind)},
               {"action", tools.error().action}});
        QCoreApplication::exit(1);
        co_return;
    }
    print({{"revision", connection.spoken().name}, {"server", connection.serverVersion()}});
    Json schema;
    Json names = Json::array();
    for (const Json &tool : *tools) {
        names.push_back(tool.at("name"));
        if (json::stringAt(tool, "name") == options.tool)
            schema = tool.value("inputSchema", Json());
    }
    print({{"tools", names}});
    if (options.watch > 0) {
        const auto came = co_await waitForSignal(&connection, &remote::Connection::toolsChanged,
                                                 std::chrono::milliseconds(options.watch), {});
        print({{"listChanged", came.value_or(false)}});
    }
    if (options.verb == u"call"_s || options.verb == u"all"_s) {
        int left = options.times;
        TaskScope calls;
        for (int i = 0; i < options.times; ++i)
            calls.run(call(connection, options, schema, left, options.times > 20));
        while (left > 0)
            co_await pause(std::chrono::milliseconds(5), {});
        print({{"done", options.times}});
    }
    if (options.verb == u"bench"_s) {
        QList<qint64> times;
        std::timespec before{};
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &before);
        for (int i = 0; i < options.times; ++i) {
            QElapsedTimer elapsed;
            elapsed.start();
            int left = 1;
            auto one = call(connection, options, schema, left, true);
            co_await one;
            times << elapsed.nsecsElapsed() / 1000;
        }
        std::timespec after{};
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &after);
        std::sort(times.begin(), times.end());
        const double cpu = double(after.tv_sec - before.tv_sec) * 1e6 +
                           double(after.tv_nsec - before.tv_nsec) / 1e3;
        print({{"cpuPerCallUs", cpu / options.times}, {"p50Us", times.at(times.size() / 2)}});
    }
    if (options.verb == u"memory"_s) {
        // Beside the one that has listed: each finds out the revision and lists, as for a grant.
        const double before = residentKiB();
        std::vector<std::unique_ptr<remote::Connection>> others;
        for (int i = 0; i < options.times; ++i) {
            others.push_back(
                std::make_unique<remote::Connection>(lanes, serverAt(options.url), remote::Bearer(),
                                                     remote::SpokenRevision(), Clock::system()));
            auto other = others.back()->listTools({});
            const Result<QList<Json>> listed = co_await other;
            if (!listed)
                print({{"error", listed.error().message}});
        }
        print({{"kibPerConnection", (residentKiB() - before) / options.times}});
        for (const auto &other : others)
            other->close();
    }
    connection.close();
    while (!lanes->isIdle())
        co_await pause(std::chrono::milliseconds(5), {});
    QCoreApplication::exit(0);
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    Options options;
    QStringList words = QCoreApplication::arguments().mid(1);
    options.url = QUrl(words.takeFirst());
    options.verb = words.takeFirst();
    QStringList plain;
    while (!words.isEmpty()) {
        const QString word = words.takeFirst();
        if (word == u"--answers"_s)
            options.answers = *json::parse(words.takeFirst().toUtf8());
        else if (word == u"--comes-back"_s)
            options.comesBack = true;
        else if (word == u"--token"_s)
            options.token = words.takeFirst().toUtf8();
        else if (word == u"--cancel-after"_s)
            options.cancelAfter = words.takeFirst().toInt();
        else if (word == u"--watch"_s)
            options.watch = words.takeFirst().toInt();
        else
            plain << word;
    }
    options.tool = plain.value(0);
    if (plain.size() > 1)
        options.arguments = *json::parse(plain.at(1).toUtf8());
    options.times = plain.value(2, u"1"_s).toInt();

    remote::Bearer bearer;
    if (!options.token.isEmpty())
        bearer.token = [&options](std::stop_token) -> Task<Result<Secret>> {
            co_return Result<Secret>(Secret(options.token));
        };
    const auto lanes = std::make_shared<remote::Lanes>();
    remote::Connection connection(lanes, serverAt(options.url), bearer, {}, Clock::system());
    TaskScope tasks;
    tasks.run(run(connection, lanes, options));
    return app.exec();
}
