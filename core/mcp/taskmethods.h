#pragma once

#include "core/mcp/methods.h"

namespace flaredeck::mcp {

/// tasks/get, tasks/update and tasks/cancel, of the stateless revision only.
class TaskMethods
{
public:
    explicit TaskMethods(CallSupport support);

    /// False when the method is none of these.
    bool handle(const MethodCall &call);

private:
    const CallSupport m_support;
};

/// The client did not declare the extension.
[[nodiscard]] rpc::RpcError lacksTasks();

} // namespace flaredeck::mcp
