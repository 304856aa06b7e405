#include "core/providers/cloudflare/graphqlstrings.h"

#include <QStringList>

#include <algorithm>

namespace flaredeck::cloudflare {

using namespace Qt::Literals::StringLiterals;

namespace {

bool isBlank(QStringView line)
{
    return std::all_of(line.begin(), line.end(), [](QChar c) { return c == u' ' || c == u'\t'; });
}

qsizetype indentOf(QStringView line)
{
    return std::find_if(line.begin(), line.end(), [](QChar c) { return c != u' ' && c != u'\t'; }) -
           line.begin();
}

} // namespace

QString graphqlBlockValue(QString raw)
{
    raw.replace("\r\n"_L1, "\n"_L1).replace(u'\r', u'\n');
    QStringList lines = raw.split(u'\n');
    qsizetype common = -1;
    for (qsizetype i = 1; i < lines.size(); ++i) {
        const qsizetype indent = indentOf(lines[i]);
        if (indent < lines[i].size() && (common < 0 || indent < common))
            common = indent;
    }
    for (qsizetype i = 1; i < lines.size() && common > 0; ++i)
        lines[i] = lines[i].mid(common);
    while (!lines.isEmpty() && isBlank(lines.constFirst()))
        lines.removeFirst();
    while (!lines.isEmpty() && isBlank(lines.constLast()))
        lines.removeLast();
    return lines.join(u'\n');
}

QString graphqlQuoted(const QString &value)
{
    QString text = u"\""_s;
    for (const QChar c : value) {
        if (c == u'"' || c == u'\\')
            text += u'\\';
        if (c < u' ' || c == u'\x7f')
            text += u"\\u%1"_s.arg(c.unicode(), 4, 16, QLatin1Char('0'));
        else
            text += c;
    }
    return text + u'"';
}

} // namespace flaredeck::cloudflare
