#include "core/tools/resultshelf.h"

#include "core/base/crypto.h"

#include <QRegularExpression>

#include <algorithm>

namespace flaredeck::tools {

using namespace Qt::Literals::StringLiterals;

namespace {

const QString kPrefix = u"flaredeck://results/"_s;
const QString kPage = u"?page="_s;

QString uriOf(const QString &id, qsizetype page)
{
    return page == 1 ? kPrefix + id : kPrefix + id + kPage + QString::number(page);
}

/// Id and page, from 1.
std::optional<std::pair<QString, qsizetype>> readUri(const QString &uri)
{
    static const QRegularExpression form(
        u"^flaredeck://results/([0-9a-f]{32})(?:\\?page=([1-9][0-9]{0,8}))?$"_s);
    const QRegularExpressionMatch match = form.match(uri);
    if (!match.hasMatch() || uri.endsWith(u'\n'))
        return std::nullopt;
    return std::pair(match.captured(1),
                     match.captured(2).isEmpty() ? 1 : match.captured(2).toLongLong());
}

Error notThere(const QString &uri)
{
    return {Error::Kind::NotFound, u"There is no result %1 for this connection."_s.arg(uri),
            u"What is cut off results is there for an hour, and less when there is much of it. "
            "Call the tool again."_s};
}

} // namespace

ResultShelf::ResultShelf(const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_clock(clock)
{
    m_expiry.setSingleShot(true);
    connect(&m_expiry, &QTimer::timeout, this, &ResultShelf::dropExpired);
}

std::optional<QString> ResultShelf::keep(const GrantId &grant, RestPages pages)
{
    const qint64 bytes = bytesOf(pages);
    if (bytes > kMaxResultBytes || pages.isEmpty())
        return std::nullopt;
    dropExpired();
    while (m_bytes + bytes > kMaxBytes)
        dropOldest();
    m_kept.push_back(
        {crypto::randomId(), grant, std::move(pages), bytes, m_clock.monotonic() + kLifetime});
    m_bytes += bytes;
    if (!m_expiry.isActive())
        m_expiry.start(int(kLifetime));
    return uriOf(m_kept.back().id, 1);
}

Result<QList<mcp::ResourceContents>> ResultShelf::read(const QString &uri, const GrantId &grant)
{
    dropExpired();
    const auto wanted = readUri(uri);
    if (!wanted)
        return fail(notThere(uri));
    const auto &[id, number] = *wanted;
    const auto kept = std::find_if(m_kept.begin(), m_kept.end(), [&](const Kept &one) {
        return one.id == id && one.grant == grant;
    });
    if (kept == m_kept.end())
        return fail(notThere(uri));
    const qsizetype pages = kept->pages.size();
    if (number > pages) {
        return fail(
            Error::Kind::NotFound,
            u"There is no page %1: the rest of this result has %2."_s.arg(number).arg(pages));
    }
    const RestPage &page = kept->pages.at(number - 1);
    const QString next = number < pages ? u"The next page is %1."_s.arg(uriOf(id, number + 1))
                                        : u"This is the last page."_s;
    return QList<mcp::ResourceContents>{
        {uri, page.mimeType, QString::fromUtf8(page.text), std::nullopt},
        {uri, u"text/plain"_s,
         u"Page %1 of %2. %3 %4"_s.arg(QString::number(number), QString::number(pages), page.about,
                                       next),
         std::nullopt}};
}

void ResultShelf::dropGrant(const GrantId &grant)
{
    m_kept.remove_if([&](const Kept &one) {
        if (one.grant != grant)
            return false;
        m_bytes -= one.bytes;
        return true;
    });
}

bool ResultShelf::isResult(const QString &uri)
{
    return uri.startsWith(kPrefix);
}

mcp::ResourceTemplate ResultShelf::described()
{
    return {kPrefix + u"{id}"_s + kPage + u"{page}"_s,
            u"rest-of-result"_s,
            u"The rest of a result"_s,
            u"What was cut off a tool's result. The result names its id, and how many pages there "
            "are, from 1. It is there for an hour."_s,
            {}};
}

void ResultShelf::dropOldest()
{
    m_bytes -= m_kept.front().bytes;
    m_kept.pop_front();
}

void ResultShelf::dropExpired()
{
    const Millis now = m_clock.monotonic();
    while (!m_kept.empty() && m_kept.front().endsAt <= now)
        dropOldest();
    if (m_kept.empty())
        m_expiry.stop();
    else if (!m_expiry.isActive())
        m_expiry.start(int(m_kept.front().endsAt - now));
}

} // namespace flaredeck::tools
