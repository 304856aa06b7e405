#pragma once

#include "core/service/core.h"
#include "memorykeychain.h"
#include "oauthclient.h"
#include "readyprompter.h"
#include "tests/core/mcp/mcpclient.h"

#include <QTemporaryDir>
#include <QTest>

namespace flaredeck::service {

inline const QByteArray kRevision = "2025-11-25";

/// A test of whole flows against the sandbox, on one thread: what a person can do in the window,
/// and what the client on the other side sees of it.
class CoreTest : public QObject
{
protected:
    void prepare()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_keys = std::make_shared<QHash<QString, QByteArray>>();
        m_options = {};
        m_person = {};
        m_options.dataDir = {m_dir->path()};
        m_options.sandbox = true;
        m_options.autoApprove = true;
    }

    void shutDown()
    {
        if (m_core)
            m_core->shutDown();
        m_core.reset();
    }

    void start(std::unique_ptr<store::Keychain> keychain = {})
    {
        if (!keychain)
            keychain = std::make_unique<test::MemoryKeychain>(m_keys);
        auto core = Core::create(m_options, m_person, std::move(keychain));
        QVERIFY2(core, core ? "" : qPrintable(core.error().text()));
        m_core = std::move(*core);
        QVERIFY(m_core->listen(0));
    }

    [[nodiscard]] int statusOfPing(const test::OAuthClient &client) const
    {
        HttpCall call(port(), "POST", "/mcp",
                      {{"Authorization", "Bearer " + client.token()},
                       {"Content-Type", "application/json"},
                       {"Accept", "application/json, text/event-stream"}},
                      rpcMessage(1, "initialize", initializeParams(kRevision)));
        return call.finish() ? call.status() : 0;
    }

    [[nodiscard]] bool orderFault(const QByteArray &order) const
    {
        HttpCall call(quint16(QUrl(m_core->snapshot()->server.sandboxUrl).port()), "POST",
                      "/sandbox/fault", {{"Content-Type", "application/json"}}, order);
        return call.finish() && call.status() == 200;
    }

    [[nodiscard]] quint16 port() const { return m_core->snapshot()->server.port; }
    [[nodiscard]] GrantId onlyGrant() const { return m_core->snapshot()->grants.at(0).grant.id; }

    std::unique_ptr<QTemporaryDir> m_dir;
    test::KeychainContent m_keys;
    test::ReadyPrompter m_person;
    Options m_options;
    std::unique_ptr<Core> m_core;
};

} // namespace flaredeck::service
