#pragma once

#include "core/base/taskscope.h"
#include "core/remote/connection.h"
#include "core/remote/exchange.h"
#include "core/remote/wire.h"
#include "core/rpc/message.h"

#include <QHash>
#include <QTimer>

#include <optional>

/// For the parts of Connection: connection.cpp (calls and their questions), handshake.cpp (eras and
/// sessions), transfer.cpp (HTTP) and listening.cpp (what a server says unasked).
namespace flaredeck::remote {

/// What became of a request, as HTTP and JSON-RPC tell it.
struct Sent {
    Result<Json> outcome = fail(Error::Kind::Internal, QString());
    int status = 0;
    int errorCode = 0; ///< of JSON-RPC; 0 = none
    Json errorData;
};

/// The head of a request.
struct Prepared {
    http::ClientRequest request;
    Secret token; ///< that it carries; may be empty
};

class Connection::Private
{
public:
    Private(Connection &owner, std::shared_ptr<Lanes> ways, Server where, Bearer whose,
            SpokenRevision before, const Clock &time);

    /// A request with everything around it: the handshake, a session that has ended.
    Task<Result<Json>> request(std::string method, Json params, Json schema,
                               mcp::CallContextPtr context, std::stop_token stop);
    /// One POST, and one more if its token is refused.
    Task<Sent> single(std::string method, Json params, Json schema, mcp::CallContextPtr context,
                      std::stop_token stop);
    /// Until the request is answered; asks the client what the server asks meanwhile.
    Task<Result<Json>> attend(ExchangePtr exchange, QByteArray parkAs, mcp::CallContextPtr context,
                              std::stop_token stop);
    /// The next of the server's questions. An error ends the attending.
    Task<Result<>> askNext(ExchangePtr exchange, QByteArray parkAs, mcp::CallContextPtr context,
                           std::stop_token stop);
    void withdraw(const ExchangePtr &exchange);
    void park(const ExchangePtr &exchange, const QByteArray &key);
    [[nodiscard]] ExchangePtr takeParked(const QByteArray &key);

    Task<Result<>> ensureOpen(mcp::CallContextPtr context, std::stop_token stop);
    Task<> open(mcp::CallContextPtr context, std::shared_ptr<QPromise<Result<>>> opened);
    Task<Result<>> shakeHands(mcp::CallContextPtr context);
    /// Nothing when the server is of the older era.
    Task<std::optional<Result<>>> discover();
    Task<Result<>> initialize(mcp::CallContextPtr context);
    void takeDescription(const Json &answer);
    void setSpoken(const QString &revision);
    [[nodiscard]] bool isModern() const { return spoken.name == QLatin1String(wire::kModern); }
    /// Whether the server did not look at a request, because it has forgotten the session or no
    /// longer speaks the revision.
    [[nodiscard]] static bool isStale(const Sent &sent, bool hadSession, bool wasModern);
    void forgetSession();

    /// Head of a request, with the bearer.
    Task<Result<Prepared>> prepared(QByteArray method, std::stop_token stop);
    Task<Result<QHostAddress>> address(std::stop_token stop);
    Task<> carry(ExchangePtr exchange, http::ClientRequest post);
    /// A stream that ended without the answer goes on elsewhere; false when there is no more.
    Task<bool> resume(ExchangePtr exchange);
    [[nodiscard]] ExchangePtr exchange(QByteArray id, std::string method,
                                       mcp::CallContextPtr context);
    void takeBytes(const ExchangePtr &exchange, const http::ClientResponse &head,
                   const QByteArray &bytes);
    void concludeBody(const ExchangePtr &exchange, const Result<http::ClientResponse> &end);
    [[nodiscard]] Error refused(const Exchange &exchange) const;
    [[nodiscard]] Error inWords(Error error) const;
    void tellOfChallenge(const Exchange &exchange);

    Task<> say(QByteArray message);
    Task<> notify(std::string method, Json params);
    Task<> answer(Json id, Json response, std::optional<rpc::RpcError> error);
    Task<> pong(Json id);
    Task<> refuse(Json id);
    /// What the server asks on a stream of no request is for the call that began last.
    void passOn(const Json &id, const std::string &method, const Json &params);
    void listenSoon();
    void endSession();
    Task<> listen(ExchangePtr mine);

    Connection &q;
    const std::shared_ptr<Lanes> lanes;
    const Server server;
    const Bearer bearer;
    SpokenRevision spoken;
    const Clock &clock;
    bool isOpen = false;
    bool isInitializing = false;
    std::optional<QFuture<Result<>>> opening;
    QByteArray session;     ///< empty = the server has none
    http::Headers lastHead; ///< of the request before, to end the session with
    QString instructions;
    QString version;
    bool tellsOfLists = false;
    bool mayAsk = false;                  ///< as our capabilities said
    ExchangePtr listened;                 ///< the stream for what belongs to no request
    QList<std::weak_ptr<Exchange>> calls; ///< that may still run
    qint64 lastId = 0;
    int pongs = 0; ///< on their way
    QHostAddress checked;
    Millis checkedAt = 0;
    /// Wait for a client to come back with its answer; the first to come back takes the first.
    QHash<QByteArray, QList<ExchangePtr>> parked;
    QTimer changed; ///< however often a server says it
    TaskScope tasks;
};

} // namespace flaredeck::remote
