#pragma once

#include <QList>
#include <QString>

#include <optional>

namespace flaredeck::tools {

/// A text in records. The header, if there is one, is none of them.
struct TextRecords {
    QString header;
    QStringList records; ///< lines keep their ends, so that together they are the text
    bool isTable = false;
    bool areWhole = true; ///< false where a line longer than the limit was divided
};

/// The rows of tab-separated text as tsv() makes it, where a quoted cell may go over several lines.
/// Unless the text `isKnown` to be a table it must look like one: every row has as many cells as
/// the header, and two at least. Nothing else, or without a row.
[[nodiscard]] std::optional<TextRecords> tableOf(const QString &text, bool isKnown);
/// The lines of any other text; one of more than `most` UTF-16 units becomes several records.
[[nodiscard]] TextRecords linesOf(const QString &text, qsizetype most);
/// Parts of at most `most` (≥ 2) UTF-16 units that divide no character.
[[nodiscard]] QStringList sliced(const QString &text, qsizetype most);

} // namespace flaredeck::tools
