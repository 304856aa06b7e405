#include "core/tools/querylanguage.h"

#include <QSet>
#include <QStringList>

#include <optional>

namespace flaredeck::tools {

using namespace Qt::Literals::StringLiterals;

namespace {

/// Words in capital letters, and signs; strings and quoted names are one token that is no word.
using Tokens = QStringList;

constexpr QChar kQuoted = u'"';

bool isWordPart(QChar c)
{
    return c.isLetterOrNumber() || c == u'_' || c == u'$';
}

/// What SQLite takes as part of a word: whatever is not ASCII, too.
bool isSqlWordPart(QChar c)
{
    return c.unicode() > 0x7f || isWordPart(c);
}

/// Where a parameter such as :name ends; -1 when it may go on: SQLite takes $name(…) for one,
/// whatever stands between the parentheses, quotes too.
qsizetype parameterEnd(const QString &text, qsizetype from)
{
    qsizetype i = from + 1;
    while (i < text.size() && (isSqlWordPart(text[i]) || text[i] == u':'))
        ++i;
    return i < text.size() && text[i] == u'(' ? -1 : i;
}

/// Where a quoted text that begins at `from` ends; -1 when it does not. Doubling escapes the quote.
qsizetype quoteEnd(const QString &text, qsizetype from, QChar quote)
{
    for (qsizetype i = from + 1; i < text.size(); ++i) {
        if (text[i] != quote)
            continue;
        if (quote != u']' && i + 1 < text.size() && text[i + 1] == quote)
            ++i;
        else
            return i + 1;
    }
    return -1;
}

/// Nothing for a text with an unfinished string or comment, or with what readers may differ about.
std::optional<Tokens> sqlTokens(const QString &text)
{
    Tokens tokens;
    qsizetype i = 0;
    while (i < text.size()) {
        const QChar c = text[i];
        const QStringView rest = QStringView(text).mid(i);
        if (c.isSpace()) {
            if (c.unicode() > 0x7f)
                return {}; // part of a word for SQLite
            ++i;
        } else if (rest.startsWith(u"--")) {
            const qsizetype end = text.indexOf(u'\n', i);
            i = end < 0 ? text.size() : end;
        } else if (rest.startsWith(u"/*")) {
            const qsizetype end = text.indexOf(u"*/"_s, i + 2);
            if (end < 0)
                return {};
            i = end + 2;
        } else if (c == u'\'' || c == u'"' || c == u'`' || c == u'[') {
            i = quoteEnd(text, i, c == u'[' ? QChar(u']') : c);
            if (i < 0)
                return {};
            tokens << QString(kQuoted);
        } else if (c == u'$' || c == u':' || c == u'@' || c == u'#') {
            i = parameterEnd(text, i);
            if (i < 0)
                return {};
            tokens << QString(kQuoted);
        } else if (isSqlWordPart(c)) {
            const qsizetype from = i;
            for (; i < text.size() && isSqlWordPart(text[i]); ++i) {
                if (text[i].isSpace())
                    return {};
            }
            tokens << text.mid(from, i - from).toUpper();
        } else if (c == u'\0') {
            return {}; // where SQLite would stop reading, and we would not
        } else {
            tokens << QString(c);
            ++i;
        }
    }
    return tokens;
}

/// PRAGMAs that only tell something, with or without an argument in parentheses.
bool isTellingPragma(const Tokens &statement)
{
    static const QSet<QString> known{
        u"TABLE_INFO"_s,      u"TABLE_XINFO"_s,   u"TABLE_LIST"_s,    u"INDEX_LIST"_s,
        u"INDEX_INFO"_s,      u"INDEX_XINFO"_s,   u"FUNCTION_LIST"_s, u"FOREIGN_KEY_LIST"_s,
        u"COMPILE_OPTIONS"_s, u"DATABASE_LIST"_s, u"COLLATION_LIST"_s};
    return statement.size() > 1 && known.contains(statement[1]) && !statement.contains(u"="_s);
}

bool sqlStatementReads(const Tokens &statement)
{
    static const QSet<QString> reading{u"SELECT"_s, u"VALUES"_s, u"WITH"_s, u"EXPLAIN"_s};
    static const QSet<QString> writing{
        u"INSERT"_s, u"UPDATE"_s, u"DELETE"_s,   u"DROP"_s,      u"ALTER"_s,   u"CREATE"_s,
        u"ATTACH"_s, u"DETACH"_s, u"VACUUM"_s,   u"REINDEX"_s,   u"ANALYZE"_s, u"PRAGMA"_s,
        u"BEGIN"_s,  u"COMMIT"_s, u"ROLLBACK"_s, u"SAVEPOINT"_s, u"RELEASE"_s, u"LOAD_EXTENSION"_s};
    if (statement.first() == "PRAGMA"_L1)
        return isTellingPragma(statement);
    if (!reading.contains(statement.first()))
        return false;
    for (qsizetype i = 0; i < statement.size(); ++i) {
        if (writing.contains(statement[i]))
            return false;
        // A function of that name is harmless, the statement is not.
        if (statement[i] == "REPLACE"_L1 && statement.value(i + 1) != "("_L1)
            return false;
    }
    return true;
}

bool sqlReads(const QString &text)
{
    const auto tokens = sqlTokens(text);
    if (!tokens)
        return false;
    bool hasAny = false;
    Tokens statement;
    const auto isFine = [&] {
        const bool fine = statement.isEmpty() || sqlStatementReads(statement);
        hasAny = hasAny || !statement.isEmpty();
        statement.clear();
        return fine;
    };
    for (const QString &token : *tokens) {
        if (token != ";"_L1)
            statement << token;
        else if (!isFine())
            return false;
    }
    return isFine() && hasAny;
}

/// The words and braces of a document outside of strings and comments; nothing when a string does
/// not end.
std::optional<Tokens> graphQlTokens(const QString &text)
{
    Tokens tokens;
    qsizetype i = 0;
    while (i < text.size()) {
        const QChar c = text[i];
        const QStringView rest = QStringView(text).mid(i);
        if (c == u'#') {
            while (i < text.size() && text[i] != u'\n' && text[i] != u'\r')
                ++i;
        } else if (rest.startsWith(u"\"\"\"")) {
            qsizetype end = text.indexOf(u"\"\"\""_s, i + 3);
            while (end > 0 && text[end - 1] == u'\\')
                end = text.indexOf(u"\"\"\""_s, end + 3);
            if (end < 0)
                return {};
            i = end + 3;
        } else if (c == u'"') {
            ++i;
            while (i < text.size() && text[i] != u'"' && text[i] != u'\n')
                i += text[i] == u'\\' ? 2 : 1;
            if (i >= text.size() || text[i] != u'"')
                return {};
            ++i;
        } else if (isWordPart(c)) {
            const qsizetype from = i;
            while (i < text.size() && isWordPart(text[i]))
                ++i;
            tokens << text.mid(from, i - from);
        } else {
            if (c == u'{' || c == u'}' || c == u'(' || c == u')')
                tokens << QString(c);
            ++i;
        }
    }
    return tokens;
}

bool graphQlReads(const QString &text)
{
    const auto tokens = graphQlTokens(text);
    if (!tokens)
        return false;
    int depth = 0;
    bool isDefinition = false; ///< between the first word of one and the end of its selection
    bool hasAny = false;
    for (const QString &token : *tokens) {
        if (token == "{"_L1 || token == "("_L1) {
            hasAny = hasAny || token == "{"_L1;
            ++depth;
        } else if (token == "}"_L1 || token == ")"_L1) {
            if (--depth < 0)
                return false;
            if (depth == 0 && token == "}"_L1)
                isDefinition = false;
        } else if (depth == 0 && !isDefinition) {
            if (token != "query"_L1 && token != "fragment"_L1)
                return false;
            isDefinition = true;
        }
    }
    return depth == 0 && hasAny;
}

} // namespace

bool onlyReads(QueryLanguage language, const QString &text)
{
    return language == QueryLanguage::Sql ? sqlReads(text) : graphQlReads(text);
}

} // namespace flaredeck::tools
