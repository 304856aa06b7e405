#include "core/tools/textcut.h"

#include <algorithm>

namespace flaredeck::tools {

namespace {

struct Row {
    qsizetype end = 0; ///< its line end, or the end of the text
    qsizetype cells = 1;
    bool isWhole = true; ///< false when the quotes of a cell do not end where it does
};

/// After the quoted cell that begins at `at`; -1 without its end.
qsizetype afterQuotes(const QString &text, qsizetype at)
{
    for (qsizetype quote = text.indexOf(u'"', at + 1); quote >= 0;
         quote = text.indexOf(u'"', quote + 2)) {
        if (quote + 1 >= text.size() || text.at(quote + 1) != u'"')
            return quote + 1;
    }
    return -1;
}

Row rowAt(const QString &text, qsizetype at)
{
    Row row;
    for (bool beginsCell = true; at < text.size() && text.at(at) != u'\n';) {
        if (beginsCell && text.at(at) == u'"') {
            at = afterQuotes(text, at);
            if (at < 0 || (at < text.size() && text.at(at) != u'\t' && text.at(at) != u'\n'))
                return {text.size(), row.cells, false};
            beginsCell = false;
            continue;
        }
        beginsCell = text.at(at) == u'\t';
        row.cells += beginsCell ? 1 : 0;
        ++at;
    }
    row.end = at;
    return row;
}

} // namespace

std::optional<TextRecords> tableOf(const QString &text, bool isKnown)
{
    TextRecords table;
    table.isTable = true;
    qsizetype columns = 0;
    for (qsizetype at = 0; at < text.size();) {
        const Row row = rowAt(text, at);
        const bool isHeader = at == 0;
        if (isHeader)
            columns = row.cells;
        if (!row.isWhole || (!isKnown && (row.cells != columns || columns < 2)))
            return std::nullopt;
        if (isHeader)
            table.header = text.left(row.end);
        else
            table.records << text.mid(at, row.end - at);
        at = row.end + 1;
    }
    if (table.records.isEmpty())
        return std::nullopt;
    return table;
}

TextRecords linesOf(const QString &text, qsizetype most)
{
    TextRecords lines;
    for (qsizetype at = 0; at < text.size();) {
        const qsizetype end = text.indexOf(u'\n', at);
        const QString line = text.mid(at, end < 0 ? -1 : end + 1 - at);
        if (line.size() <= most) {
            lines.records << line;
        } else {
            lines.records << sliced(line, most);
            lines.areWhole = false;
        }
        at += line.size();
    }
    return lines;
}

QStringList sliced(const QString &text, qsizetype most)
{
    QStringList parts;
    for (qsizetype at = 0; at < text.size();) {
        qsizetype length = std::min(most, text.size() - at);
        if (at + length < text.size() && text.at(at + length - 1).isHighSurrogate())
            --length;
        parts << text.mid(at, length);
        at += length;
    }
    return parts;
}

} // namespace flaredeck::tools
