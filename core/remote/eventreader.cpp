#include "core/remote/eventreader.h"

#include "core/base/digits.h"

#include <algorithm>

namespace flaredeck::remote {

bool EventReader::feed(const QByteArray &bytes)
{
    if (m_isBroken)
        return false;
    m_unread += bytes;
    qsizetype start = 0;
    for (qsizetype end = 0; end < m_unread.size() && !m_isBroken; ++end) {
        const char c = m_unread.at(end);
        if (c != '\n' && c != '\r')
            continue;
        // A line ends with \n, \r or both; after a lone \r at the end the \n may be on its way.
        if (c == '\r' && end + 1 == m_unread.size())
            break;
        takeLine(m_unread.mid(start, end - start));
        if (c == '\r' && m_unread.at(end + 1) == '\n')
            ++end;
        start = end + 1;
    }
    m_unread.remove(0, start);
    m_isBroken = m_isBroken || m_unread.size() > kMostBytes;
    return !m_isBroken;
}

void EventReader::takeLine(QByteArray line)
{
    if (line.isEmpty()) {
        const QByteArray event = std::exchange(m_event, {});
        const QByteArray data = std::exchange(m_data, {});
        if (std::exchange(m_hasData, false))
            m_take(event.isEmpty() ? QByteArrayLiteral("message") : event, data);
        return;
    }
    const auto colon = line.indexOf(':');
    const QByteArray field = colon < 0 ? line : line.left(colon);
    QByteArray value = colon < 0 ? QByteArray() : line.mid(colon + 1);
    if (value.startsWith(' '))
        value.remove(0, 1);
    if (field == "data") {
        if (m_hasData)
            m_data += '\n';
        m_data += value;
        m_hasData = true;
        m_isBroken = m_data.size() > kMostBytes;
    } else if (field == "event") {
        m_event = value;
    } else if (field == "id" && !value.contains('\0')) {
        m_lastId = value;
    } else if (field == "retry") {
        if (const auto ms = parseDigits(QByteArrayView(value)))
            m_retryMs = int(std::min<quint64>(*ms, kMostRetryMs));
    }
}

} // namespace flaredeck::remote
