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
    /// The stream ended, and goes on in another: what was incomplete will come again.
    void restart();

    /// Of the last complete event that had one.
    [[nodiscard]] const QByteArray &lastId() const { return m_lastId; }
    /// When to come back after the stream was closed.
    [[nodiscard]] int retryMs() const { return m_retryMs; }

private:
    static constexpr int kUsualRetryMs = 1000;
    static constexpr int kMostRetryMs = 60'000;
    /// It is sent back as a header.
    static constexpr qsizetype kMostIdBytes = 1024;

    void takeLine(const QByteArray &line);
    void takeEvent();

    const Take m_take;
    QByteArray m_unread;
    qsizetype m_searched = 0; ///< of m_unread: no line ends before
    bool m_isFirst = true;
    bool m_endedByReturn = false; ///< a \n that comes next belongs to it
    QByteArray m_event;
    QByteArray m_data;
    bool m_hasData = false;
    bool m_isBroken = false;
    QByteArray m_nextId; ///< counts once its event is complete
    QByteArray m_lastId;
    int m_retryMs = kUsualRetryMs;
};

} // namespace flaredeck::remote
