#pragma once

#include "core/base/taskscope.h"
#include "core/http/httpserver.h"
#include "core/remote/connection.h"
#include "tests/support/manualclock.h"

#include <QHash>
#include <QSignalSpy>
#include <QTest>

/// Shared by the tests of core/remote: an MCP server that answers as the test says, and a client
/// behind our calls.
namespace flaredeck::test {

inline http::Response rpcResult(const Json &message, Json result)
{
    return http::Response::json(
        200, {{"jsonrpc", "2.0"}, {"id", message["id"]}, {"result", std::move(result)}});
}

inline http::Response rpcError(int status, int code, Json data = nullptr)
{
    Json error{{"code", code}, {"message", "no"}};
    if (!data.is_null())
        error["data"] = std::move(data);
    return http::Response::json(status, {{"jsonrpc", "2.0"}, {"id", nullptr}, {"error", error}});
}

inline QByteArray sse(const Json &message, const QByteArray &id = {})
{
    return (id.isEmpty() ? QByteArray() : "id: " + id + '\n') + "data: " + json::print(message) +
           "\n\n";
}

class ScriptedServer
{
public:
    /// The message is null for GET and DELETE.
    using Step = std::function<void(const Json &message, const http::ExchangePtr &exchange)>;
    struct Seen {
        QByteArray what; ///< the JSON-RPC method, "answer", or GET or DELETE
        Json message;
        http::Headers headers;
    };

    ScriptedServer()
    {
        server.setFallback(
            [this](const http::RequestPtr &request, const http::ExchangePtr &exchange) {
                Seen one{request->method == http::Method::Get ? "GET" : "DELETE",
                         json::parse(request->body).value_or(Json()), request->headers};
                if (request->method == http::Method::Post)
                    one.what = json::stringAt(one.message, "method")
                                   .value_or(QStringLiteral("answer"))
                                   .toUtf8();
                seen.append(one);
                QList<Step> &steps = script[one.what];
                if (steps.isEmpty()) {
                    exchange->respond(
                        http::Response::empty(request->method == http::Method::Get ? 405 : 202));
                    return;
                }
                const Step step = steps.size() > 1 ? steps.takeFirst() : steps.first();
                step(one.message, exchange);
            });
        port = server.listen(0).value();
    }

    /// The next one is answered so, and when it is the last, all others.
    void on(const QByteArray &what, Step step) { script[what].append(std::move(step)); }
    void on(const QByteArray &what, const http::Response &response)
    {
        on(what, [response](const Json &, const auto &exchange) { exchange->respond(response); });
    }
    void result(const QByteArray &what, const Json &result)
    {
        on(what, [result](const Json &message, const auto &exchange) {
            exchange->respond(rpcResult(message, result));
        });
    }
    /// Opens a stream, and keeps it in `streams`.
    void stream(const QByteArray &what)
    {
        on(what, [this](const Json &, const auto &exchange) {
            exchange->startStream();
            streams.append(exchange);
        });
    }

    void speakModern()
    {
        result("server/discover",
               {{"supportedVersions", {"2026-07-28"}}, {"resultType", "complete"}});
    }
    void speakLegacy(const QByteArray &session = "session-1", bool tellsOfLists = false)
    {
        on("server/discover", rpcError(400, -32000));
        on("initialize", [session, tellsOfLists](const Json &message, const auto &exchange) {
            http::Response response =
                rpcResult(message, {{"protocolVersion", "2025-11-25"},
                                    {"capabilities", {{"tools", {{"listChanged", tellsOfLists}}}}},
                                    {"serverInfo", {{"name", "scripted"}, {"version", "1"}}}});
            if (!session.isEmpty())
                response.headers.append("Mcp-Session-Id", session);
            exchange->respond(response);
        });
    }

    [[nodiscard]] QList<Seen> all(const QByteArray &what) const
    {
        QList<Seen> found;
        std::copy_if(seen.begin(), seen.end(), std::back_inserter(found),
                     [&what](const Seen &one) { return one.what == what; });
        return found;
    }
    [[nodiscard]] int count(const QByteArray &what) const { return int(all(what).size()); }
    [[nodiscard]] QUrl url() const
    {
        return QUrl(QStringLiteral("http://127.0.0.1:%1/mcp").arg(port));
    }

    http::HttpServer server;
    quint16 port = 0;
    QHash<QByteArray, QList<Step>> script;
    QList<Seen> seen;
    QList<http::ExchangePtr> streams;
};

/// The client behind a call.
class Client : public mcp::CallContext
{
public:
    Client()
    {
        caller = std::make_shared<const CallerIdentity>();
        stop = source.get_token();
    }
    void progress(double done, double, const QString &) override { steps.append(done); }
    bool canAsk(const mcp::InputRequest &) const override { return !answer.is_null(); }
    Task<Result<Json>> ask(QList<mcp::InputRequest> requests) override
    {
        asked += requests;
        if (comesBack)
            co_return fail(Error::Kind::Cancelled, QStringLiteral("Asked first."));
        Json answers = Json::object();
        for (const mcp::InputRequest &request : requests)
            answers[request.key.toStdString()] = answer;
        co_return answers;
    }

    Json answer;
    bool comesBack = false;
    QList<mcp::InputRequest> asked;
    QList<double> steps;
    std::stop_source source;
};

/// A connection to the scripted server, and what came of its calls.
class RemoteFixture
{
    Q_DISABLE_COPY_MOVE(RemoteFixture)

public:
    RemoteFixture() = default;
    using Outcome = std::shared_ptr<std::optional<Result<Json>>>;

    ~RemoteFixture()
    {
        for (const std::shared_ptr<Client> &client : clients)
            client->source.request_stop();
    }
    void connect(remote::Bearer bearer = {}, remote::SpokenRevision spoken = {})
    {
        connection = std::make_unique<remote::Connection>(
            std::make_shared<remote::Lanes>(),
            remote::Server{QStringLiteral("test"), QStringLiteral("The server"), server.url(),
                           false, true},
            std::move(bearer), std::move(spoken), clock);
    }
    Outcome call(const std::shared_ptr<Client> &client = std::make_shared<Client>(),
                 Json arguments = Json::object())
    {
        auto outcome = std::make_shared<std::optional<Result<Json>>>();
        clients.append(client);
        running.run(
            keep(connection->call(QStringLiteral("tool"), Json(), std::move(arguments), client),
                 outcome));
        return outcome;
    }
    std::shared_ptr<std::optional<Result<QList<Json>>>> list()
    {
        auto outcome = std::make_shared<std::optional<Result<QList<Json>>>>();
        running.run(keepList(connection->listTools({}), outcome));
        return outcome;
    }

    ManualClock clock;
    ScriptedServer server;
    std::unique_ptr<remote::Connection> connection;
    QList<std::shared_ptr<Client>> clients;
    TaskScope running;

private:
    static Task<> keep(Task<Result<Json>> task, Outcome outcome) { *outcome = co_await task; }
    static Task<> keepList(Task<Result<QList<Json>>> task,
                           std::shared_ptr<std::optional<Result<QList<Json>>>> outcome)
    {
        *outcome = co_await task;
    }
};

inline const Json kDone{{"content", Json::array()}, {"resultType", "complete"}};

} // namespace flaredeck::test
