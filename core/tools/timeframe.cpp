#include "core/tools/timeframe.h"

#include <QDateTime>
#include <QTimeZone>

namespace flaredeck::tools {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr Millis kDefaultMs = 60LL * 60 * 1000;
/// A hundred years, so that sums stay far from overflow.
constexpr qint64 kLongestSeconds = qint64(100) * 366 * 24 * 3600;

Result<Millis> parseTime(const char *member, const QString &text)
{
    QDateTime time = QDateTime::fromString(text.trimmed(), Qt::ISODateWithMs);
    if (!time.isValid()) {
        return fail(Error::Kind::InvalidInput,
                    u"timeframe.%1 is not an ISO 8601 time."_s.arg(QLatin1String(member)),
                    u"Write it like 2025-04-29T14:30:00Z."_s);
    }
    // What the provider shows is UTC; this computer's zone means nothing to a model.
    if (time.timeSpec() == Qt::LocalTime)
        time.setTimeZone(QTimeZone::utc());
    return time.toMSecsSinceEpoch();
}

qint64 secondsPer(QChar unit)
{
    switch (unit.unicode()) {
    case u's':
        return 1;
    case u'm':
        return 60;
    case u'h':
        return 3600;
    case u'd':
        return 86400;
    case u'w':
        return 604800;
    default:
        return 0;
    }
}

tl::unexpected<Error> badOffset()
{
    return fail(Error::Kind::InvalidInput, u"timeframe.offset is not a relative time."_s,
                u"Write a sign and numbers with s, m, h, d or w, like -30m or -1d12h."_s);
}

} // namespace

Result<qint64> parseOffset(const QString &text)
{
    QString compact;
    for (const QChar c : text.toLower()) {
        if (!c.isSpace())
            compact += c;
    }
    if (compact.isEmpty() || (compact.at(0) != u'-' && compact.at(0) != u'+'))
        return badOffset();

    qint64 total = 0;
    qint64 number = -1; // none read yet
    for (qsizetype i = 1; i < compact.size(); ++i) {
        const QChar c = compact.at(i);
        if (c >= u'0' && c <= u'9') {
            number = qMax<qint64>(number, 0) * 10 + (c.unicode() - u'0');
            if (number > kLongestSeconds)
                return badOffset();
            continue;
        }
        const qint64 unit = secondsPer(c);
        if (unit == 0 || number < 0)
            return badOffset();
        total += number * unit;
        if (total > kLongestSeconds)
            return badOffset();
        number = -1;
    }
    if (number >= 0 || compact.size() < 3)
        return badOffset();
    return compact.at(0) == u'-' ? -total : total;
}

Result<Timeframe> resolveTimeframe(const Json &timeframe, Millis now)
{
    const auto from = json::stringAt(timeframe, "from");
    const auto to = json::stringAt(timeframe, "to");
    const auto reference = json::stringAt(timeframe, "reference");
    const auto offset = json::stringAt(timeframe, "offset");

    if (from && to) {
        const Result<Millis> start = parseTime("from", *from);
        const Result<Millis> end = parseTime("to", *to);
        if (!start)
            return fail(start.error());
        if (!end)
            return fail(end.error());
        if (*start > *end) {
            return fail(Error::Kind::InvalidInput, u"timeframe.from is later than timeframe.to."_s,
                        u"Exchange them."_s);
        }
        return Timeframe{*start, *end};
    }
    if (offset) {
        const Result<qint64> seconds = parseOffset(*offset);
        if (!seconds)
            return fail(seconds.error());
        const Result<Millis> start = reference ? parseTime("reference", *reference) : now;
        if (!start)
            return fail(start.error());
        const Millis end = *start + *seconds * 1000;
        return Timeframe{qMin(*start, end), qMax(*start, end)};
    }
    if (from || to || reference) {
        return fail(Error::Kind::InvalidInput, u"timeframe is incomplete."_s,
                    u"Give from and to, or an offset, or leave timeframe out for the last hour."_s);
    }
    return Timeframe{now - kDefaultMs, now};
}

} // namespace flaredeck::tools
