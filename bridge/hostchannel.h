#pragma once

#include <QByteArray>
#include <QObject>
#include <QSocketNotifier>

namespace flaredeck::bridge {

/// Standard input and output, one message a line. Neither blocks: a host that does not read keeps
/// what it is sent waiting here.
class HostChannel : public QObject
{
    Q_OBJECT

public:
    /// Longer lines end the conversation.
    static constexpr qsizetype kMostLineBytes = 64LL * 1024 * 1024;
    /// With more than this unread, nothing more should be fetched.
    static constexpr qsizetype kMuchUnread = 8LL * 1024 * 1024;

    HostChannel(int input, int output, QObject *parent = nullptr);

    void write(const QByteArray &message);
    [[nodiscard]] bool isCrowded() const { return m_unwritten.size() > kMuchUnread; }

signals:
    void line(const QByteArray &message);
    void crowdedChanged();
    /// The host closed its end, or it no longer takes what is sent.
    void ended();

private:
    void read();
    void flush();

    const int m_input;
    const int m_output;
    const bool m_isSocket;
    QByteArray m_unread;
    QByteArray m_unwritten;
    QSocketNotifier m_canRead;
    QSocketNotifier m_canWrite;
};

} // namespace flaredeck::bridge
