#pragma once

#include "core/base/identity.h"
#include "core/base/result.h"
#include "core/base/task.h"
#include "core/mcp/types.h"

#include <QObject>

#include <functional>
#include <memory>
#include <stop_token>

namespace flaredeck::mcp {

/// What a tool may know of the call that it serves, and do while it runs. Tools never learn the
/// protocol revision or the transport.
struct ToolContext {
    CallerPtr caller;
    QString clientVersion;    ///< clientInfo of initialize, "name version"; a claim, not a fact
    QByteArray accountHeader; ///< cf-account-id of the request; may be empty
    std::stop_token stop;     ///< cancelled by the client, or because the grant or session ended

    /// Sends progress when the client asked for it; otherwise does nothing. `total` < 0 = unknown.
    std::function<void(double progress, double total, const QString &message)> progress;

    /// State that lives as long as the session does, survives a restart of the app, and is bound to
    /// the grant. A JSON object; small.
    std::function<Json()> sessionState;
    std::function<void(const Json &)> setSessionState;
};

/// Where the protocol engine gets its tools from.
class ToolProvider : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    /// The tools that this caller's scopes open, in a stable order.
    [[nodiscard]] virtual QList<Tool> list(const CallerPtr &caller) const = 0;
    /// A fixed text for initialize; may mention the caller's accounts.
    [[nodiscard]] virtual QString instructions(const CallerPtr &caller) const = 0;

    /// Runs a tool. An Error of kind NotFound (no such tool for this caller) or InvalidInput
    /// (params malformed) becomes a protocol error; everything else that fails is a ToolResult with
    /// isError.
    [[nodiscard]] virtual Task<Result<ToolResult>> call(QString name, Json arguments,
                                                        ToolContext context) = 0;
};

} // namespace flaredeck::mcp
