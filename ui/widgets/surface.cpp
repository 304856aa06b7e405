#include "ui/widgets/surface.h"

#include "core/base/plaintext.h"

#include <QRegularExpression>
#include <QStringList>
#include <QTextDocument>

namespace flaredeck::ui::surface {

namespace {

constexpr qsizetype kTipWidth = 100;
constexpr qsizetype kTipLength = 1200;

/// Replaces < and > with characters that look like them.
QString withoutTags(QString text)
{
    return text.replace(QLatin1Char('<'), QChar(0x2039)).replace(QLatin1Char('>'), QChar(0x203a));
}

} // namespace

QString toolTip(const QString &text)
{
    QString shown = plaintext::block(text);
    if (shown.size() > kTipLength)
        shown = plaintext::cut(shown, kTipLength) + QChar(0x2026);
    QStringList lines;
    for (const QString &line : shown.split(QLatin1Char('\n'))) {
        QString rest = line;
        while (rest.size() > kTipWidth) {
            // Cut at a space, unless that leaves next to nothing.
            const qsizetype space = rest.lastIndexOf(QLatin1Char(' '), kTipWidth);
            const bool atSpace = space > kTipWidth / 2;
            const QString part = atSpace ? rest.left(space) : plaintext::cut(rest, kTipWidth);
            lines << part;
            rest = rest.mid(part.size() + (atSpace ? 1 : 0));
        }
        lines << rest;
    }
    shown = lines.join(QLatin1Char('\n'));
    if (!Qt::mightBeRichText(shown))
        return shown;
    // Qt takes "&lt;" for markup as well.
    return withoutTags(shown.replace(QStringLiteral("&lt;"), QStringLiteral("<")));
}

QString caption(const QString &text)
{
    return plaintext::line(text).replace(QLatin1Char('&'), QStringLiteral("&&"));
}

QString windowTitle(const QString &text)
{
    return plaintext::line(text).replace(QStringLiteral("[*]"), QStringLiteral("[*][*]"));
}

QString notification(const QString &text)
{
    // Every server shows an ampersand that begins no entity as it is.
    static const QRegularExpression entity(QStringLiteral("&(?=[#A-Za-z])"));
    return withoutTags(plaintext::block(text)).replace(entity, QStringLiteral("& "));
}

} // namespace flaredeck::ui::surface
