#include "core/remote/eventreader.h"

#include "core/base/digits.h"
#include "core/http/fieldsyntax.h"

#include <algorithm>
#include <utility>

namespace flaredeck::remote {

bool EventReader::feed(const QByteArray &bytes)
{
    if (m_isBroken)
        return false;
    m_unread += bytes;
    qsizetype start = 0;
    qsizetype at = m_searched;
    for (; at < m_unread.size() && !m_isBroken; ++at) {
        const char c = m_unread.at(at);
        if (c == '\n' && m_endedByReturn && at == start) {
            start = at + 1;
            m_endedByReturn = false;
            continue;
        }
        if (c != '\n' && c != '\r') {
            m_endedByReturn = false;
            continue;
        }
        m_endedByReturn = c == '\r';
        takeLine(m_unread.mid(start, at - start));
        start = at + 1;
    }
    m_unread.remove(0, start);
    m_searched = m_unread.size();
    m_isBroken = m_isBroken || m_unread.size() > kMostBytes;
    return !m_isBroken;
}

void EventReader::restart()
{
    m_unread.clear();
    m_searched = 0;
    m_isFirst = true;
    m_endedByReturn = false;
    m_event.clear();
    m_data.clear();
    m_hasData = false;
    m_nextId = m_lastId;
}

void EventReader::takeLine(const QByteArray &given)
{
    QByteArray line = given;
    if (std::exchange(m_isFirst, false) && line.startsWith("\xEF\xBB\xBF"))
        line.remove(0, 3);
    if (line.isEmpty())
        return takeEvent();
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
    } else if (field == "id" && value.size() <= kMostIdBytes && http::isFieldValue(value)) {
        m_nextId = value;
    } else if (field == "retry") {
        if (const auto ms = parseDigits(QByteArrayView(value)))
            m_retryMs = int(std::min<quint64>(*ms, kMostRetryMs));
    }
}

void EventReader::takeEvent()
{
    m_lastId = m_nextId;
    const QByteArray event = std::exchange(m_event, {});
    const QByteArray data = std::exchange(m_data, {});
    if (std::exchange(m_hasData, false))
        m_take(event.isEmpty() ? QByteArrayLiteral("message") : event, data);
}

} // namespace flaredeck::remote
