#include "core/tools/calllog.h"

#include "core/base/logging.h"
#include "core/base/redact.h"

namespace flaredeck::tools {

namespace {
/// More than the longest credential, so that redaction sees one that the cut would divide.
constexpr qsizetype kSlack = 8LL * 1024;
} // namespace

CallLog::CallLog(const CallerIdentity &caller, const QString &tool, const Json &arguments,
                 Millis now)
    : m_trace(std::make_shared<QList<store::UpstreamRequest>>())
{
    m_watch.start();
    const QByteArray printed = json::print(arguments);
    m_record.startedAt = now;
    m_record.grant = caller.grant;
    m_record.client = caller.client;
    m_record.clientName = caller.clientName;
    m_record.tool = tool;
    m_record.bytesIn = printed.size();
    const Json clean = redaction::walk(arguments);
    m_record.arguments = storable(clean == arguments ? printed : json::print(clean));
}

store::CallRecord CallLog::finish(store::Outcome outcome, const mcp::ToolResult &result)
{
    QByteArray text;
    qint64 bytes = 0;
    for (const mcp::Content &block : result.content) {
        const QByteArray block8 = block.text.toUtf8();
        bytes += block8.size();
        if (!text.isEmpty())
            text += '\n';
        text += block8;
    }
    m_record.outcome = outcome;
    m_record.bytesOut = bytes;
    m_record.result = storable(text);
    if (outcome != store::Outcome::Ok)
        m_record.error = QString::fromUtf8(m_record.result);
    m_record.upstream = *m_trace;
    // What a client passed as a name is part of the address.
    for (store::UpstreamRequest &request : m_record.upstream)
        request.path = redact(request.path);
    m_record.durationUs = m_watch.nsecsElapsed() / 1000;
    return std::move(m_record);
}

QByteArray CallLog::storable(const QByteArray &text)
{
    // What has structure loses what its keys name; its form stays when there was nothing to lose.
    if (text.size() <= kMaxStoredBytes && (text.startsWith('{') || text.startsWith('['))) {
        if (const auto document = json::parse(text)) {
            const Json clean = redaction::walk(*document);
            return cutToLimit(clean == *document ? text : json::print(clean));
        }
    }
    return cutToLimit(text);
}

QByteArray CallLog::cutToLimit(const QByteArray &text)
{
    if (text.size() <= kMaxStoredBytes)
        return redact(text);
    QByteArray cut = redact(text.left(kMaxStoredBytes + kSlack));
    cut.truncate(kMaxStoredBytes);
    // A character may have been divided.
    while (!cut.isEmpty() && (static_cast<unsigned char>(cut.back()) & 0xc0U) == 0x80U)
        cut.chop(1);
    if (!cut.isEmpty() && static_cast<unsigned char>(cut.back()) >= 0xc0U)
        cut.chop(1);
    return cut + "\n[cut here: " + QByteArray::number(text.size()) + " bytes in total]";
}

} // namespace flaredeck::tools
