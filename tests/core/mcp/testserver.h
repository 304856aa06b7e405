#pragma once

#include "core/http/httpserver.h"
#include "core/mcp/mcpservice.h"

#include "demofeatures.h"
#include "demotools.h"
#include "tests/support/manualclock.h"

/// Sessions and tasks in memory, which a second server can find again.
class MemoryStore : public flaredeck::mcp::SessionStore, public flaredeck::mcp::TaskStore
{
public:
    [[nodiscard]] QList<flaredeck::mcp::StoredSession> load() override { return m_rows.values(); }
    void save(const flaredeck::mcp::StoredSession &session) override;
    void touch(const QByteArray &idHash, flaredeck::Millis lastSeenAt) override;
    void remove(const QByteArray &idHash) override { m_rows.remove(idHash); }

    [[nodiscard]] QList<flaredeck::mcp::StoredTask> loadTasks() override
    {
        return m_tasks.values();
    }
    void saveTask(const flaredeck::mcp::StoredTask &task) override
    {
        m_tasks.insert(task.idHash, task);
    }
    void removeTask(const QByteArray &idHash) override { m_tasks.remove(idHash); }

    [[nodiscard]] int touches() const { return m_touches; }

private:
    QHash<QByteArray, flaredeck::mcp::StoredSession> m_rows;
    QHash<QByteArray, flaredeck::mcp::StoredTask> m_tasks;
    int m_touches = 0;
};

/// A whole MCP server on a free port. Its guard takes "Bearer <name>" for the grant "<name>", with
/// the scope "count"; other callers get 401, and "Bearer forbidden" 403.
class TestServer
{
public:
    explicit TestServer(MemoryStore *store = nullptr);
    ~TestServer();

    [[nodiscard]] quint16 port() const { return m_http.port(); }
    [[nodiscard]] int connections() const { return m_http.connectionCount(); }
    [[nodiscard]] DemoTools *tools() { return m_tools.get(); }
    [[nodiscard]] DemoResources &resources() { return m_resources; }
    [[nodiscard]] flaredeck::mcp::McpService &service() { return *m_service; }
    [[nodiscard]] flaredeck::test::ManualClock &clock() { return m_clock; }
    /// Takes a scope from every caller from now on.
    void withdrawScopes() { m_scopes.clear(); }

private:
    [[nodiscard]] tl::expected<flaredeck::CallerPtr, flaredeck::http::Response>
    identify(const flaredeck::http::Request &request) const;

    flaredeck::ScopeSet m_scopes{QStringLiteral("count")};
    flaredeck::test::ManualClock m_clock;
    DemoPrompts m_prompts;
    DemoResources m_resources;
    std::unique_ptr<DemoTools> m_tools = std::make_unique<DemoTools>();
    std::shared_ptr<const int> m_counting = m_tools->counting();
    flaredeck::http::HttpServer m_http;
    std::unique_ptr<flaredeck::mcp::McpService> m_service;
};
