#pragma once

#include "core/base/result.h"
#include "core/http/exchange.h"
#include "core/http/hostgate.h"
#include "core/http/limits.h"

#include <QObject>

#include <functional>
#include <memory>

namespace flaredeck::http {

/// An HTTP/1.1 server on loopback. Gates in order: connection guard, host gate, route table.
/// All of it runs on the thread that made it.
class HttpServer : public QObject
{
    Q_OBJECT

public:
    using Handler = std::function<void(const RequestPtr &, const ExchangePtr &)>;

    /// `gate` decides on Host and Origin for every request and answers preflights.
    explicit HttpServer(Limits limits = {}, std::unique_ptr<HostGate> gate = {},
                        QObject *parent = nullptr);
    ~HttpServer() override;

    /// See HostGate.
    void setAllowedOrigins(const QList<QByteArray> &origins);

    /// Listens on 127.0.0.1 and, where the machine has it, ::1, on the same port. 0 = any free
    /// port. Failure names the program that holds the port, if it can be found.
    Result<quint16> listen(quint16 port);
    /// Stops listening, ends every stream and closes every connection.
    void close();
    [[nodiscard]] quint16 port() const;

    /// Exact path, any method: the handler checks the method itself. With `admission` it is a
    /// protected route: bodies may be larger, and who has a request running there keeps the
    /// connection, however many others want one.
    void route(const QByteArray &path, Handler handler, Admission admission = {});
    /// Every path that starts with `prefix`, unless an exact or longer one matches.
    void routePrefix(const QByteArray &prefix, Handler handler);
    /// Paths without a route; the default answers 404 as JSON.
    void setFallback(Handler handler);

    [[nodiscard]] int connectionCount() const;

private:
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace flaredeck::http
