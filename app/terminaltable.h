#pragma once

#include "core/base/json.h"

#include <QList>
#include <QString>

namespace flaredeck::app {

/// Writes a line to standard output at once; false when nobody reads it any more.
bool say(const QString &line);
/// On one line, and without what a terminal would obey.
bool sayJson(const Json &value);

/// The answers of the running app as a person reads them: what a column shows of a row, in order; a
/// row has more for programs.
class TerminalTable
{
public:
    /// `verb` as in the table of verbs.
    explicit TerminalTable(const QString &verb);

    /// A table, or one row downwards.
    void print(const Json &rows);
    /// Row by row, when nobody knows yet how wide the columns get.
    [[nodiscard]] bool printHead();
    [[nodiscard]] bool printNext(const Json &row);

private:
    struct Column {
        const char *key;
        const char *title;
        qsizetype least = 0; ///< width, when the rows are not known yet
    };
    [[nodiscard]] static QList<Column> columnsOf(const QString &verb);
    [[nodiscard]] QStringList cellsOf(const Json &row) const;
    [[nodiscard]] QString lineOf(const QStringList &cells);

    const QString m_verb;
    const QList<Column> m_columns;
    QList<qsizetype> m_widths;
};

/// All about one grant, downwards.
void printGrant(const Json &grant);

} // namespace flaredeck::app
