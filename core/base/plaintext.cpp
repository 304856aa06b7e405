#include "core/base/plaintext.h"

#include <QChar>

#include <algorithm>
#include <array>
#include <utility>

namespace flaredeck::plaintext {

using namespace Qt::StringLiterals;

namespace {

/// Invisible characters that their category does not mark: default ignorable ones (Unicode's
/// DerivedCoreProperties), and letters and symbols that look blank.
constexpr std::array<std::pair<char32_t, char32_t>, 17> kInvisible{{
    {0x034f, 0x034f},   // combining grapheme joiner
    {0x115f, 0x1160},   // Hangul fillers
    {0x17b4, 0x17b5},   // Khmer inherent vowels
    {0x180b, 0x180f},   // Mongolian variation selectors
    {0x2065, 0x2065},   // unassigned, between format characters
    {0x2800, 0x2800},   // Braille pattern blank
    {0x3164, 0x3164},   // Hangul filler
    {0xfe00, 0xfe0f},   // variation selectors
    {0xffa0, 0xffa0},   // halfwidth Hangul filler
    {0xfff0, 0xfff8},   // unassigned, default ignorable
    {0xfffe, 0xffff},   // no characters
    {0x13430, 0x1345f}, // Egyptian format controls
    {0x16fe4, 0x16fe4}, // Khitan filler
    {0x1bca0, 0x1bca3}, // shorthand format controls
    {0x1d159, 0x1d159}, // musical null notehead
    {0x1d173, 0x1d17a}, // musical format controls
    {0xe0000, 0xe0fff}, // tags and more variation selectors
}};

bool isHidden(char32_t c)
{
    if (c >= 0x20 && c < 0x7f)
        return false;
    switch (QChar::category(c)) {
    case QChar::Other_Control:
    case QChar::Other_Format:
    case QChar::Other_Surrogate: // half of a pair
    case QChar::Separator_Line:
    case QChar::Separator_Paragraph:
        return true;
    default:
        return std::any_of(kInvisible.begin(), kInvisible.end(), [c](const auto &range) {
            return c >= range.first && c <= range.second;
        });
    }
}

/// After a pictograph these only choose its look; every emoji keyboard sends them.
bool isPartOfPictograph(char32_t before, char32_t c)
{
    return (c == 0x200d || c == 0xfe0e || c == 0xfe0f) &&
           (QChar::category(before) == QChar::Symbol_Other || before == 0xfe0f ||
            (before >= 0x1f3fb && before <= 0x1f3ff));
}

QString escape(char32_t c)
{
    switch (c) {
    case U'\n':
        return u"\\n"_s;
    case U'\r':
        return u"\\r"_s;
    case U'\t':
        return u"\\t"_s;
    default:
        return c < 0x100 ? u"\\x%1"_s.arg(uint(c), 2, 16, QLatin1Char('0'))
                         : u"\\u{%1}"_s.arg(uint(c), 0, 16);
    }
}

QString escapeInJson(char32_t c)
{
    QString text;
    for (const char16_t unit : QChar::fromUcs4(c))
        text += u"\\u%1"_s.arg(uint(unit), 4, 16, QLatin1Char('0'));
    return text;
}

/// Replaces each hidden character by `shown(c, before)`. Text without any is not copied.
template <typename Shown>
QString replaced(const QString &text, Shown shown)
{
    QString clean;
    qsizetype kept = 0; // how much of `text` is already in `clean`
    char32_t before = 0;
    for (qsizetype at = 0; at < text.size();) {
        const bool isPair = text.at(at).isHighSurrogate() && at + 1 < text.size() &&
                            text.at(at + 1).isLowSurrogate();
        const char32_t c =
            isPair ? QChar::surrogateToUcs4(text.at(at), text.at(at + 1)) : text.at(at).unicode();
        const qsizetype next = at + (isPair ? 2 : 1);
        if (isHidden(c)) {
            clean += QStringView(text).sliced(kept, at - kept);
            clean += shown(c, before);
            kept = next;
        }
        before = c;
        at = next;
    }
    if (kept == 0)
        return text;
    clean += QStringView(text).sliced(kept);
    return clean;
}

} // namespace

QString line(const QString &text)
{
    return replaced(text, [](char32_t c, char32_t before) {
        return isPartOfPictograph(before, c) ? QString() : escape(c);
    });
}

QString block(const QString &text)
{
    return replaced(text, [](char32_t c, char32_t before) {
        if (c == U'\n')
            return u"\n"_s;
        return isPartOfPictograph(before, c) ? QString() : escape(c);
    });
}

QString inJson(const QString &printed)
{
    return replaced(printed,
                    [](char32_t c, char32_t) { return c == U'\n' ? u"\n"_s : escapeInJson(c); });
}

QString inQuotes(const QString &text)
{
    QString clean = line(text);
    for (QChar &c : clean) {
        // The double quotes of all languages, and the primes that look like them.
        if (u"\"\u00ab\u00bb\u02ba\u02dd\u02ee\u201c\u201d\u201e\u201f\u2033\u2036\u275d\u275e"
            u"\u301d"
            u"\u301e\u301f\uff02"_s.contains(c))
            c = u'\'';
    }
    return clean;
}

QString withoutHidden(const QString &text)
{
    return replaced(text, [](char32_t, char32_t) { return QString(); });
}

QString cut(const QString &text, qsizetype most)
{
    if (text.size() <= most)
        return text;
    const bool divides =
        most > 0 && text.at(most - 1).isHighSurrogate() && text.at(most).isLowSurrogate();
    return text.left(divides ? most - 1 : most);
}

} // namespace flaredeck::plaintext
