#pragma once

#include "core/mcp/methods.h"
#include "core/mcp/toolprovider.h"

namespace flaredeck::mcp {

/// tools/list and tools/call.
class ToolMethods
{
public:
    ToolMethods(ToolProvider &tools, CallSupport support);

    /// False when the method is none of these.
    bool handle(const MethodCall &call);

private:
    void list(const MethodCall &call) const;
    void run(const MethodCall &call);
    [[nodiscard]] bool needsTask(const QString &name, const MessageScope &scope) const;

    ToolProvider &m_tools;
    const CallSupport m_support;
};

} // namespace flaredeck::mcp
