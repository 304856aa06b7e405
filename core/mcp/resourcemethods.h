#pragma once

#include "core/mcp/methods.h"
#include "core/mcp/resourceprovider.h"

namespace flaredeck::mcp {

/// resources/list, resources/templates/list, resources/read, and, where there are sessions,
/// resources/subscribe and resources/unsubscribe.
class ResourceMethods
{
public:
    static constexpr int kMaxWatched = 256; ///< by one session

    ResourceMethods(ResourceProvider &resources, CallSupport support);

    /// False when the method is none of these.
    bool handle(const MethodCall &call);

private:
    void list(const MethodCall &call, bool templates) const;
    void read(const MethodCall &call);
    void watch(const MethodCall &call, bool on) const;

    ResourceProvider &m_resources;
    const CallSupport m_support;
};

} // namespace flaredeck::mcp
