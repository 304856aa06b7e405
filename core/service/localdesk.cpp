#include "core/service/localdesk.h"

#include <utility>

namespace flaredeck::service {

void Bell::ring()
{
    if (const auto promise = std::exchange(m_next, nullptr))
        promise->finish();
}

QFuture<void> Bell::next()
{
    if (!m_next) {
        m_next = std::make_shared<QPromise<void>>();
        m_next->start();
    }
    return m_next->future();
}

} // namespace flaredeck::service
