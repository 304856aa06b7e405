#pragma once

#include "core/base/clock.h"
#include "core/http/httpclient.h"
#include "core/mcp/promptprovider.h"
#include "core/provider/facts.h"

namespace flaredeck::cloudflare {

/// The prompt for writing Workers that Cloudflare publishes in its documentation. Fetched without a
/// credential when a client asks for it, and kept in memory for an hour, longer when the
/// documentation cannot be reached. Core thread.
class WorkersPrompt : public mcp::PromptProvider
{
    Q_OBJECT

public:
    /// `client` must outlive it.
    WorkersPrompt(http::HttpClient &client, const provider::Endpoints &endpoints,
                  const Clock &clock, QObject *parent = nullptr);

    [[nodiscard]] QList<mcp::Prompt> list(const CallerPtr &caller) const override;
    [[nodiscard]] Task<Result<mcp::PromptResult>> get(QString name, Json arguments,
                                                      mcp::CallContextPtr context) override;
    [[nodiscard]] std::optional<mcp::Completion>
    complete(const QString &prompt, const QString &argument, const QString &begun) const override;

private:
    [[nodiscard]] Task<Result<QString>> fetch(std::stop_token stop);

    http::HttpClient &m_client;
    const QUrl m_url;
    const Clock &m_clock;
    QString m_text; ///< the last fetched text
    Millis m_fetchedAt = 0;
};

} // namespace flaredeck::cloudflare
