#include "bridge/hostchannel.h"

#include <QSocketNotifier>

#include <array>
#include <cerrno>
#include <climits>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace flaredeck::bridge {

namespace {

bool isSocket(int descriptor)
{
    struct stat found = {};
    return ::fstat(descriptor, &found) == 0 && S_ISSOCK(found.st_mode);
}

} // namespace

struct HostChannel::Pipes {
    Pipes(int in, int out)
        : input(in)
        , output(out)
        , isOutputSocket(isSocket(out))
        , canRead(in, QSocketNotifier::Read)
        , canWrite(out, QSocketNotifier::Write)
    {
        canWrite.setEnabled(false);
    }

    /// What the system takes at once; -1 when the host takes no more.
    qsizetype writeSome()
    {
        qsizetype written = 0;
        while (written < unwritten.size()) {
            const char *from = unwritten.constData() + written;
            const auto left = static_cast<size_t>(unwritten.size() - written);
            ssize_t count = 0;
            if (isOutputSocket) {
                count = ::send(output, from, left, MSG_DONTWAIT | MSG_NOSIGNAL);
            } else {
                // A pipe that is ready takes this much without blocking (pipe(7)).
                pollfd ready{output, POLLOUT, 0};
                if (::poll(&ready, 1, 0) <= 0)
                    break;
                count = ::write(output, from, std::min<size_t>(left, PIPE_BUF));
            }
            if (count < 0 && errno == EINTR)
                continue;
            if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
                break;
            if (count <= 0)
                return -1;
            written += count;
        }
        return written;
    }

    const int input;
    const int output;
    const bool isOutputSocket;
    QByteArray unwritten;
    QSocketNotifier canRead;
    QSocketNotifier canWrite;
};

HostChannel::HostChannel(int input, int output, QObject *parent)
    : QObject(parent)
    , m_pipes(std::make_shared<Pipes>(input, output))
{
    connect(&m_pipes->canRead, &QSocketNotifier::activated, this, [this] {
        std::array<char, 64UL * 1024> bytes{};
        const ssize_t count = ::read(m_pipes->input, bytes.data(), bytes.size());
        if (count < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        if (count > 0)
            return take(QByteArray::fromRawData(bytes.data(), count));
        stopReading();
        emit ended();
    });
    connect(&m_pipes->canWrite, &QSocketNotifier::activated, this, [this] { send({}); });
}

HostChannel::~HostChannel() = default;

void HostChannel::stopReading()
{
    m_pipes->canRead.setEnabled(false);
}

void HostChannel::send(const QByteArray &bytes)
{
    Pipes &pipes = *m_pipes;
    pipes.unwritten += bytes;
    // While it waits to be able to write, only that it can is a reason to.
    if (pipes.canWrite.isEnabled() && !bytes.isEmpty())
        return setUnwritten(pipes.unwritten.size());
    const qsizetype written = pipes.writeSome();
    const bool isOver = written < 0;
    if (isOver)
        pipes.unwritten.clear();
    else
        pipes.unwritten.remove(0, written);
    pipes.canWrite.setEnabled(!pipes.unwritten.isEmpty());
    setUnwritten(pipes.unwritten.size());
    if (isOver)
        emit ended();
}

} // namespace flaredeck::bridge
