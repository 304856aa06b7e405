#pragma once

#include <QByteArray>

#include <functional>

namespace flaredeck::remote {

/// Reads an event stream while it arrives (HTML standard, "Server-sent events").
class EventReader
{
public:
    /// A longer line or event ends the reading.
    static constexpr qsizetype kMostBytes = 8LL * 1024 * 1024;

    using Take = std::function<void(const QByteArray &event, const QByteArray &data)>;
    explicit EventReader(Take take)
        : m_take(std::move(take))
    {
    }

    /// False once the stream cannot be read any further.
    bool feed(const QByteArray &bytes);

    [[nodiscard]] const QByteArray &lastId() const { return m_lastId; }
    /// When to come back after the stream was closed.
    [[nodiscard]] int retryMs() const { return m_retryMs; }

private:
    static constexpr int kUsualRetryMs = 1000;
    static constexpr int kMostRetryMs = 60'000;

    void takeLine(QByteArray line);

    const Take m_take;
    QByteArray m_unread;
    QByteArray m_event;
    QByteArray m_data;
    bool m_hasData = false;
    bool m_isBroken = false;
    QByteArray m_lastId;
    int m_retryMs = kUsualRetryMs;
};

} // namespace flaredeck::remote
