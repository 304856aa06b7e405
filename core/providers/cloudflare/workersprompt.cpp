#include "core/providers/cloudflare/workersprompt.h"

#include "core/base/logging.h"

#include <QStringDecoder>

namespace flaredeck::cloudflare {

using namespace Qt::Literals::StringLiterals;

namespace {

const QString kName = u"workers-prompt-full"_s;
const QString kTitle = u"Write Cloudflare Workers"_s;
const QString kDescription =
    u"Cloudflare's own guidance for writing Workers: style, security, configuration, and examples "
    "for each product."_s;
constexpr Millis kFreshFor = 3600LL * 1000;
constexpr int kTimeoutMs = 15'000;
constexpr qint64 kMaxBytes = 2LL * 1024 * 1024;

mcp::PromptResult asPrompt(const QString &text)
{
    return {kDescription, {{false, mcp::Content::ofText(text)}}};
}

tl::unexpected<Error> unusable(const QString &host, const QString &why)
{
    return fail(Error::Kind::Upstream, u"The prompt could not be read: %1 %2."_s.arg(host, why),
                u"Try again later."_s);
}

} // namespace

WorkersPrompt::WorkersPrompt(http::HttpClient &client, const provider::Endpoints &endpoints,
                             const Clock &clock, QObject *parent)
    : PromptProvider(parent)
    , m_client(client)
    , m_url(endpoints.documentation.resolved(QUrl(u"/workers/prompt.txt"_s)))
    , m_clock(clock)
{
}

QList<mcp::Prompt> WorkersPrompt::list(const CallerPtr &) const
{
    return {{kName, kTitle, kDescription, {}}};
}

std::optional<mcp::Completion> WorkersPrompt::complete(const QString &prompt, const QString &,
                                                       const QString &) const
{
    if (prompt != kName)
        return std::nullopt;
    return mcp::Completion{};
}

Task<Result<mcp::PromptResult>> WorkersPrompt::get(QString name, Json, mcp::CallContextPtr context)
{
    if (name != kName)
        co_return fail(Error::Kind::NotFound, u"There is no prompt %1."_s.arg(name),
                       u"Call prompts/list for those that there are."_s);
    const Millis now = m_clock.now();
    if (!m_text.isEmpty() && now - m_fetchedAt < kFreshFor && now >= m_fetchedAt)
        co_return asPrompt(m_text);
    const Result<QString> text = co_await fetch(context->stop);
    if (text) {
        m_text = *text;
        m_fetchedAt = now;
    } else if (m_text.isEmpty() || text.error().kind == Error::Kind::Cancelled) {
        co_return fail(text.error());
    } else {
        qCInfo(lcTools).noquote() << text.error().message << "The text of before is used.";
    }
    co_return asPrompt(m_text);
}

Task<Result<QString>> WorkersPrompt::fetch(std::stop_token stop)
{
    http::ClientRequest request;
    request.url = m_url;
    request.headers = http::Headers{{"Accept", "text/plain"}};
    request.timeoutMs = kTimeoutMs;
    request.maxBytes = kMaxBytes;
    const QString host = m_url.host();
    const Result<http::ClientResponse> response =
        co_await m_client.send(std::move(request), std::move(stop));
    if (!response)
        co_return fail(response.error());
    if (response->status != 200)
        co_return unusable(host, u"answered with status %1"_s.arg(response->status));
    // A captive portal's page must not end up in a model's context as Cloudflare's words.
    if (!response->headers.value("Content-Type").startsWith("text/plain"))
        co_return unusable(host, u"sent something else than plain text"_s);
    QStringDecoder decoder(QStringDecoder::Utf8, QStringConverter::Flag::Stateless);
    const QString text = decoder(response->body);
    if (decoder.hasError() || text.trimmed().isEmpty())
        co_return unusable(host, u"sent no text"_s);
    co_return text;
}

} // namespace flaredeck::cloudflare
