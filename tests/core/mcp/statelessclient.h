#pragma once

#include "mcpclient.h"

/// A client of the stateless revision. Each request carries its claim, and the headers that repeat
/// it; `change` replaces a header by its value, or leaves it out when the value is null.
class StatelessClient
{
public:
    StatelessClient(quint16 port, QByteArray token, QByteArray path = "/mcp")
        : m_port(port)
        , m_token(std::move(token))
        , m_path(std::move(path))
    {
    }

    using Changes = QList<std::pair<QByteArray, QByteArray>>;

    std::unique_ptr<HttpCall> begin(const QByteArray &method,
                                    flaredeck::Json params = flaredeck::Json::object(),
                                    const Changes &change = {});
    /// Sends a request and waits for its answer, which may come plain or on a stream.
    flaredeck::Json ask(const QByteArray &method,
                        const flaredeck::Json &params = flaredeck::Json::object());

    [[nodiscard]] flaredeck::http::Headers headers() const;
    /// _meta as every request needs it.
    [[nodiscard]] static flaredeck::Json claim();

private:
    const quint16 m_port;
    const QByteArray m_token;
    const QByteArray m_path;
    int m_nextId = 1;
};
