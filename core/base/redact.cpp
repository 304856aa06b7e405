#include "core/base/redact.h"

#include "core/base/logging.h"

#include <QRegularExpression>

#include <algorithm>
#include <array>
#include <string_view>

namespace flaredeck {

using namespace Qt::StringLiterals;
using redaction::namesSecret;

namespace {

const QString kRedacted = u"[redacted]"_s;
constexpr qsizetype kLongestName = 64;
/// Shorter values of `code` and `state` are not from OAuth.
constexpr qsizetype kShortestCode = 8;

bool isNameCharacter(QChar c)
{
    const char16_t unit = c.unicode();
    return (unit >= u'a' && unit <= u'z') || (unit >= u'A' && unit <= u'Z') ||
           (unit >= u'0' && unit <= u'9') || unit == u'_' || unit == u'-' || unit == u'.';
}

/// A plural names a count, of tokens for instance.
bool isPlural(QStringView name)
{
    return name.endsWith(u's', Qt::CaseInsensitive);
}

bool isHeader(QStringView name)
{
    return name.endsWith("authorization"_L1, Qt::CaseInsensitive) ||
           name.endsWith("cookie"_L1, Qt::CaseInsensitive) ||
           name.startsWith("x-"_L1, Qt::CaseInsensitive);
}

bool isPassword(QStringView name)
{
    return name.contains("passw"_L1, Qt::CaseInsensitive) ||
           name.contains("passphrase"_L1, Qt::CaseInsensitive) ||
           name.compare("pwd"_L1, Qt::CaseInsensitive) == 0;
}

bool looksSecret(QStringView word)
{
    const auto has = [word](auto is) { return std::any_of(word.begin(), word.end(), is); };
    const bool mixed =
        has([](QChar c) { return c.isDigit(); }) ||
        has([](QChar c) { return u"_+/=~-"_s.contains(c); }) ||
        (word.size() > 1 && has([](QChar c) { return c.isLower(); }) &&
         std::any_of(word.begin() + 1, word.end(), [](QChar c) { return c.isUpper(); }));
    return (word.size() >= 6 && mixed) || word.size() >= 20;
}

/// Redacts named values in plain text and copies the rest. Redacts a value whole when it cannot
/// parse it.
class Scanner
{
public:
    explicit Scanner(const QString &text)
        : m_text(text)
    {
    }

    QString run()
    {
        qsizetype at = 0;
        while (at < m_text.size()) {
            if (!beginsName(at)) {
                ++at;
                continue;
            }
            qsizetype end = at;
            while (end < m_text.size() && isNameCharacter(m_text[end]))
                ++end;
            at = std::max(end, takeValue(at, end));
        }
        m_clean += QStringView(m_text).mid(m_copied);
        return m_clean;
    }

private:
    [[nodiscard]] QChar character(qsizetype at) const
    {
        return at >= 0 && at < m_text.size() ? m_text[at] : QChar();
    }
    [[nodiscard]] bool isLineEnd(qsizetype at) const
    {
        const QChar c = character(at);
        return c == u'\n' || c == u'\r' ||
               (c == u'\\' && (character(at + 1) == u'n' || character(at + 1) == u'r'));
    }
    [[nodiscard]] bool beginsName(qsizetype at) const
    {
        // The last characters of an escape (\\n, %22) do not belong to the name after it.
        const bool isEscape = character(at - 1) == u'\\' && u"nrt"_s.contains(m_text[at]);
        const bool isEncoded = character(at - 1) == u'%' || character(at - 2) == u'%';
        const bool follows = character(at - 3) == u'%' ||
                             (character(at - 2) == u'\\' && u"nrt"_s.contains(character(at - 1)));
        return isNameCharacter(m_text[at]) && !isEscape && !isEncoded &&
               (follows || !isNameCharacter(character(at - 1)));
    }
    /// The length of the quote at `at`, including the backslashes before it; 0 = none.
    [[nodiscard]] qsizetype quoteAt(qsizetype at) const
    {
        qsizetype end = at;
        while (character(end) == u'\\')
            ++end;
        if (character(end) == u'"' || character(end) == u'\'' || character(end) == u'`')
            return end + 1 - at;
        return QStringView(m_text).mid(at, 3) == "%22"_L1 ? 3 : 0;
    }
    [[nodiscard]] qsizetype skipBlanks(qsizetype at) const
    {
        while (character(at) == u' ' || character(at) == u'\t')
            ++at;
        return at;
    }
    /// The position after `=`, `:` or `=>`; `at` when there is none.
    [[nodiscard]] qsizetype skipSeparator(qsizetype at) const
    {
        const QStringView rest = QStringView(m_text).mid(at, 3);
        if (rest.startsWith("=>"_L1))
            return at + 2;
        if (rest.startsWith(u'=') || rest.startsWith(u':'))
            return at + 1;
        return rest.compare("%3D"_L1, Qt::CaseInsensitive) == 0 ||
                       rest.compare("%3A"_L1, Qt::CaseInsensitive) == 0
                   ? at + 3
                   : at;
    }

    /// Where the quoted text ends that begins at `at` with a quote of `open` characters. A quote
    /// inside the text has more backslashes.
    [[nodiscard]] qsizetype endOfQuoted(qsizetype at, qsizetype open) const
    {
        if (character(at) == u'%') {
            const qsizetype end = m_text.indexOf(u"%22"_s, at + open);
            return end < 0 ? m_text.size() : end;
        }
        const QChar quote = character(at + open - 1);
        const qsizetype slashes = open - 1;
        qsizetype run = 0;
        for (qsizetype i = at + open; i < m_text.size(); ++i) {
            if (m_text[i] == quote && run % (2 * slashes + 2) == slashes)
                return i - slashes;
            run = m_text[i] == u'\\' ? run + 1 : 0;
        }
        return m_text.size();
    }
    [[nodiscard]] qsizetype endOfBrackets(qsizetype at) const
    {
        int depth = 0;
        for (qsizetype i = at; i < m_text.size();) {
            if (const qsizetype open = character(i) == u'%' ? 0 : quoteAt(i); open > 0) {
                i = endOfQuoted(i, open) + open;
                continue;
            }
            const QChar c = m_text[i++];
            if (c == u'[' || c == u'{')
                ++depth;
            else if ((c == u']' || c == u'}') && --depth == 0)
                return i;
        }
        return m_text.size();
    }
    [[nodiscard]] qsizetype endOfLine(qsizetype at, QChar stop) const
    {
        while (at < m_text.size() && !isLineEnd(at) && (stop.isNull() || m_text[at] != stop))
            ++at;
        // The backslash of an escaped quote belongs to the quote.
        while (!stop.isNull() && at < m_text.size() && character(at - 1) == u'\\')
            --at;
        return at;
    }
    [[nodiscard]] qsizetype endOfWord(qsizetype at, QStringView stops) const
    {
        while (at < m_text.size() && !m_text[at].isSpace() && !isLineEnd(at) &&
               !stops.contains(m_text[at]))
            ++at;
        return at;
    }

    /// What precedes a name.
    enum class Before { LineStart, Mark, Word };
    [[nodiscard]] Before before(qsizetype at) const
    {
        while (at > 0 && (m_text[at - 1] == u' ' || m_text[at - 1] == u'\t'))
            --at;
        if (QStringView(m_text).left(at).endsWith("export"_L1))
            at -= 6;
        if (at == 0 || isLineEnd(at - 1) || isLineEnd(at - 2))
            return Before::LineStart;
        return m_text[at - 1].isLetterOrNumber() || u".:)"_s.contains(m_text[at - 1])
                   ? Before::Word
                   : Before::Mark;
    }

    [[nodiscard]] bool isOAuthAnswer()
    {
        if (!m_oauth) {
            const auto has = [this](QLatin1String word) { return m_text.contains(word); };
            m_oauth = has("code="_L1) &&
                      (has("state="_L1) || has("grant_type"_L1) || has("code_verifier"_L1) ||
                       has("redirect_uri"_L1) || has("callback"_L1) || has("oauth"_L1));
        }
        return *m_oauth;
    }

    void redactTo(qsizetype from, qsizetype to, const QString &with)
    {
        m_clean += QStringView(m_text).mid(m_copied, from - m_copied);
        m_clean += with;
        m_copied = to;
    }

    /// Redacts the value of the name from `begin` to `end` if it is a secret. Returns where to
    /// continue.
    qsizetype takeValue(qsizetype begin, qsizetype end)
    {
        QStringView name = QStringView(m_text).mid(begin, end - begin);
        const bool isOption = name.startsWith(u'-');
        name = name.right(kLongestName);
        const bool isCode = name == "code"_L1 || name == "state"_L1;
        if (!isCode && !namesSecret(name) && !isKeyOfTwoWords(begin, name))
            return end;

        const qsizetype opened = openedBefore(begin);
        const qsizetype closed = opened > 0 ? quoteAt(end) : 0;
        // ["token"] => …
        const qsizetype bracket =
            character(begin - opened - 1) == u'[' && character(end + closed) == u']' ? 1 : 0;
        const qsizetype afterName = skipBlanks(end + closed + bracket);
        const qsizetype afterSign = skipSeparator(afterName);
        const bool isColon = character(afterName) == u':';
        if (afterSign == afterName && (!isOption || afterName == end))
            return end;
        qsizetype value = afterSign;
        while (value < m_text.size() && m_text[value].isSpace() &&
               (closed > 0 || m_text[value] == u' ' || m_text[value] == u'\t'))
            ++value;
        if (value >= m_text.size() || QStringView(m_text).mid(value).startsWith(kRedacted))
            return end;
        if (isCode)
            return takeCode(value, end, isColon);

        if (const qsizetype quote = quoteAt(value); quote > 0) {
            const qsizetype last = endOfQuoted(value, quote);
            if (last > value + quote)
                redactTo(value + quote, last, kRedacted);
            return std::min(last + quote, m_text.size());
        }
        if (m_text[value] == u'[' || m_text[value] == u'{') {
            const qsizetype last = endOfBrackets(value);
            const QString mark =
                closed > 0 ? m_text.mid(begin - opened, opened) : QString(); // keeps it JSON
            redactTo(value, last, mark + kRedacted + mark);
            return last;
        }
        if (closed > 0)
            return takeLiteral(name, value, m_text.mid(begin - opened, opened));
        return takeUnquoted(name, {begin, value, opened, isColon, isOption});
    }

    [[nodiscard]] bool isKeyOfTwoWords(qsizetype begin, QStringView name) const
    {
        if (name.compare("key"_L1, Qt::CaseInsensitive) != 0 || character(begin - 1) != u' ')
            return false;
        qsizetype first = begin - 1;
        while (first > 0 && isNameCharacter(m_text[first - 1]))
            --first;
        return namesSecret(m_text.mid(first, begin - 1 - first) + u"key"_s);
    }

    /// The length of the quote right before a name.
    [[nodiscard]] qsizetype openedBefore(qsizetype begin) const
    {
        if (begin >= 3 && QStringView(m_text).mid(begin - 3, 3) == "%22"_L1)
            return 3;
        qsizetype from = begin - 1;
        const QChar quote = character(from);
        if (quote != u'"' && quote != u'\'' && quote != u'`')
            return 0;
        while (character(from - 1) == u'\\')
            --from;
        return begin - from;
    }

    qsizetype takeCode(qsizetype value, qsizetype end, bool isColon)
    {
        const qsizetype last = endOfWord(value, u"&;,\"'`)]}<>#|\\");
        if (isColon || last - value < kShortestCode || !isOAuthAnswer())
            return end;
        redactTo(value, last, kRedacted);
        return last;
    }

    /// A number, true, false or null of JSON.
    qsizetype takeLiteral(QStringView name, qsizetype value, const QString &quote)
    {
        const qsizetype last = endOfWord(value, u",]}&\"'");
        const QStringView word = QStringView(m_text).mid(value, last - value);
        const bool isNumber = !word.isEmpty() && (word[0].isDigit() || word[0] == u'-');
        if (word == "true"_L1 || word == "false"_L1 || word == "null"_L1 ||
            (isNumber && isPlural(name)))
            return last;
        redactTo(value, last, quote + kRedacted + quote);
        return last;
    }

    struct Place {
        qsizetype begin = 0; ///< of the name
        qsizetype value = 0;
        qsizetype opened = 0; ///< quote length right before the name; ends the value, too
        bool isColon = false;
        bool isOption = false;
    };
    qsizetype takeUnquoted(QStringView name, const Place &place)
    {
        const QChar stop = place.opened > 0 ? character(place.begin - 1) : QChar();
        const Before where = place.opened > 0 ? Before::LineStart : before(place.begin);
        const qsizetype word = endOfWord(place.value, u"&;,\"'`)]}<>#|");
        const QStringView first = QStringView(m_text).mid(place.value, word - place.value);
        const auto isDigit = [](QChar c) { return c.isDigit(); };
        if (isPlural(name) && std::all_of(first.begin(), first.end(), isDigit))
            return word;
        qsizetype last = word;
        if (isHeader(name) && place.isColon) {
            last = endOfLine(place.value, stop);
        } else if (place.isColon && where == Before::Word) {
            if (isPassword(name))
                last = endOfLine(place.value, stop);
            else if (!looksSecret(first))
                return place.value;
        } else if (place.isColon && where == Before::Mark) {
            last = place.value;
            while (last < m_text.size() && !isLineEnd(last) && !u",}])\"'"_s.contains(m_text[last]))
                ++last;
        } else if (where == Before::LineStart && !place.isOption) {
            last = endOfLine(place.value, stop);
            const qsizetype next = m_text.indexOf(u'&', place.value);
            if (next >= 0 && next < last)
                last = next;
        } else if (place.isOption && first.startsWith(u'-')) {
            return place.value; // the next option
        }
        if (last == place.value)
            return last;
        redactTo(place.value, last, kRedacted);
        return last;
    }

    const QString &m_text;
    QString m_clean;
    qsizetype m_copied = 0;
    std::optional<bool> m_oauth;
};

/// Most texts contain nothing that redactedText() would redact, and this plain search is much
/// cheaper.
template <typename Character> // of UTF-8 or UTF-16
bool holdsSign(std::basic_string_view<Character> text)
{
    // Every match contains one of these, in upper or lower case, perhaps with - or _ in between.
    static constexpr std::array<std::string_view, 19> kSigns{
        "cf",  "earer", "asic",       "token",  "secret",   "verifier", "pass",
        "pwd", "key",   "authorizat", "cookie", "credent",  "assert",   "jwt",
        "eyj", "code=", "otp",        "://",    "sessionid"};
    static const auto kFirsts = [] {
        std::array<bool, 128> firsts{};
        for (const std::string_view sign : kSigns)
            firsts.at(static_cast<unsigned char>(sign.front())) = true;
        return firsts;
    }();
    const auto isSame = [](char sign, Character c) { return (c | 0x20) == (sign | 0x20); };
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto unit = static_cast<unsigned>(text[at]) | 0x20U;
        if (unit >= kFirsts.size() || !kFirsts.at(unit))
            continue;
        const auto isHere = [&](std::string_view sign) {
            std::size_t next = at;
            for (const char c : sign) {
                while (next > at && next < text.size() && (text[next] == '-' || text[next] == '_'))
                    ++next;
                if (next == text.size() || !isSame(c, text[next++]))
                    return false;
            }
            return true;
        };
        if (std::any_of(kSigns.begin(), kSigns.end(), isHere))
            return true;
    }
    return false;
}

QString redactedText(const QString &text)
{
    // Named values first; then what is recognisable anywhere: tokens with a known prefix, "Bearer
    // x" and "Basic x", signed tokens, private keys, and user:password in a URL.
    static const QRegularExpression prefixed(
        u"(cfl_(?:ac|at|rt|reg)_|cfat_|cfut_|cfoat_|cfoac_|cfort_)[A-Za-z0-9_.-]+"_s);
    static const QRegularExpression header(u"\\b(Bearer|Basic)\\s+[A-Za-z0-9._~+/=-]{8,}"_s,
                                           QRegularExpression::CaseInsensitiveOption);
    static const QRegularExpression jwt(
        u"\\beyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]+\\.?[A-Za-z0-9_-]*"_s);
    static const QRegularExpression privateKey(
        u"(-----BEGIN [A-Z ]*PRIVATE KEY-----).*?(-----END|$)"_s,
        QRegularExpression::DotMatchesEverythingOption);
    static const QRegularExpression userInfo(u"(://)[^/?#\\s\"'<>@:]*:[^/?#\\s\"'<>@]+@"_s);

    QString clean = Scanner(text).run();
    clean.replace(prefixed, u"\\1[redacted]"_s);
    clean.replace(header, u"\\1 [redacted]"_s);
    clean.replace(jwt, kRedacted);
    clean.replace(privateKey, u"\\1[redacted]\\2"_s);
    clean.replace(userInfo, u"\\1[redacted]@"_s);
    return clean;
}

} // namespace

QString redact(const QString &text)
{
    const QStringView view(text);
    const std::u16string_view units(view.utf16(), static_cast<std::size_t>(view.size()));
    return holdsSign(units) ? redactedText(text) : text;
}

QByteArray redact(const QByteArray &utf8)
{
    const std::string_view view(utf8.constData(), static_cast<std::size_t>(utf8.size()));
    return holdsSign(view) ? redactedText(QString::fromUtf8(utf8)).toUtf8() : utf8;
}

} // namespace flaredeck
