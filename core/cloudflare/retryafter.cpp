#include "core/cloudflare/retryafter.h"

#include <QDateTime>
#include <QLocale>
#include <QTimeZone>

#include <algorithm>

namespace flaredeck::cloudflare {

using namespace Qt::Literals::StringLiterals;

namespace {
constexpr qint64 kLongestSeconds = 24LL * 60 * 60;
}

std::optional<int> retryAfterSeconds(const http::Headers &headers, Millis now)
{
    const QByteArray value = headers.value("Retry-After");
    if (value.isEmpty())
        return {};
    bool isNumber = false;
    qint64 seconds = value.toLongLong(&isNumber);
    if (!isNumber) {
        // RFC 9110 §5.6.7; Qt's RFC 2822 parser does not take the zone "GMT".
        QDateTime date = QLocale::c().toDateTime(QString::fromLatin1(value),
                                                 u"ddd, dd MMM yyyy HH:mm:ss 'GMT'"_s);
        date.setTimeZone(QTimeZone::utc());
        if (!date.isValid())
            return {};
        // Rounded up: a second too late is better than a second refusal.
        seconds = (date.toMSecsSinceEpoch() - now + 999) / 1000;
    }
    return static_cast<int>(std::clamp<qint64>(seconds, 0, kLongestSeconds));
}

} // namespace flaredeck::cloudflare
