#pragma once

#include "core/base/clock.h"
#include "core/http/exchange.h"
#include "core/oauth/authorizeflow.h"
#include "core/oauth/ratelimit.h"

#include <QList>

namespace flaredeck::oauth {

/// Answers the browser that waits for a flow: a page, a long poll, or the redirect as soon as there
/// is one. That nobody asks for a while means nothing: browsers suspend tabs. A short wait before
/// the page lets plain HTTP clients get by with redirects alone.
class FlowTab : public QObject
{
    Q_OBJECT

public:
    static constexpr int kPagePatienceMs = 150;   ///< for a browser, which can show the page
    static constexpr int kPlainPatienceMs = 1000; ///< for a client that only follows redirects
    static constexpr int kLongPollMs = 20'000;

    FlowTab(AuthorizeRequest request, QString checkPhrase, const Clock &clock,
            QObject *parent = nullptr);
    ~FlowTab() override;

    [[nodiscard]] AuthorizeFlow &flow() { return m_flow; }
    [[nodiscard]] const AuthorizeFlow &flow() const { return m_flow; }

    /// Redirect or page. `showsHtml`: the client said that it can show a page.
    void answerPage(const http::ExchangePtr &exchange, bool showsHtml);
    /// JSON, as soon as the state is not `seen` any more (empty: not the present one).
    void answerStatus(const http::ExchangePtr &exchange, const QByteArray &seen);

private:
    struct Waiting {
        int id = 0;
        http::ExchangePtr exchange;
        QByteArray seen;
        bool isPage = false;
        bool showsHtml = false;
        bool isPatient = false; ///< has been given more time
    };
    void hold(Waiting waiting, int patienceMs);
    void release(int id);
    void expire(int id);
    void respond(const Waiting &waiting);
    void serveReady();
    [[nodiscard]] bool isReady(const Waiting &waiting) const;
    [[nodiscard]] http::Response page(bool showsHtml);
    [[nodiscard]] http::Response status();

    AuthorizeFlow m_flow;
    const Clock &m_clock;
    RateLimit m_polls;
    QList<Waiting> m_waiting;
    int m_nextId = 1;
};

} // namespace flaredeck::oauth
