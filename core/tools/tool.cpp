#include "core/tools/tool.h"

#include "core/base/redact.h"

namespace flaredeck::tools {

using namespace Qt::Literals::StringLiterals;

namespace {

/// Logs what the request adds to the trace from `from` on, repetitions too.
Task<Result<provider::ApiResponse>> logged(InvocationPtr call, qsizetype from,
                                           Task<Result<provider::ApiResponse>> request)
{
    const Result<provider::ApiResponse> response = co_await request;
    for (qsizetype i = from; i < call->trace->size(); ++i) {
        const store::UpstreamRequest &sent = call->trace->at(i);
        const Json data{{"request", sent.method + u' ' + redact(sent.path)},
                        {"status", sent.status},
                        {"durationMs", sent.elapsedMs},
                        {"rayId", sent.rayId}};
        call->context->log(mcp::LogLevel::Debug, data);
    }
    co_return response;
}

} // namespace

Upstream::Upstream(provider::ApiClient &client, const Clock &clock)
    : m_client(client)
    , m_clock(clock)
{
}

Task<Result<provider::ApiResponse>> Upstream::send(const InvocationPtr &call,
                                                   provider::ApiRequest request) const
{
    const qsizetype from = call->trace->size();
    return logged(
        call, from,
        m_client.send(call->caller->login, std::move(request), call->context->stop, call->trace));
}

Task<Result<provider::ApiResponse>> Upstream::sendForText(const InvocationPtr &call,
                                                          provider::ApiRequest request) const
{
    const qsizetype from = call->trace->size();
    return logged(call, from,
                  m_client.sendForText(call->caller->login, std::move(request), call->context->stop,
                                       call->trace));
}

Task<Result<provider::ApiResponse>> Upstream::search(InvocationPtr call,
                                                     provider::ApiRequest request) const
{
    call->context->progress(0, 1, u"%1 searches"_s.arg(provider::facts().name));
    Result<provider::ApiResponse> response = co_await send(call, std::move(request));
    if (response)
        call->context->progress(1, 1, u"%1 has answered"_s.arg(provider::facts().name));
    co_return response;
}

} // namespace flaredeck::tools
