#include "core/connect/tomlscan.h"

#include "core/connect/textedit.h"

#include <algorithm>

namespace flaredeck::connect {

using namespace Qt::StringLiterals;

namespace {

/// The text of a key in double quotes. Unlike JSON's, its escapes may have eight digits.
QString unescaped(const QByteArray &quoted)
{
    QString text = u""_s;
    for (qsizetype i = 1; i + 1 < quoted.size(); ++i) {
        if (quoted[i] != '\\') {
            const qsizetype escape = quoted.indexOf('\\', i);
            const qsizetype end = escape < 0 ? quoted.size() - 1 : escape;
            text += textFrom(quoted.sliced(i, end - i));
            i = end - 1;
            continue;
        }
        const char kind = quoted[++i];
        if (kind == 'u' || kind == 'U') {
            const qsizetype digits = kind == 'u' ? 4 : 8;
            const char32_t code = quoted.mid(i + 1, digits).toUInt(nullptr, 16);
            text += QStringView(QChar::fromUcs4(code));
            i += digits;
        } else {
            static constexpr QByteArrayView kNames = "btnfr";
            const qsizetype known = kNames.indexOf(kind);
            text += QLatin1Char(known < 0 ? kind : "\b\t\n\f\r"[known]);
        }
    }
    return text;
}

class TomlScanner
{
public:
    TomlScanner(const QByteArray &file, qsizetype at)
        : m_file(file)
        , m_at(at)
    {
    }

    std::vector<TomlStatement> statements();
    std::vector<TomlStatement> members();
    Result<> requireShortKeys(int mostParts);

private:
    [[nodiscard]] char peek(qsizetype ahead = 0) const
    {
        return m_at + ahead < m_file.size() ? m_file[m_at + ahead] : '\0';
    }
    [[nodiscard]] bool isAtEnd() const { return m_at >= m_file.size(); }

    void skipBlanks();
    /// Blanks, line breaks and comments.
    void skipSpace();
    void skipString();
    void skipValue();
    bool readHeader(TomlStatement &statement);
    bool readValue(TomlStatement &statement);
    bool readKey(TomlStatement &statement);
    QString readKeyPart();

    const QByteArray &m_file;
    qsizetype m_at;
};

std::vector<TomlStatement> TomlScanner::statements()
{
    std::vector<TomlStatement> found;
    for (skipSpace(); !isAtEnd(); skipSpace()) {
        TomlStatement statement;
        statement.begin = m_at;
        if (peek() == '[') {
            if (!readHeader(statement))
                return found;
        } else if (!readValue(statement)) {
            return found;
        }
        statement.end = m_at;
        found.push_back(std::move(statement));
    }
    return found;
}

std::vector<TomlStatement> TomlScanner::members()
{
    std::vector<TomlStatement> found;
    ++m_at;
    for (skipSpace(); !isAtEnd() && peek() != '}'; skipSpace()) {
        TomlStatement member;
        member.begin = m_at;
        if (!readValue(member))
            break;
        member.end = m_at;
        found.push_back(std::move(member));
        skipSpace();
        if (peek() == ',')
            ++m_at;
    }
    return found;
}

Result<> TomlScanner::requireShortKeys(int mostParts)
{
    int dots = 0;
    while (!isAtEnd()) {
        const char c = peek();
        if (c == '"' || c == '\'') {
            skipString();
            continue;
        }
        if (c == '#') {
            m_at = lineEnd(m_file, m_at);
            continue;
        }
        if (c == '.' && ++dots >= mostParts)
            return fail(errorAt(m_file, m_at, u"the key has too many parts"_s));
        if (c == '=' || c == ',' || c == '{' || c == '[' || c == '\n')
            dots = 0;
        ++m_at;
    }
    return {};
}

void TomlScanner::skipBlanks()
{
    while (peek() == ' ' || peek() == '\t')
        ++m_at;
}

void TomlScanner::skipSpace()
{
    while (!isAtEnd()) {
        const char c = peek();
        if (c == '#')
            m_at = lineEnd(m_file, m_at);
        else if (c == ' ' || c == '\t' || c == '\n' || c == '\r')
            ++m_at;
        else
            break;
    }
}

void TomlScanner::skipString()
{
    const char quote = peek();
    const bool hasEscapes = quote == '"';
    const bool isLong = peek(1) == quote && peek(2) == quote;
    m_at += isLong ? 3 : 1;
    for (; !isAtEnd(); ++m_at) {
        const char c = peek();
        if (c == '\\' && hasEscapes) {
            ++m_at;
        } else if (c == '\n' && !isLong) {
            return;
        } else if (c == quote && (!isLong || (peek(1) == quote && peek(2) == quote))) {
            m_at += isLong ? 3 : 1;
            // Up to two quotes may stand before the three that end it.
            for (int extra = 0; isLong && extra < 2 && peek() == quote; ++extra)
                ++m_at;
            return;
        }
    }
    m_at = std::min(m_at, m_file.size());
}

void TomlScanner::skipValue()
{
    int open = 0;
    qsizetype end = m_at;
    while (!isAtEnd()) {
        const char c = peek();
        if (open > 0 && c == '#') {
            m_at = lineEnd(m_file, m_at);
            continue;
        }
        if (open == 0 && (c == ',' || c == ']' || c == '}' || c == '#' || c == '\n' || c == '\r'))
            break;
        if (c == '"' || c == '\'') {
            skipString();
        } else {
            open += c == '[' || c == '{' ? 1 : c == ']' || c == '}' ? -1 : 0;
            ++m_at;
        }
        if (c != ' ' && c != '\t')
            end = m_at;
    }
    m_at = end;
}

bool TomlScanner::readHeader(TomlStatement &statement)
{
    const bool isItem = peek(1) == '[';
    statement.kind = isItem ? TomlStatement::Kind::ListItem : TomlStatement::Kind::Table;
    m_at += isItem ? 2 : 1;
    skipBlanks();
    if (!readKey(statement) || peek() != ']')
        return false;
    m_at += isItem ? 2 : 1;
    m_at = std::min(m_at, m_file.size());
    return true;
}

bool TomlScanner::readValue(TomlStatement &statement)
{
    if (!readKey(statement) || peek() != '=')
        return false;
    ++m_at;
    skipBlanks();
    statement.valueBegin = m_at;
    skipValue();
    return m_at > statement.valueBegin;
}

bool TomlScanner::readKey(TomlStatement &statement)
{
    while (true) {
        const QString part = readKeyPart();
        if (part.isNull())
            return false;
        statement.path << part;
        statement.keyEnds.push_back(m_at);
        skipBlanks();
        if (peek() != '.')
            return true;
        ++m_at;
        skipBlanks();
    }
}

/// Null when there is none.
QString TomlScanner::readKeyPart()
{
    const qsizetype begin = m_at;
    const char quote = peek();
    if (quote == '"' || quote == '\'') {
        ++m_at;
        while (!isAtEnd() && peek() != quote && peek() != '\n')
            m_at += quote == '"' && peek() == '\\' ? 2 : 1;
        m_at = std::min(m_at + 1, m_file.size());
        const QByteArray part = m_file.sliced(begin, m_at - begin);
        if (part.size() < 2)
            return {};
        if (quote == '"' && part.contains('\\'))
            return unescaped(part);
        return textFrom(part.sliced(1, part.size() - 2));
    }
    while (isBareWord({peek()}))
        ++m_at;
    return m_at == begin ? QString() : QString::fromUtf8(m_file.sliced(begin, m_at - begin));
}

} // namespace

std::vector<TomlStatement> scanToml(const QByteArray &file)
{
    return TomlScanner(file, textStart(file)).statements();
}

std::vector<TomlStatement> scanInlineTable(const QByteArray &file, qsizetype open)
{
    return TomlScanner(file, open).members();
}

Result<> requireShortKeys(const QByteArray &file, int mostParts)
{
    return TomlScanner(file, textStart(file)).requireShortKeys(mostParts);
}

} // namespace flaredeck::connect
