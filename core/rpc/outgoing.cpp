#include "core/rpc/outgoing.h"

#include "core/base/crypto.h"

using namespace Qt::Literals::StringLiterals;

namespace flaredeck::rpc {

namespace {

void settle(QPromise<Result<Json>> &promise, Result<Json> answer)
{
    promise.addResult(std::move(answer));
    promise.finish();
}

QByteArray asJson(const QByteArray &id)
{
    return '"' + id + '"';
}

} // namespace

Outgoing::Asked Outgoing::open()
{
    // Random, so that a client which answers into the wrong session hits nothing.
    const QByteArray id = crypto::randomId().toLatin1();
    auto promise = std::make_shared<QPromise<Result<Json>>>();
    promise->start();
    m_open.insert(asJson(id), promise);
    return {id, promise->future()};
}

void Outgoing::deliver(const Message &response)
{
    const Promise promise = m_open.take(response.id.json());
    if (!promise)
        return;
    if (response.error.is_null())
        return settle(*promise, response.result);
    settle(*promise, flaredeck::fail(
                         Error::Kind::Denied,
                         u"The client refused to ask: %1"_s.arg(
                             json::stringAt(response.error, "message").value_or(u"no reason"_s))));
}

void Outgoing::fail(const QByteArray &id, const Error &reason)
{
    if (const Promise promise = m_open.take(asJson(id)))
        settle(*promise, flaredeck::fail(reason));
}

void Outgoing::failAll(const Error &reason)
{
    const auto open = std::exchange(m_open, {});
    for (const Promise &promise : open)
        settle(*promise, flaredeck::fail(reason));
}

} // namespace flaredeck::rpc
