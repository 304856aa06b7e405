#pragma once

#include "core/mcp/methods/callcontext.h"

#include <QObject>

namespace flaredeck::mcp {

/// Where the protocol engine gets its tools from.
class ToolProvider : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    /// The toolsets that get addresses of their own. Names of a-z, 0-9 and -, neither mcp nor sse;
    /// always the same.
    [[nodiscard]] virtual QStringList toolsets() const { return {}; }
    /// The tools that this caller's scopes open, in a stable order; of one toolset, or of all when
    /// it is empty.
    [[nodiscard]] virtual QList<Tool> list(const CallerPtr &caller,
                                           const QString &toolset) const = 0;
    /// A fixed text for initialize; may mention the caller's accounts.
    [[nodiscard]] virtual QString instructions(const CallerPtr &caller) const = 0;

    /// Runs a tool. An Error of kind NotFound (no such tool in the context's toolset) or
    /// InvalidInput (params malformed) becomes a protocol error; everything else that fails is a
    /// ToolResult with isError.
    [[nodiscard]] virtual Task<Result<ToolResult>> call(QString name, Json arguments,
                                                        CallContextPtr context) = 0;

    /// Whether some tools let the connection go (CallContext::letGo).
    [[nodiscard]] virtual bool hasLongTools() const { return false; }

signals:
    /// For every caller; a change for one of them is McpService::identityChanged.
    void listChanged();
};

} // namespace flaredeck::mcp
