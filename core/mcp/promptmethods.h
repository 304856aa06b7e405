#pragma once

#include "core/mcp/methods.h"
#include "core/mcp/promptprovider.h"

namespace flaredeck::mcp {

/// prompts/list and prompts/get.
class PromptMethods
{
public:
    PromptMethods(PromptProvider &prompts, CallSupport support);

    /// False when the method is none of these.
    bool handle(const MethodCall &call);

private:
    void list(const MethodCall &call) const;
    void get(const MethodCall &call);

    PromptProvider &m_prompts;
    const CallSupport m_support;
};

} // namespace flaredeck::mcp
