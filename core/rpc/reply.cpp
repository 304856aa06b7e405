#include "core/rpc/reply.h"

#include "core/base/logging.h"

using namespace Qt::Literals::StringLiterals;

namespace flaredeck::rpc {

Reply::Reply(RequestId id, std::shared_ptr<Outlet> outlet)
    : m_id(std::move(id))
    , m_outlet(std::move(outlet))
{
}

Reply::~Reply()
{
    if (!isOpen())
        return;
    qCWarning(lcMcp) << "A request was dropped without an answer";
    error({kInternalError, u"The server gave up on this request without a result."_s});
}

void Reply::result(const QByteArray &resultJson)
{
    if (const auto outlet = close())
        outlet->answer(resultMessage(m_id, resultJson));
}

void Reply::error(const RpcError &error)
{
    if (const auto outlet = close())
        outlet->answerError(errorMessage(m_id, error), error.code);
}

void Reply::notify(const QByteArray &message)
{
    if (m_outlet)
        m_outlet->notify(message);
}

void Reply::letGo()
{
    if (m_outlet)
        m_outlet->letGo();
}

void Reply::hold(bool isHeld)
{
    if (m_outlet)
        m_outlet->hold(isHeld);
}

bool Reply::lackScopes(const ScopeSet &needed, const QByteArray &resultJson)
{
    if (!m_outlet || !m_outlet->lackScopes(needed, resultMessage(m_id, resultJson)))
        return false;
    close();
    return true;
}

void Reply::cancel()
{
    if (const auto outlet = close())
        outlet->withdraw();
    stopWork();
}

void Reply::abort(const RpcError &reason)
{
    error(reason);
    stopWork();
}

void Reply::stopWork()
{
    // A copy: the work may be the last to hold this object.
    std::stop_source stop = m_stop;
    stop.request_stop();
}

std::shared_ptr<Outlet> Reply::close()
{
    std::shared_ptr<Outlet> outlet = std::exchange(m_outlet, nullptr);
    if (!outlet)
        return nullptr;
    if (const auto closed = std::exchange(m_closed, nullptr))
        closed();
    return outlet;
}

} // namespace flaredeck::rpc
