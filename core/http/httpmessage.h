#pragma once

#include "core/base/json.h"

#include <QByteArray>
#include <QHostAddress>
#include <QList>
#include <QUrlQuery>

#include <initializer_list>
#include <memory>
#include <optional>
#include <utility>

/// HTTP values.
namespace flaredeck::http {

/// Header lines in order. Names compare without case (RFC 9110 §5.1).
class Headers
{
public:
    Headers() = default;
    Headers(std::initializer_list<std::pair<QByteArray, QByteArray>> lines)
        : m_lines(lines)
    {
    }

    explicit Headers(QList<std::pair<QByteArray, QByteArray>> lines)
        : m_lines(std::move(lines))
    {
    }

    /// The first value, trimmed; empty when absent.
    [[nodiscard]] QByteArray value(QByteArrayView name) const;
    [[nodiscard]] bool contains(QByteArrayView name) const;
    [[nodiscard]] qsizetype count(QByteArrayView name) const;

    void append(QByteArray name, QByteArray value)
    {
        m_lines.append({std::move(name), std::move(value)});
    }
    void set(const QByteArray &name, QByteArray value); ///< replaces every line of that name

    [[nodiscard]] const QList<std::pair<QByteArray, QByteArray>> &lines() const { return m_lines; }

private:
    QList<std::pair<QByteArray, QByteArray>> m_lines;
};

enum class Method { Get, Head, Post, Put, Patch, Delete, Options, Other };

/// The other end of a connection: over loopback, or over the local socket, where the system names
/// the process.
struct Peer {
    QHostAddress address;
    quint16 port = 0;      ///< the client's port
    quint16 localPort = 0; ///< ours
    qint64 pid = 0;        ///< over the local socket: of the process that connected
    qint64 startedAt = 0;  ///< PeerProcess::startedAt of that process

    [[nodiscard]] bool isLocal() const { return pid > 0; }
};

/// A complete request.
struct Request {
    Method method = Method::Other;
    QByteArray path;  ///< percent-encoded as sent, without query; starts with '/'
    QByteArray query; ///< as sent, without '?'
    Headers headers;
    QByteArray body;
    Peer peer;

    /// "http://" + Host header: the spelling of our origin that this client uses. Only meaningful
    /// after the host gate let the request through.
    [[nodiscard]] QByteArray origin() const { return "http://" + headers.value("Host"); }
};

using RequestPtr = std::shared_ptr<const Request>;

struct Response {
    int status = 200;
    Headers headers;
    QByteArray body;

    static Response empty(int status, Headers headers = {});
    static Response json(int status, const Json &body, Headers headers = {}); ///< sets Content-Type
    static Response html(int status, const QByteArray &body, Headers headers = {});
    static Response text(int status, const QByteArray &body, Headers headers = {});
    /// {"error": code, "error_description": cause} that is never cached, the form that OAuth
    /// clients understand (RFC 6749 §5.2). The cause is text of ours: no user data.
    static Response error(int status, const char *code, const QByteArray &cause,
                          Headers headers = {});
};

/// application/x-www-form-urlencoded, also the query component. Decoded once, '+' is a space.
class Form
{
public:
    static Form parse(const QByteArray &encoded);

    /// The first value, or nothing when absent.
    [[nodiscard]] std::optional<QString> value(QByteArrayView name) const;
    [[nodiscard]] QStringList values(QByteArrayView name) const;
    /// Names that occur more than once.
    [[nodiscard]] QList<QByteArray> repeated() const;
    [[nodiscard]] bool contains(QByteArrayView name) const { return value(name).has_value(); }

private:
    QList<std::pair<QByteArray, QString>> m_fields;
};

/// Percent-encodes all but the unreserved characters of RFC 3986 §2.3.
[[nodiscard]] QByteArray encodeComponent(const QString &text);

} // namespace flaredeck::http
