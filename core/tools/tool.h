#pragma once

#include "core/base/identity.h"
#include "core/mcp/toolprovider.h"
#include "core/provider/apiclient.h"

#include <memory>

namespace flaredeck::tools {

/// One call, after every check: what a tool works with.
struct Invocation {
    CallerPtr caller;
    Json arguments;     ///< fit the schema; defaults are filled in
    AccountRef account; ///< empty for tools without one
    /// The client: to ask its person, to tell it of progress, to log for it. Its own caller is the
    /// one that called, whatever was permitted since.
    mcp::CallContextPtr context;
    provider::UpstreamTrace trace;
};

using InvocationPtr = std::shared_ptr<const Invocation>;

/// The tools' way to the provider. Each request is logged for the client at debug.
class Upstream
{
public:
    Upstream(provider::ApiClient &client, const Clock &clock);

    [[nodiscard]] Task<Result<provider::ApiResponse>> send(const InvocationPtr &call,
                                                           provider::ApiRequest request) const;
    [[nodiscard]] Task<Result<provider::ApiResponse>>
    sendForText(const InvocationPtr &call, provider::ApiRequest request) const;
    /// A query over a period of time, which may take a while: the client hears of its progress.
    [[nodiscard]] Task<Result<provider::ApiResponse>> search(InvocationPtr call,
                                                             provider::ApiRequest request) const;

    [[nodiscard]] Millis now() const { return m_clock.now(); }

private:
    provider::ApiClient &m_client;
    const Clock &m_clock;
};

using UpstreamPtr = std::shared_ptr<const Upstream>;

/// One tool. An Error becomes a result with isError, its cause and action as text.
class Tool
{
public:
    virtual ~Tool() = default;
    [[nodiscard]] virtual Task<Result<mcp::ToolResult>> run(InvocationPtr call) const = 0;
};

} // namespace flaredeck::tools
