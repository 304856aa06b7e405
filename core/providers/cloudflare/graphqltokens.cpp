#include "core/providers/cloudflare/graphqltokens.h"

#include "core/providers/cloudflare/graphqlstrings.h"

#include <QStringList>

#include <algorithm>

namespace flaredeck::cloudflare {

using namespace Qt::Literals::StringLiterals;

namespace {

using Kind = GraphqlToken::Kind;

bool isDigit(QChar c)
{
    return c >= u'0' && c <= u'9';
}

bool isNameStart(QChar c)
{
    return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || c == u'_';
}

class Lexer
{
public:
    explicit Lexer(QStringView text)
        : m_text(text)
    {
    }

    Result<std::vector<GraphqlToken>> run()
    {
        for (skipIgnored(); m_at < m_text.size(); skipIgnored()) {
            m_token = {Kind::Punctuator, {}, m_line};
            if (!readToken())
                return fail(Error::Kind::InvalidInput,
                            u"The query is no GraphQL: line %1 has %2."_s.arg(
                                QString::number(m_line), m_problem),
                            u"Correct the query."_s);
            m_tokens.push_back(m_token);
        }
        m_tokens.push_back({Kind::End, {}, m_line});
        return std::move(m_tokens);
    }

private:
    [[nodiscard]] QChar at(qsizetype offset = 0) const
    {
        const qsizetype i = m_at + offset;
        return i < m_text.size() ? m_text[i] : QChar();
    }
    [[nodiscard]] bool isLineEnd() const { return at() == u'\n' || at() == u'\r'; }
    [[nodiscard]] bool isAt(QLatin1StringView text) const
    {
        return m_text.sliced(m_at).startsWith(text);
    }

    bool refuse(const QString &problem)
    {
        m_problem = problem;
        return false;
    }

    /// Steps over one line end, which "\r\n" is, too.
    void passLineEnd()
    {
        m_at += at() == u'\r' && at(1) == u'\n' ? 2 : 1;
        ++m_line;
    }

    void skipIgnored()
    {
        for (; m_at < m_text.size();) {
            if (isLineEnd()) {
                passLineEnd();
            } else if (at() == u'#') {
                while (m_at < m_text.size() && !isLineEnd())
                    ++m_at;
            } else if (at() == u' ' || at() == u'\t' || at() == u',' || at() == u'\uFEFF') {
                ++m_at;
            } else {
                return;
            }
        }
    }

    bool readToken()
    {
        const QChar c = at();
        if (isNameStart(c)) {
            const qsizetype from = m_at;
            while (isNameStart(at()) || isDigit(at()))
                ++m_at;
            m_token.kind = Kind::Name;
            m_token.text = m_text.sliced(from, m_at - from).toString();
            return true;
        }
        if (isDigit(c) || c == u'-')
            return readNumber();
        if (isAt("\"\"\""_L1))
            return readBlock();
        if (c == u'"')
            return readString();
        const qsizetype length = isAt("..."_L1) ? 3 : u"!$&():=@[]{|}"_s.contains(c) ? 1 : 0;
        if (length == 0)
            return refuse(u"the character %1 outside of a string"_s.arg(shown(c)));
        m_token.text = m_text.sliced(m_at, length).toString();
        m_at += length;
        return true;
    }

    static QString shown(QChar c)
    {
        return c.isPrint() && !c.isSurrogate()
                   ? u"'%1'"_s.arg(c)
                   : u"U+%1"_s.arg(c.unicode(), 4, 16, QLatin1Char('0'));
    }

    bool readDigits()
    {
        const qsizetype from = m_at;
        while (isDigit(at()))
            ++m_at;
        return m_at > from;
    }

    bool readNumber()
    {
        const qsizetype from = m_at;
        if (at() == u'-')
            ++m_at;
        const bool isZero = at() == u'0';
        const qsizetype digits = m_at;
        bool isRight = readDigits() && !(isZero && m_at > digits + 1);
        if (isRight && at() == u'.') {
            ++m_at;
            isRight = readDigits();
        }
        if (isRight && (at() == u'e' || at() == u'E')) {
            ++m_at;
            if (at() == u'+' || at() == u'-')
                ++m_at;
            isRight = readDigits();
        }
        if (!isRight || at() == u'.' || isNameStart(at()))
            return refuse(u"a malformed number"_s);
        m_token.kind = Kind::Number;
        m_token.text = m_text.sliced(from, m_at - from).toString();
        return true;
    }

    bool readString()
    {
        m_token.kind = Kind::String;
        for (++m_at; m_at < m_text.size() && !isLineEnd();) {
            const QChar c = at();
            if (c == u'"') {
                ++m_at;
                return m_token.text.isValidUtf16() || refuse(u"half of a surrogate pair"_s);
            }
            if (c < u' ' && c != u'\t')
                return refuse(u"a control character in a string"_s);
            ++m_at;
            if (c != u'\\')
                m_token.text += c;
            else if (!readEscape())
                return refuse(u"an unknown escape in a string"_s);
        }
        return refuse(u"a string without its closing quote"_s);
    }

    bool readEscape()
    {
        static const QString letters = u"\"\\/bfnrt"_s;
        static const QString meanings = u"\"\\/\b\f\n\r\t"_s;
        const QChar c = at();
        ++m_at;
        if (const qsizetype i = letters.indexOf(c); i >= 0) {
            m_token.text += meanings[i];
            return true;
        }
        return c == u'u' && readUnicode();
    }

    /// After "\u": four hexadecimal digits, of which two may make one character, or {digits}.
    bool readUnicode()
    {
        const bool isBraced = at() == u'{';
        const qsizetype end = isBraced ? m_text.indexOf(u'}', m_at) : m_at + 4;
        if (isBraced)
            ++m_at;
        if (end < m_at || end > m_text.size())
            return false;
        const QStringView digits = m_text.sliced(m_at, end - m_at);
        const bool isHex = std::all_of(digits.begin(), digits.end(), [](QChar c) {
            return isDigit(c) || (c >= u'a' && c <= u'f') || (c >= u'A' && c <= u'F');
        });
        bool isNumber = false;
        const uint code = digits.toUInt(&isNumber, 16);
        if (!isHex || !isNumber || code > QChar::LastValidCodePoint ||
            (isBraced && QChar::isSurrogate(code)))
            return false;
        m_at = isBraced ? end + 1 : end;
        if (code > 0xFFFF)
            m_token.text += QString::fromUcs4(reinterpret_cast<const char32_t *>(&code), 1);
        else
            m_token.text += QChar(char16_t(code));
        return true;
    }

    bool readBlock()
    {
        m_token.kind = Kind::String;
        QString raw;
        for (m_at += 3; m_at < m_text.size();) {
            if (isAt("\"\"\""_L1)) {
                m_at += 3;
                m_token.text = graphqlBlockValue(raw);
                return true;
            }
            if (isAt("\\\"\"\""_L1)) {
                raw += "\"\"\""_L1;
                m_at += 4;
            } else if (isLineEnd()) {
                raw += u'\n';
                passLineEnd();
            } else if (at() < u' ' && at() != u'\t') {
                return refuse(u"a control character in a string"_s);
            } else {
                raw += at();
                ++m_at;
            }
        }
        return refuse(u"a string without its closing quotes"_s);
    }

    const QStringView m_text;
    qsizetype m_at = 0;
    int m_line = 1;
    GraphqlToken m_token;
    QString m_problem;
    std::vector<GraphqlToken> m_tokens;
};

} // namespace

Result<std::vector<GraphqlToken>> graphqlTokens(QStringView document)
{
    return Lexer(document).run();
}

QString graphqlText(const std::vector<GraphqlToken> &tokens)
{
    static const QStringList opening{u"$"_s, u"@"_s, u"("_s, u"["_s, u"..."_s};
    static const QStringList closing{u"("_s, u")"_s, u"]"_s, u":"_s, u"!"_s};
    QString text;
    GraphqlToken last;
    for (const GraphqlToken &token : tokens) {
        if (token.kind == Kind::End)
            break;
        const bool isJoined = text.isEmpty() ||
                              (last.kind == Kind::Punctuator && opening.contains(last.text)) ||
                              (token.kind == Kind::Punctuator && closing.contains(token.text));
        if (token.line > last.line)
            text += QString(token.line - last.line, u'\n');
        else if (!isJoined)
            text += u' ';
        text += token.kind == Kind::String ? graphqlQuoted(token.text) : token.text;
        last = token;
    }
    return text;
}

} // namespace flaredeck::cloudflare
