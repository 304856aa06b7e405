#include "ui/text/format.h"

#include "core/base/plaintext.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QLocale>
#include <QTextBoundaryFinder>

namespace flaredeck::ui::format {

namespace {

struct FormatTexts {
    Q_DECLARE_TR_FUNCTIONS(flaredeck::ui::format)
};

constexpr Millis kSecond = 1000;
constexpr Millis kMinute = 60 * kSecond;
constexpr Millis kHour = 60 * kMinute;
constexpr Millis kDay = 24 * kHour;

QDateTime local(Millis time)
{
    return QDateTime::fromMSecsSinceEpoch(time);
}

QString shortNumber(double value)
{
    return QLocale().toString(value, 'f', value < 10 ? 1 : 0);
}

} // namespace

QString ago(Millis time, Millis now)
{
    if (time <= 0)
        return FormatTexts::tr("never");
    const Millis passed = now - time;
    if (passed < 2 * kSecond)
        return FormatTexts::tr("just now");
    if (passed < kMinute)
        return FormatTexts::tr("%1 s ago").arg(passed / kSecond);
    if (passed < kHour)
        return FormatTexts::tr("%1 min ago").arg(passed / kMinute);
    if (passed < kDay)
        return FormatTexts::tr("%1 h ago").arg(passed / kHour);
    return moment(time, now);
}

QString span(Millis duration)
{
    if (duration < kMinute)
        return FormatTexts::tr("%1 s").arg(qMax<Millis>(0, duration / kSecond));
    if (duration < kHour)
        return FormatTexts::tr("%1 min").arg(duration / kMinute);
    if (duration < kDay)
        return FormatTexts::tr("%1 h %2 min").arg(duration / kHour).arg(duration % kHour / kMinute);
    const Millis days = duration / kDay;
    return days == 1 ? FormatTexts::tr("1 day") : FormatTexts::tr("%1 days").arg(days);
}

QString moment(Millis time, Millis now)
{
    if (time <= 0)
        return FormatTexts::tr("never");
    const QDateTime when = local(time);
    const QString clock = when.toString(QStringLiteral("HH:mm"));
    const qint64 days = when.date().daysTo(local(now).date());
    if (days == 0)
        return FormatTexts::tr("today %1").arg(clock);
    if (days == 1)
        return FormatTexts::tr("yesterday %1").arg(clock);
    const QString date = when.date().year() == local(now).date().year()
                             ? QLocale().toString(when.date(), QStringLiteral("d MMM"))
                             : QLocale().toString(when.date(), QStringLiteral("d MMM yyyy"));
    return FormatTexts::tr("%1, %2", "date, time").arg(date, clock);
}

QString exact(Millis time)
{
    return time <= 0 ? QString() : QLocale().toString(local(time), QLocale::LongFormat);
}

QString clockTime(Millis time, Millis now)
{
    const QDateTime when = local(time);
    const QString clock = when.toString(QStringLiteral("HH:mm:ss"));
    if (when.date() == local(now).date())
        return clock;
    return FormatTexts::tr("%1 %2", "date time")
        .arg(QLocale().toString(when.date(), QStringLiteral("d MMM")), clock);
}

QString duration(qint64 microseconds)
{
    if (microseconds < 100)
        return FormatTexts::tr("%1 µs").arg(microseconds);
    if (microseconds < 10'000)
        return FormatTexts::tr("%1 ms").arg(
            QLocale().toString(double(microseconds) / 1000, 'f', 1));
    if (microseconds < 1'000'000)
        return FormatTexts::tr("%1 ms").arg(microseconds / 1000);
    return FormatTexts::tr("%1 s").arg(shortNumber(double(microseconds) / 1'000'000));
}

QString bytes(qint64 count)
{
    if (count <= 0)
        return FormatTexts::tr("0 B");
    if (count < 100)
        return FormatTexts::tr("%1 B").arg(count);
    if (count < 1'000'000)
        return FormatTexts::tr("%1 KB").arg(shortNumber(double(count) / 1000));
    return FormatTexts::tr("%1 MB").arg(shortNumber(double(count) / 1'000'000));
}

QString number(qint64 value)
{
    return QLocale().toString(value);
}

QString firstLetters(const QString &text, int count)
{
    QTextBoundaryFinder finder(QTextBoundaryFinder::Grapheme, text);
    for (int i = 0; i < count && finder.toNextBoundary() >= 0; ++i) {
    }
    return finder.position() < 0 ? text : text.left(finder.position());
}

QString initials(const QString &name)
{
    const QStringList words =
        plaintext::withoutHidden(name).split(QLatin1Char(' '), Qt::SkipEmptyParts);
    if (words.isEmpty())
        return QStringLiteral("?");
    const QString two = words.size() > 1
                            ? firstLetters(words.at(0), 1) + firstLetters(words.at(1), 1)
                            : firstLetters(words.first(), 2);
    return two.toUpper();
}

Millis now()
{
    return QDateTime::currentMSecsSinceEpoch();
}

Millis startOfToday()
{
    return QDate::currentDate().startOfDay().toMSecsSinceEpoch();
}

} // namespace flaredeck::ui::format
