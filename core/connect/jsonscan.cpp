#include "core/connect/jsonscan.h"

#include "core/base/json.h"
#include "core/base/plaintext.h"
#include "core/connect/textedit.h"

#include <algorithm>
#include <cstring>
#include <optional>

namespace flaredeck::connect {

using namespace Qt::StringLiterals;

namespace {

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

bool isWordByte(char c)
{
    return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}

class JsonScanner
{
public:
    JsonScanner(const QByteArray &file, const Place &place, const QString &name)
        : m_file(file)
        , m_place(place)
        , m_name(name)
    {
    }

    Result<JsonOutline> run();

private:
    bool refuse(qsizetype at, const QString &reason);
    [[nodiscard]] char peek(qsizetype ahead = 0) const
    {
        return m_at + ahead < m_file.size() ? m_file[m_at + ahead] : '\0';
    }
    [[nodiscard]] bool isAtEnd() const { return m_at >= m_file.size(); }

    bool skipSpace();
    bool skipComment();
    /// `matched` is how many keys of the path lead here; -1 beside the path.
    bool skipValue(int depth, qsizetype matched);
    bool skipContainer(int depth, qsizetype matched);
    bool skipMember(int depth, qsizetype matched, bool isOfObject, JsonMember &member);
    bool skipString();
    bool skipEscape();
    bool skipNumber();
    bool skipWord();
    bool requireTable(qsizetype matched);
    bool requireOnce(const JsonMember &member, qsizetype matched, qsizetype below);
    [[nodiscard]] bool isServers(qsizetype matched) const { return matched == m_place.path.size(); }
    [[nodiscard]] QString textOf(qsizetype begin, qsizetype end) const;
    [[nodiscard]] QString nameOfItem(qsizetype begin, qsizetype end) const;

    const QByteArray &m_file;
    const Place &m_place;
    const QString &m_name;
    qsizetype m_at = 0;
    JsonOutline m_outline;
    std::optional<Error> m_error;
    bool m_hasName = false;
};

Result<JsonOutline> JsonScanner::run()
{
    m_outline.strict = m_file;
    m_at = textStart(m_file);
    std::fill(m_outline.strict.begin(), m_outline.strict.begin() + m_at, ' ');
    bool isWhole = skipSpace();
    if (isWhole && !isAtEnd())
        isWhole = skipValue(1, 0) && skipSpace() &&
                  (isAtEnd() || refuse(m_at, u"the document has ended before"_s));
    if (!isWhole)
        return fail(*m_error);
    return std::move(m_outline);
}

bool JsonScanner::refuse(qsizetype at, const QString &reason)
{
    if (!m_error)
        m_error = errorAt(m_file, at, reason);
    return false;
}

bool JsonScanner::skipSpace()
{
    while (!isAtEnd()) {
        const char c = m_file[m_at];
        if (c == '/') {
            if (!skipComment())
                return false;
        } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            ++m_at;
        } else {
            break;
        }
    }
    return true;
}

bool JsonScanner::skipComment()
{
    const qsizetype begin = m_at;
    if (peek(1) == '/') {
        while (!isAtEnd() && peek() != '\n' && peek() != '\r')
            ++m_at;
        m_outline.lineCommentEnds.push_back(m_at);
    } else if (peek(1) == '*') {
        const qsizetype end = m_file.indexOf("*/", m_at + 2);
        if (end < 0)
            return refuse(begin, u"the comment does not end"_s);
        m_at = end + 2;
    } else {
        return refuse(begin, u"'/' is not allowed here"_s);
    }
    std::fill(m_outline.strict.begin() + begin, m_outline.strict.begin() + m_at, ' ');
    return true;
}

bool JsonScanner::skipValue(int depth, qsizetype matched)
{
    if (matched >= 0 && !requireTable(matched))
        return false;
    const char c = peek();
    if (c == '{' || c == '[')
        return skipContainer(depth, matched);
    if (c == '"')
        return skipString();
    if (c == '-' || isDigit(c))
        return skipNumber();
    return skipWord();
}

/// The message names the key, since the position alone says little.
bool JsonScanner::requireTable(qsizetype matched)
{
    const bool isList = isServers(matched) && m_place.isList;
    if (peek() == (isList ? '[' : '{'))
        return true;
    const QString wanted = isList ? u"a list"_s : u"an object"_s;
    if (matched == 0)
        return refuse(m_at, u"the file must hold %1"_s.arg(wanted));
    return refuse(
        m_at, u"\"%1\" must be %2"_s.arg(plaintext::inQuotes(m_place.path[matched - 1]), wanted));
}

bool JsonScanner::skipContainer(int depth, qsizetype matched)
{
    if (depth > json::kMaxDepth)
        return refuse(m_at, u"the file is nested deeper than %1 levels"_s.arg(json::kMaxDepth));
    const char close = peek() == '{' ? '}' : ']';
    JsonTable table{m_at++};
    // The tables of the path are kept in the order in which they open.
    const std::size_t index = m_outline.tables.size();
    if (matched >= 0)
        m_outline.tables.emplace_back();
    JsonMember last;
    for (bool isFirst = true;; isFirst = false) {
        if (!skipSpace())
            return false;
        if (peek() == close)
            break;
        if (!isFirst && last.comma < 0)
            return refuse(m_at, u"a comma or '%1' is missing"_s.arg(QLatin1Char(close)));
        if (isAtEnd())
            return refuse(m_at, u"a '%1' is missing"_s.arg(QLatin1Char(close)));
        last = {};
        if (!skipMember(depth, matched, close == '}', last) || !skipSpace())
            return false;
        if (peek() == ',')
            last.comma = m_at++;
        if (matched >= 0)
            table.members.push_back(last);
    }
    if (last.comma >= 0)
        m_outline.strict[last.comma] = ' ';
    table.close = m_at++;
    if (matched >= 0)
        m_outline.tables[index] = std::move(table);
    return true;
}

bool JsonScanner::skipMember(int depth, qsizetype matched, bool isOfObject, JsonMember &member)
{
    member.keyBegin = member.begin = m_at;
    qsizetype below = -1;
    if (isOfObject) {
        if (peek() != '"')
            return refuse(m_at, u"a name in double quotes is missing"_s);
        if (!skipString())
            return false;
        if (matched >= 0) {
            member.name = textOf(member.keyBegin, m_at);
            if (!isServers(matched) && member.name == m_place.path[matched])
                below = matched + 1;
            if (!requireOnce(member, matched, below))
                return false;
        }
        if (!skipSpace())
            return false;
        if (peek() != ':')
            return refuse(m_at, u"a ':' is missing"_s);
        ++m_at;
        if (!skipSpace())
            return false;
        member.begin = m_at;
    }
    if (!skipValue(depth + 1, below))
        return false;
    member.end = m_at;
    if (!isOfObject && matched >= 0) {
        member.name = nameOfItem(member.begin, member.end);
        return requireOnce(member, matched, below);
    }
    return true;
}

bool JsonScanner::requireOnce(const JsonMember &member, qsizetype matched, qsizetype below)
{
    const bool isOurs = isServers(matched) && !m_name.isNull() && member.name == m_name;
    const bool isSecond = below > 0 ? std::ssize(m_outline.tables) > below : isOurs && m_hasName;
    m_hasName |= isOurs;
    return !isSecond || refuse(member.keyBegin, u"\"%1\" occurs a second time"_s.arg(
                                                    plaintext::inQuotes(member.name)));
}

bool JsonScanner::skipString()
{
    const qsizetype begin = m_at++;
    while (!isAtEnd()) {
        const char c = m_file[m_at];
        if (c == '"') {
            ++m_at;
            return true;
        }
        if (c == '\\') {
            if (!skipEscape())
                return false;
        } else if (static_cast<unsigned char>(c) < 0x20) {
            break;
        } else {
            ++m_at;
        }
    }
    return refuse(begin, u"the string does not end in its line"_s);
}

bool JsonScanner::skipEscape()
{
    const auto unitAt = [this](qsizetype at) -> std::optional<uint> {
        const auto isHex = [](char c) {
            return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        };
        if (m_file.size() - at < 6 || m_file[at] != '\\' || m_file[at + 1] != 'u' ||
            !std::all_of(m_file.begin() + at + 2, m_file.begin() + at + 6, isHex))
            return std::nullopt;
        return m_file.sliced(at + 2, 4).toUInt(nullptr, 16);
    };
    const char c = peek(1);
    if (c != 'u') {
        if (c == '\0' || !std::strchr("\"\\/bfnrt", c))
            return refuse(m_at, u"the string has an unknown escape"_s);
        m_at += 2;
        return true;
    }
    const auto first = unitAt(m_at);
    if (!first)
        return refuse(m_at, u"the string has an unknown escape"_s);
    const uint second = unitAt(m_at + 6).value_or(0);
    if (*first >= 0xd800 && *first < 0xdc00 && second >= 0xdc00 && second <= 0xdfff) {
        m_at += 12;
        return true;
    }
    // JavaScript writes half of a surrogate pair like that, and no parser of UTF-8 accepts it.
    if (*first >= 0xd800 && *first <= 0xdfff)
        std::memcpy(m_outline.strict.data() + m_at + 2, "fffd", 4);
    m_at += 6;
    return true;
}

bool JsonScanner::skipNumber()
{
    const qsizetype begin = m_at;
    const auto skipDigits = [this] {
        const qsizetype from = m_at;
        while (isDigit(peek()))
            ++m_at;
        return m_at > from;
    };
    if (peek() == '-')
        ++m_at;
    bool isNumber = peek() == '0' ? (++m_at, true) : skipDigits();
    if (isNumber && peek() == '.') {
        ++m_at;
        isNumber = skipDigits();
    }
    if (isNumber && (peek() == 'e' || peek() == 'E')) {
        m_at += peek(1) == '+' || peek(1) == '-' ? 2 : 1;
        isNumber = skipDigits();
    }
    return (isNumber && !isWordByte(peek())) || refuse(begin, u"the number is not one of JSON"_s);
}

bool JsonScanner::skipWord()
{
    const qsizetype begin = m_at;
    while (isWordByte(peek()))
        ++m_at;
    const QByteArrayView word = QByteArrayView(m_file).sliced(begin, m_at - begin);
    if (word == "true" || word == "false" || word == "null")
        return true;
    if (!word.isEmpty())
        return refuse(begin, u"text must be in double quotes"_s);
    const char c = peek();
    if (isAtEnd() || c == ',' || c == '}' || c == ']' || c == ':')
        return refuse(begin, u"a value is missing"_s);
    return refuse(begin, c == '\'' ? u"text must be in double quotes"_s
                                   : u"no value begins with this character"_s);
}

QString JsonScanner::textOf(qsizetype begin, qsizetype end) const
{
    const auto text = QByteArrayView(m_outline.strict).sliced(begin, end - begin);
    if (!text.contains('\\'))
        return textFrom(text.sliced(1, text.size() - 2));
    const Json parsed = Json::parse(text.begin(), text.end(), nullptr, false);
    return parsed.is_string() ? textFrom(parsed.get_ref<const std::string &>()) : QString();
}

QString JsonScanner::nameOfItem(qsizetype begin, qsizetype end) const
{
    const auto text = QByteArrayView(m_outline.strict).sliced(begin, end - begin);
    const Json item = Json::parse(text.begin(), text.end(), nullptr, false);
    const Json *name = json::find(item, "name");
    return name && name->is_string() ? textFrom(name->get_ref<const std::string &>()) : QString();
}

} // namespace

Result<JsonOutline> scanJson(const QByteArray &file, const Place &place, const QString &name)
{
    return JsonScanner(file, place, name).run();
}

} // namespace flaredeck::connect
