#include "bridge/hostchannel.h"

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

HostChannel::HostChannel(int input, int output, QObject *parent)
    : QObject(parent)
    , m_input(input)
    , m_output(output)
    , m_isSocket(isSocket(output))
    , m_canRead(input, QSocketNotifier::Read)
    , m_canWrite(output, QSocketNotifier::Write)
{
    m_canWrite.setEnabled(false);
    connect(&m_canRead, &QSocketNotifier::activated, this, &HostChannel::read);
    connect(&m_canWrite, &QSocketNotifier::activated, this, &HostChannel::flush);
}

void HostChannel::read()
{
    std::array<char, 64UL * 1024> bytes{};
    const ssize_t count = ::read(m_input, bytes.data(), bytes.size());
    if (count < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (count <= 0) {
        m_canRead.setEnabled(false);
        emit ended();
        return;
    }
    qsizetype looked = m_unread.size();
    m_unread.append(bytes.data(), count);
    for (;;) {
        const qsizetype end = m_unread.indexOf('\n', looked);
        if (end < 0)
            break;
        const QByteArray message = m_unread.first(end).trimmed();
        m_unread.remove(0, end + 1);
        looked = 0;
        if (!message.isEmpty())
            emit line(message);
    }
    if (m_unread.size() > kMostLineBytes) {
        m_canRead.setEnabled(false);
        emit ended();
    }
}

void HostChannel::write(const QByteArray &message)
{
    const bool wasCrowded = isCrowded();
    m_unwritten += message;
    m_unwritten += '\n';
    if (!m_canWrite.isEnabled())
        flush();
    if (isCrowded() != wasCrowded)
        emit crowdedChanged();
}

void HostChannel::flush()
{
    const bool wasCrowded = isCrowded();
    qsizetype written = 0;
    while (written < m_unwritten.size()) {
        const char *from = m_unwritten.constData() + written;
        const auto left = static_cast<size_t>(m_unwritten.size() - written);
        ssize_t count = 0;
        if (m_isSocket) {
            count = ::send(m_output, from, left, MSG_DONTWAIT | MSG_NOSIGNAL);
        } else {
            // A pipe that is ready takes this much without blocking (pipe(7)).
            pollfd ready{m_output, POLLOUT, 0};
            if (::poll(&ready, 1, 0) <= 0)
                break;
            count = ::write(m_output, from, std::min<size_t>(left, PIPE_BUF));
        }
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            break;
        if (count <= 0) {
            m_unwritten.clear();
            m_canWrite.setEnabled(false);
            emit ended();
            return;
        }
        written += count;
    }
    m_unwritten.remove(0, written);
    m_canWrite.setEnabled(!m_unwritten.isEmpty());
    if (isCrowded() != wasCrowded)
        emit crowdedChanged();
}

} // namespace flaredeck::bridge
