#include "bridge/hostchannel.h"

#include <QWinEventNotifier>

#include <array>
#include <condition_variable>
#include <fcntl.h>
#include <io.h>
#include <memory>
#include <mutex>
#include <thread>
#include <windows.h>

// Pipes that a host made wake no event loop, so that a thread reads and another one writes.
// Unproven: no Windows has run this.
namespace flaredeck::bridge {

/// Shared with both threads, which may still hang in a read or a write when the channel is gone.
struct HostChannel::Pipes {
    std::mutex mutex;
    std::condition_variable changed;
    HostChannel *owner = nullptr; ///< null = gone
    HANDLE input = nullptr;
    HANDLE output = nullptr;
    bool isRead = true; ///< of the channel's thread alone
    QByteArray waiting; ///< to be written

    /// On the channel's thread.
    template <typename Work>
    void tell(Work work)
    {
        const std::lock_guard lock(mutex);
        if (owner)
            QMetaObject::invokeMethod(
                owner, [channel = owner, work] { work(*channel); }, Qt::QueuedConnection);
    }

    void read()
    {
        QByteArray bytes(64 * 1024, '\0');
        for (;;) {
            DWORD count = 0;
            if (!ReadFile(input, bytes.data(), static_cast<DWORD>(bytes.size()), &count, nullptr) ||
                count == 0)
                return tell([](HostChannel &channel) { emit channel.ended(); });
            tell([part = bytes.first(static_cast<qsizetype>(count))](HostChannel &channel) {
                if (channel.m_pipes->isRead)
                    channel.take(part);
            });
        }
    }

    void write()
    {
        for (;;) {
            QByteArray part;
            {
                std::unique_lock lock(mutex);
                changed.wait(lock, [this] { return !waiting.isEmpty() || !owner; });
                if (!owner)
                    return;
                part.swap(waiting);
            }
            DWORD done = 0;
            for (qsizetype at = 0; at < part.size(); at += done) {
                if (!WriteFile(output, part.constData() + at, static_cast<DWORD>(part.size() - at),
                               &done, nullptr))
                    return tell([](HostChannel &channel) { emit channel.ended(); });
            }
            tell([size = part.size()](HostChannel &channel) {
                channel.setUnwritten(channel.m_unwritten - size);
            });
        }
    }
};

HostChannel::HostChannel(int input, int output, QObject *parent)
    : QObject(parent)
    , m_pipes(std::make_shared<Pipes>())
{
    // Nothing may turn line ends into those of a text file.
    ::_setmode(input, _O_BINARY);
    ::_setmode(output, _O_BINARY);
    m_pipes->owner = this;
    m_pipes->input = reinterpret_cast<HANDLE>(::_get_osfhandle(input));
    m_pipes->output = reinterpret_cast<HANDLE>(::_get_osfhandle(output));
    std::thread([pipes = m_pipes] { pipes->read(); }).detach();
    std::thread([pipes = m_pipes] { pipes->write(); }).detach();
}

HostChannel::~HostChannel()
{
    {
        const std::lock_guard lock(m_pipes->mutex);
        m_pipes->owner = nullptr;
    }
    m_pipes->changed.notify_all();
}

void HostChannel::stopReading()
{
    m_pipes->isRead = false;
}

void HostChannel::send(const QByteArray &bytes)
{
    {
        const std::lock_guard lock(m_pipes->mutex);
        m_pipes->waiting += bytes;
    }
    m_pipes->changed.notify_all();
    setUnwritten(m_unwritten + bytes.size());
}

} // namespace flaredeck::bridge
