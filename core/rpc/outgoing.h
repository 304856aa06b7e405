#pragma once

#include "core/base/result.h"
#include "core/rpc/message.h"

#include <QFuture>
#include <QHash>
#include <QPromise>

#include <memory>

namespace flaredeck::rpc {

/// The requests that we sent to one peer and that it has not answered yet.
class Outgoing
{
public:
    struct Asked {
        QByteArray id; ///< to be sent
        QFuture<Result<Json>> answer;
    };

    ~Outgoing() { failAll({Error::Kind::Cancelled, QStringLiteral("The client has left.")}); }

    [[nodiscard]] Asked open();
    /// A response came in; unknown ids are ignored, since it may cross with a cancellation.
    void deliver(const Message &response);
    /// Nobody waits for this answer any more.
    void fail(const QByteArray &id, const Error &reason);
    void failAll(const Error &reason);

private:
    using Promise = std::shared_ptr<QPromise<Result<Json>>>;

    QHash<QByteArray, Promise> m_open; ///< by the id as JSON
};

} // namespace flaredeck::rpc
