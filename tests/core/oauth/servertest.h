#pragma once

#include "tests/core/oauth/browser.h"
#include "tests/core/oauth/liveserver.h"

#include <QObject>
#include <QSignalSpy>
#include <QTest>

#include <memory>

namespace flaredeck::oauth {

/// A test against a live authorization server, a new one for each function.
class ServerTest : public QObject
{
protected:
    void start(DocumentNetwork network = DocumentNetwork::system())
    {
        m_server = std::make_unique<LiveServer>(std::move(network));
        m_browser = std::make_unique<Browser>(m_server->http.port());
    }
    void stop()
    {
        m_browser.reset();
        m_server.reset();
    }

    /// Follows redirects until they leave the server.
    QByteArray follow(const QByteArray &url, int hops = 10)
    {
        QByteArray location = url;
        for (int i = 0; i < hops; ++i) {
            const auto response = m_browser->get(location);
            location = response.headers.value("Location");
            if (!location.startsWith('/') && !location.startsWith(m_browser->origin()))
                break;
        }
        return location;
    }

    static QByteArray flowPathIn(const http::ClientResponse &page)
    {
        const QByteArray mark = "data-flow=\"";
        const auto start = page.body.indexOf(mark) + mark.size();
        return page.body.mid(start, page.body.indexOf('"', start) - start);
    }

    http::ClientResponse allowAndRedeem(OAuthClient &client)
    {
        m_server->prompter.atOnce =
            FakePrompter::allow({QStringLiteral("mcp:read"), QStringLiteral("workers:read")});
        return client.redeem(client.parameter(follow(client.authorizeUrl()), "code"));
    }

    std::unique_ptr<LiveServer> m_server;
    std::unique_ptr<Browser> m_browser;
};

} // namespace flaredeck::oauth
