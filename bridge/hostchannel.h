#pragma once

#include <QByteArray>
#include <QObject>

#include <memory>

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
    ~HostChannel() override;

    void write(const QByteArray &message);
    [[nodiscard]] bool isCrowded() const { return m_unwritten > kMuchUnread; }

signals:
    void line(const QByteArray &message);
    void crowdedChanged();
    /// The host closed its end, or it no longer takes what is sent.
    void ended();

private:
    void take(const QByteArray &bytes);
    void setUnwritten(qsizetype bytes);

    // Each system in its own way.
    struct Pipes;
    void send(const QByteArray &bytes);
    void stopReading();

    QByteArray m_unread;
    qsizetype m_unwritten = 0; ///< bytes that the system has not taken yet
    std::shared_ptr<Pipes> m_pipes;
};

} // namespace flaredeck::bridge
