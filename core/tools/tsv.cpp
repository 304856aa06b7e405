#include "core/tools/tsv.h"

namespace flaredeck::tools {

namespace {

QString quoted(QString cell)
{
    if (!cell.contains(u'\t') && !cell.contains(u'\n') && !cell.contains(u'"'))
        return cell;
    cell.replace(QLatin1String("\""), QLatin1String("\"\""));
    return u'"' + cell + u'"';
}

} // namespace

QString plainText(const Json &value)
{
    if (value.is_null())
        return {};
    return value.is_string() ? json::toQString(value) : QString::fromUtf8(json::print(value));
}

QString tsv(const QStringList &columns, const QList<QList<Json>> &rows)
{
    if (rows.isEmpty())
        return {};
    QStringList header;
    for (const QString &column : columns)
        header << quoted(column);
    QStringList lines{header.join(u'\t')};
    for (const QList<Json> &row : rows) {
        QStringList cells;
        for (const Json &value : row)
            cells << quoted(plainText(value));
        lines << cells.join(u'\t');
    }
    return lines.join(u'\n');
}

} // namespace flaredeck::tools
