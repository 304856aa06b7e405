#include "bridge/hostchannel.h"

namespace flaredeck::bridge {

void HostChannel::take(const QByteArray &bytes)
{
    qsizetype looked = m_unread.size();
    m_unread += bytes;
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
        stopReading();
        emit ended();
    }
}

void HostChannel::write(const QByteArray &message)
{
    send(message + '\n');
}

void HostChannel::setUnwritten(qsizetype bytes)
{
    const bool wasCrowded = isCrowded();
    m_unwritten = bytes;
    if (isCrowded() != wasCrowded)
        emit crowdedChanged();
}

} // namespace flaredeck::bridge
