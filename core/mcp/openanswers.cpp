#include "core/mcp/openanswers.h"

namespace flaredeck::mcp {

bool OpenAnswers::enter(const GrantId &grant, const http::ExchangePtr &exchange)
{
    auto &open = m_open[grant];
    if (open.size() >= kMaxPerGrant)
        std::erase_if(open, [](const std::weak_ptr<http::Exchange> &one) {
            const http::ExchangePtr alive = one.lock();
            return !alive || !alive->isOpen();
        });
    if (open.size() >= kMaxPerGrant)
        return false;
    open.push_back(exchange);
    return true;
}

} // namespace flaredeck::mcp
