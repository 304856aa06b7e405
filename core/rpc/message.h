#pragma once

#include "core/rpc/rpcerror.h"

#include <QByteArray>

#include <optional>
#include <vector>

/// JSON-RPC 2.0 as values and bytes; knows no method and no transport.
namespace flaredeck::rpc {

/// More messages than this in one array are refused, so that one request cannot occupy the server.
inline constexpr int kMaxBatch = 100;
/// Ids are kept as long as their requests run.
inline constexpr std::size_t kMaxIdLength = 256;

/// The id of a request: a string or an integer, kept as it is printed, so that 1 and "1" stay two
/// different ids and an answer echoes exactly what was asked.
class RequestId
{
public:
    RequestId() = default;
    /// Nothing when the value is neither an integer nor a string of a sensible length. 1.0 is 1, as
    /// some languages have one kind of number only.
    [[nodiscard]] static std::optional<RequestId> fromJson(const Json &value);
    /// A number that is no valid id, to name in its refusal: without, a client would wait on.
    [[nodiscard]] static std::optional<RequestId> ofNumber(const Json &value);

    [[nodiscard]] const QByteArray &json() const { return m_json; }

    bool operator==(const RequestId &) const = default;

private:
    QByteArray m_json;
};

struct Message {
    enum class Kind { Request, Notification, Response };

    Kind kind = Kind::Notification;
    RequestId id; ///< empty for notifications
    std::string method;
    Json params = nullptr; ///< an object or an array; null when absent
    Json result = nullptr; ///< of a response
    Json error = nullptr;  ///< of a response that has no result
};

/// What one transport message holds: a message, or several in an array.
struct Payload {
    std::vector<Message> messages; ///< never empty
    bool isBatch = false;

    [[nodiscard]] int requestCount() const;
};

/// Why a payload is no JSON-RPC, and the id to answer with, when it could be read.
struct Malformed {
    RpcError error;
    std::optional<RequestId> id;
};

/// Parse errors are -32700, everything else that is wrong with the envelope -32600. A batch with
/// one invalid element is refused as a whole.
[[nodiscard]] tl::expected<Payload, Malformed> parse(const QByteArray &bytes);

/// A request of ours.
[[nodiscard]] QByteArray requestMessage(const QByteArray &id, const std::string &method,
                                        const Json &params);
/// Complete messages on one line. `result` is JSON text already.
[[nodiscard]] QByteArray resultMessage(const RequestId &id, const QByteArray &result);
/// Without an id the error carries `"id":null` (JSON-RPC 2.0 §5).
[[nodiscard]] QByteArray errorMessage(const std::optional<RequestId> &id, const RpcError &error);
[[nodiscard]] QByteArray notification(QByteArrayView method, const Json &params = nullptr);

} // namespace flaredeck::rpc
