// The client that the official conformance suite runs its client scenarios against: our side of MCP
// with remote servers and our sign-in to them, a person who says yes to everything, and nothing
// else.
//   flaredeck-conformance-client URL
// The suite says in the environment which scenario it is, and which revision the server speaks.
#include "core/base/taskscope.h"
#include "core/base/waiting.h"
#include "core/remote/challenge.h"
#include "core/remote/connection.h"
#include "core/remote/remotecredentials.h"
#include "core/remote/remotesignins.h"
#include "tests/support/keychains.h"

#include <QCoreApplication>
#include <QTemporaryDir>

#include <cstdio>

using namespace flaredeck;
using namespace Qt::Literals::StringLiterals;

namespace {

const QString kName = u"server"_s;
constexpr int kMostSignIns = 3; ///< for one program; a server that always wants more is given up

void complain(const QString &text)
{
    std::fprintf(stderr, "%s\n", qPrintable(text));
}

/// Says yes, with what the form has as its defaults.
class Person : public mcp::CallContext
{
public:
    Person() { caller = std::make_shared<const CallerIdentity>(); }
    bool canAsk(const mcp::InputRequest &request) const override
    {
        return request.method == "elicitation/create" &&
               request.params.value("mode", Json("form")) == "form";
    }
    Task<Result<Json>> ask(QList<mcp::InputRequest> requests) override
    {
        Json answers = Json::object();
        for (const mcp::InputRequest &request : requests) {
            Json content = Json::object();
            const Json schema = request.params.value("requestedSchema", Json::object());
            const Json properties = schema.value("properties", Json::object());
            for (const auto &[name, property] : properties.items()) {
                if (property.contains("default"))
                    content[name] = property["default"];
            }
            answers[request.key.toStdString()] = {{"action", "accept"}, {"content", content}};
        }
        co_return answers;
    }
};

/// A browser in which everything is allowed at once: it follows one redirect.
class Browser : public Prompter
{
public:
    void ask(const prompt::AnyQuestion &question) override
    {
        const auto &signIn = std::get<prompt::SignIn>(question);
        signIn.answer({SignInSurface::Shown, {}});
        m_tasks.run(visit(signIn.request().url));
    }
    void withdraw(const QString &, const QString &problem) override { complain(problem); }
    void warn(const QString &title, const QString &text) override { complain(title + u' ' + text); }

private:
    Task<> visit(QUrl page)
    {
        http::ClientRequest first;
        first.url = page;
        auto opening = m_client.send(first, m_tasks.token());
        const Result<http::ClientResponse> answer = co_await opening;
        if (!answer || answer->headers.value("Location").isEmpty())
            co_return complain(u"The page leads nowhere."_s);
        http::ClientRequest back;
        back.url = page.resolved(QUrl::fromEncoded(answer->headers.value("Location")));
        auto returning = m_client.send(back, m_tasks.token());
        const Result<http::ClientResponse> came = co_await returning;
        if (!came)
            complain(came.error().text());
    }

    http::HttpClient m_client;
    TaskScope m_tasks;
};

/// What a tool needs at least.
Json argumentsFor(const Json &tool)
{
    if (tool.value("name", Json()) == "add_numbers")
        return {{"a", 5}, {"b", 3}};
    Json arguments = Json::object();
    const Json schema = tool.value("inputSchema", Json::object());
    const Json properties = schema.value("properties", Json::object());
    for (const QString &name : json::stringsAt(schema, "required")) {
        const Json property = properties.value(name.toStdString(), Json::object());
        const Json type = property.value("type", Json("string"));
        arguments[name.toStdString()] = type == "integer" || type == "number" ? Json(1)
                                        : type == "boolean"                   ? Json(true)
                                        : type == "object"                    ? Json(Json::object())
                                                                              : Json("x");
    }
    return arguments;
}

class Run
{
public:
    Run(const QUrl &url, std::unique_ptr<store::Vault> vault)
        : m_vault(std::move(vault))
        , m_logins(*m_vault, std::make_unique<test::MemoryKeychain>())
        , m_store(*m_vault, m_logins)
        , m_reach(m_http)
        , m_credentials(m_store, m_reach, Clock::system())
        , m_signIns(m_store, m_reach, m_browser, Clock::system())
        , m_scenario(qEnvironmentVariable("MCP_CONFORMANCE_SCENARIO"))
        , m_revision(qEnvironmentVariable("MCP_CONFORMANCE_PROTOCOL_VERSION"))
        , m_context(json::parse(qgetenv("MCP_CONFORMANCE_CONTEXT")).value_or(Json::object()))
        , m_lanes(std::make_shared<remote::Lanes>())
        , m_lister(m_lanes, {kName, u"The server"_s, url, false, true}, bearer(), before(),
                   Clock::system())
        , m_caller(m_lanes, {kName, u"The server"_s, url, false, true}, bearer(), before(),
                   Clock::system())
        , m_url(url)
    {
        for (const remote::Connection *one : {&m_lister, &m_caller})
            QObject::connect(one, &remote::Connection::challenged, one,
                             [this](const QByteArray &header) { m_challenge = header; });
    }

    Task<> go()
    {
        auto unlocking = m_logins.unlock({});
        co_await unlocking;
        store::Remote remote;
        remote.name = kName;
        remote.title = u"The server"_s;
        remote.url = m_url.toString();
        remote.isAdded = true;
        remote.mayBePrivate = true;
        if (const Result<> added = m_store.add(remote); !added)
            co_return finish(added.error().text());

        auto listing = list();
        const Result<QList<Json>> tools = co_await listing;
        if (!tools)
            co_return finish(tools.error().text());
        for (const auto &[tool, arguments] : callsFor(*tools)) {
            auto calling = call(tool, arguments);
            const Result<Json> result = co_await calling;
            if (result)
                continue;
            complain(result.error().text());
            if (m_scenario.startsWith(u"auth/"_s))
                co_return finish(result.error().text());
        }
        finish({});
    }

private:
    using Call = std::pair<Json, Json>; ///< the tool's definition, and arguments

    remote::Bearer bearer()
    {
        return {[this](std::stop_token stop) { return token(std::move(stop)); },
                [this](const Secret &refused) { m_credentials.reject(kName, refused); }};
    }
    /// Of a server of the older era: what the run before found out.
    remote::SpokenRevision before() const
    {
        return m_revision == u"2025-11-25"_s
                   ? remote::SpokenRevision{m_revision, Clock::system().now()}
                   : remote::SpokenRevision();
    }
    Task<Result<Secret>> token(std::stop_token stop)
    {
        const auto remote = m_store.remote(kName);
        if (!remote || remote->state != store::RemoteState::Ok)
            co_return Result<Secret>(Secret());
        auto asking = m_credentials.accessToken(kName, std::move(stop));
        co_return co_await asking;
    }

    /// After a refusal: true once the request may work. Empty challenge = it was another refusal.
    Task<bool> signIn()
    {
        const QByteArray header = std::exchange(m_challenge, {});
        if (header.isEmpty() || m_signInCount >= kMostSignIns)
            co_return false;
        ++m_signInCount;
        const remote::Challenge challenge = remote::Challenge::parse(header);
        const auto remote = m_store.remote(kName);
        Result<store::Remote> done = fail(Error::Kind::Internal, QString());
        if (challenge.wantsMore() && remote && remote->state == store::RemoteState::Ok) {
            QStringList scopes = remote->scopes;
            for (const QString &scope : challenge.scopes) {
                if (!scopes.contains(scope))
                    scopes << scope;
            }
            auto stepping = m_signIns.stepUp(kName, scopes, {});
            done = co_await stepping;
        } else {
            auto signing = m_signIns.signIn(kName, header, {});
            done = co_await signing;
        }
        if (!done)
            complain(done.error().text());
        co_return done.has_value();
    }

    Task<Result<QList<Json>>> list()
    {
        for (;;) {
            auto listing = m_lister.listTools({});
            Result<QList<Json>> tools = co_await listing;
            if (tools)
                co_return tools;
            auto signing = signIn();
            const bool isSignedIn = co_await signing;
            if (!isSignedIn)
                co_return tools;
        }
    }

    Task<Result<Json>> call(Json tool, Json arguments)
    {
        const QString name = json::stringAt(tool, "name").value_or(QString());
        for (;;) {
            const auto person = std::make_shared<Person>();
            auto calling =
                m_caller.call(name, tool.value("inputSchema", Json()), arguments, person);
            Result<Json> result = co_await calling;
            if (result)
                co_return result;
            auto signing = signIn();
            const bool isSignedIn = co_await signing;
            if (!isSignedIn)
                co_return result;
        }
    }

    QList<Call> callsFor(const QList<Json> &tools) const
    {
        QList<Call> calls;
        if (const Json *given = json::find(m_context, "toolCalls"); given && given->is_array()) {
            for (const Json &wanted : *given) {
                for (const Json &tool : tools) {
                    if (tool.value("name", Json()) == wanted.value("name", Json("none")))
                        calls.append(Call(tool, wanted.value("arguments", Json::object())));
                }
            }
            return calls;
        }
        if (m_scenario == u"json-schema-2020-12-preservation"_s && tools.size() > 1)
            return {{tools.at(1), {{"schema", tools.at(0).value("inputSchema", Json())}}}};
        const int rounds = m_scenario == u"auth/authorization-server-migration"_s ? 2 : 1;
        for (int round = 0; round < rounds; ++round) {
            for (const Json &tool : tools)
                calls.append(Call(tool, argumentsFor(tool)));
        }
        return calls;
    }

    void finish(const QString &problem)
    {
        if (!problem.isEmpty())
            complain(problem);
        m_lister.close();
        m_caller.close();
        QCoreApplication::exit(problem.isEmpty() ? 0 : 1);
    }

    const std::unique_ptr<store::Vault> m_vault;
    store::LoginStore m_logins;
    store::RemoteStore m_store;
    http::HttpClient m_http;
    Browser m_browser;
    remote::Reach m_reach;
    remote::RemoteCredentials m_credentials;
    remote::RemoteSignIns m_signIns;
    const QString m_scenario;
    const QString m_revision;
    const Json m_context;
    const std::shared_ptr<remote::Lanes> m_lanes;
    remote::Connection m_lister; ///< like the program: lists are our own, calls are for a client
    remote::Connection m_caller;
    const QUrl m_url;
    QByteArray m_challenge;
    int m_signInCount = 0;
};

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    const QTemporaryDir directory;
    auto vault = store::Vault::open(directory.filePath(u"vault.db"_s), Clock::system());
    if (!vault) {
        complain(vault.error().text());
        return 2;
    }
    Run run(QUrl(QCoreApplication::arguments().constLast()), *std::move(vault));
    TaskScope tasks;
    tasks.run(run.go());
    return QCoreApplication::exec();
}
