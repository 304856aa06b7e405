#pragma once

#include "httpcall.h"

#include <memory>

/// A client of Streamable HTTP whose use reads like the conversation. `token` says who it is.
class McpClient
{
public:
    McpClient(quint16 port, QByteArray token, QByteArray path = "/mcp")
        : m_port(port)
        , m_token(std::move(token))
        , m_path(std::move(path))
    {
    }

    /// initialize and notifications/initialized; false unless both went well.
    bool open(const QByteArray &revision,
              const flaredeck::Json &capabilities = flaredeck::Json::object());

    /// Sends a request and waits for its answer, which may come plain or on a stream.
    flaredeck::Json ask(const QByteArray &method,
                        const flaredeck::Json &params = flaredeck::Json::object());
    /// tools/call; the text of the answer, or "error <code>".
    QByteArray call(const QByteArray &tool,
                    const flaredeck::Json &arguments = flaredeck::Json::object());

    /// A request whose answer the test looks at itself. `id` receives the id that was used.
    std::unique_ptr<HttpCall> begin(const QByteArray &method, const flaredeck::Json &params,
                                    int *id = nullptr);
    /// Sends a notification; the status of the answer.
    int notify(const QByteArray &method, const flaredeck::Json &params = flaredeck::Json::object());
    std::unique_ptr<HttpCall> post(const QByteArray &body);
    /// GET, taking a stream up again after an event if there is one.
    std::unique_ptr<HttpCall> listen(const QByteArray &lastEventId = {});
    int close(); ///< DELETE

    [[nodiscard]] QByteArray sessionId() const { return m_sessionId; }
    /// Takes a conversation up again after a break.
    void resume(const QByteArray &sessionId, const QByteArray &revision);
    [[nodiscard]] flaredeck::Json welcome() const { return m_welcome; }
    [[nodiscard]] flaredeck::http::Headers headers() const;

private:
    const quint16 m_port;
    const QByteArray m_token;
    const QByteArray m_path;
    QByteArray m_sessionId;
    QByteArray m_revision;
    flaredeck::Json m_welcome;
    int m_nextId = 1;
};

/// The envelope of a request, or of a notification when `id` is null.
[[nodiscard]] QByteArray rpcMessage(const flaredeck::Json &id, const QByteArray &method,
                                    const flaredeck::Json &params = nullptr);
[[nodiscard]] flaredeck::Json
initializeParams(const QByteArray &revision,
                 const flaredeck::Json &capabilities = flaredeck::Json::object());
/// The code of an error answer; 0 when it is none.
[[nodiscard]] int errorCode(const flaredeck::Json &answer);
/// The first text block of a tool's answer.
[[nodiscard]] QByteArray textOf(const flaredeck::Json &answer);
