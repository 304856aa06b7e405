#pragma once

#include "core/service/core.h"
#include "oauthclient.h"
#include "readyprompter.h"
#include "tests/core/mcp/mcpclient.h"
#include "tests/support/keychains.h"

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

    /// Follows the redirects of a sign-in page, to our callback and its answer.
    [[nodiscard]] static bool visit(QUrl url)
    {
        for (int hop = 0; hop < 5; ++hop) {
            HttpCall call(quint16(url.port()), "GET",
                          url.toEncoded(QUrl::RemoveScheme | QUrl::RemoveAuthority), {});
            if (!call.finish())
                return false;
            if (call.header("Location").isEmpty())
                return call.status() == 200;
            url = url.resolved(QUrl::fromEncoded(call.header("Location")));
        }
        return false;
    }
    /// Signs in by hand, and agrees to these accounts only.
    [[nodiscard]] static bool agree(const QUrl &url, const QStringList &accounts)
    {
        const QByteArray mark = "name=\"flow\" value=\"";
        const auto port = quint16(url.port());
        HttpCall page(port, "GET",
                      url.toEncoded(QUrl::RemoveScheme | QUrl::RemoveAuthority) + "&prompt=consent",
                      {});
        if (!page.finish() || !page.body().contains(mark))
            return false;
        const QByteArray rest = page.body().mid(page.body().indexOf(mark) + mark.size());
        const QByteArray flow = "flow=" + rest.left(rest.indexOf('"'));
        const http::Headers form{{"Content-Type", "application/x-www-form-urlencoded"}};
        HttpCall signIn(port, "POST", "/oauth2/signin", form, flow + "&email=demo@acme.example");
        if (!signIn.finish() || signIn.status() != 200)
            return false;
        QByteArray choice = flow + "&decision=allow";
        for (const QString &account : accounts)
            choice += "&account=" + account.toLatin1();
        HttpCall consent(port, "POST", "/oauth2/consent", form, choice);
        return consent.finish() &&
               visit(url.resolved(QUrl::fromEncoded(consent.header("Location"))));
    }

    /// A call that needs Cloudflare.
    [[nodiscard]] Json workersList() const
    {
        const std::string account =
            m_core->snapshot()->logins.at(0).accounts.at(0).id.toStdString();
        return {{"name", "workers_list"}, {"arguments", {{"account_id", account}}}};
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
