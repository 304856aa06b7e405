#pragma once

#include "core/base/taskscope.h"
#include "core/http/exchange.h"
#include "core/oauth/consent/flow.h"
#include "core/oauth/endpoints/ratelimit.h"

namespace flaredeck::oauth {

/// Shows a flow to the browser that waits for it: a page, a long poll, or the redirect as soon as
/// there is one. That nobody asks for a while means nothing: browsers suspend tabs. A short wait
/// before the page lets plain HTTP clients get by with redirects alone.
class FlowTab : public QObject
{
    Q_OBJECT

public:
    FlowTab(Flow &flow, const Clock &clock);
    ~FlowTab() override;

    [[nodiscard]] Flow &flow() { return m_flow; }

    /// Redirect or page. `showsHtml`: the client said that it can show a page.
    void answerPage(const http::ExchangePtr &exchange, bool showsHtml);
    /// JSON, as soon as the state is not `seen` any more (empty: not the present one).
    void answerStatus(const http::ExchangePtr &exchange, const QByteArray &seen);

signals:
    void woken(); ///< those who wait have to look again

private:
    Task<> showPage(http::ExchangePtr exchange, bool showsHtml);
    Task<> showStatus(http::ExchangePtr exchange, QByteArray seen);
    /// Until the flow has somewhere to go or another state than `seen`, or nobody waits any more.
    Task<> wait(http::ExchangePtr exchange, QByteArray seen, std::chrono::milliseconds patience);
    [[nodiscard]] http::Response page(bool showsHtml);
    [[nodiscard]] http::Response status();

    Flow &m_flow;
    const Clock &m_clock;
    RateLimit m_polls;
    int m_newest = 0; ///< number of who came last
    TaskScope m_tasks;
};

/// Pages that a person sees in the browser. No external resources, no forms, and a policy that lets
/// nothing else run (Chromium applies form-action to the whole redirect chain).
namespace flowpages {

/// A page with one sentence and no link: for requests that must not lead anywhere.
[[nodiscard]] http::Response message(int status, const QString &title, const QString &text);
/// A redirect with the same protective headers.
[[nodiscard]] http::Response redirect(const QByteArray &location);

} // namespace flowpages
} // namespace flaredeck::oauth
