#include "core/provider/retryafter.h"

#include "core/base/digits.h"

#include <QDateTime>
#include <QLocale>
#include <QTimeZone>

#include <algorithm>

namespace flaredeck::provider {

using namespace Qt::Literals::StringLiterals;

namespace {
constexpr qint64 kLongestSeconds = 24LL * 60 * 60;
}

std::optional<int> retryAfterSeconds(const http::Headers &headers, Millis now)
{
    const QByteArray value = headers.value("Retry-After");
    if (value.isEmpty())
        return {};
    // RFC 9110 §10.2.3: digits alone, or a date.
    const auto number = parseDigits(QByteArrayView(value));
    qint64 seconds = number ? static_cast<qint64>(std::min<quint64>(*number, kLongestSeconds)) : 0;
    if (!number) {
        // RFC 9110 §5.6.7; Qt's RFC 2822 parser does not take the zone "GMT".
        QDateTime date = QLocale::c().toDateTime(QString::fromLatin1(value),
                                                 u"ddd, dd MMM yyyy HH:mm:ss 'GMT'"_s);
        date.setTimeZone(QTimeZone::utc());
        if (!date.isValid())
            return {};
        // Rounded up: retrying a second late is better than another refusal.
        seconds = (date.toMSecsSinceEpoch() - now + 999) / 1000;
    }
    return static_cast<int>(std::clamp<qint64>(seconds, 0, kLongestSeconds));
}

} // namespace flaredeck::provider
