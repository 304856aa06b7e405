#include "testserver.h"

#include <QTest>

using namespace flaredeck;

namespace {

/// As an OAuth server would, in short.
http::Response forbid(const http::Request &request, const ScopeSet &needed)
{
    return http::Response::text(
        403, "locked",
        {{"WWW-Authenticate", "scope=\"" + needed.begin()->toUtf8() + "\" at " + request.path}});
}

} // namespace

void MemoryStore::save(const mcp::StoredSession &session)
{
    m_rows.insert(session.idHash, session);
}

void MemoryStore::touch(const QByteArray &idHash, Millis lastSeenAt)
{
    ++m_touches;
    if (const auto row = m_rows.find(idHash); row != m_rows.end())
        row->lastSeenAt = lastSeenAt;
}

TestServer::TestServer(MemoryStore *store)
    : m_service(std::make_unique<mcp::McpService>(
          mcp::ServerInfo{QStringLiteral("demo"), QStringLiteral("Demo"), QStringLiteral("1.2.3")},
          [this](const http::Request &request) { return identify(request); },
          mcp::Features{m_tools.get(), &m_prompts, &m_resources, &forbid, "cf-account-id"},
          mcp::Stores{store, store}, m_clock))
{
    m_service->install(m_http);
    if (const auto listening = m_http.listen(0); !listening)
        qFatal("%s", qPrintable(listening.error().text()));
}

TestServer::~TestServer()
{
    m_service->shutDown();
    // Coroutines that still run notice the stop at their next step.
    if (!QTest::qWaitFor([this] { return *m_counting == 0; }))
        qFatal("A tool did not stop with its server");
}

tl::expected<CallerPtr, http::Response> TestServer::identify(const http::Request &request) const
{
    const QByteArray authorization = request.headers.value("Authorization");
    if (!authorization.startsWith("Bearer "))
        return tl::unexpected(
            http::Response::text(401, "who?", {{"WWW-Authenticate", "Bearer realm=\"demo\""}}));
    const QString name = QString::fromUtf8(authorization.mid(7));
    if (name == QStringLiteral("forbidden"))
        return tl::unexpected(http::Response::text(403, "no"));
    CallerIdentity caller;
    caller.grant = {name};
    caller.clientName = name;
    caller.scopes = m_scopes;
    return std::make_shared<const CallerIdentity>(std::move(caller));
}
