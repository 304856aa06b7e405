#include "core/connect/textedit.h"

#include <QStringDecoder>

#include <algorithm>
#include <utility>

namespace flaredeck::connect {

using namespace Qt::StringLiterals;

namespace {

constexpr QByteArrayView kByteOrderMark = "\xef\xbb\xbf";

bool isBlankByte(char c)
{
    return c == ' ' || c == '\t';
}

bool isSpaceByte(char c)
{
    return isBlankByte(c) || c == '\n' || c == '\r';
}

/// The length of the character that begins here; 0 when it is broken (RFC 3629 §4).
int utf8Length(const QByteArray &text, qsizetype at)
{
    const auto byte = [&](qsizetype i) {
        return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U;
    };
    const auto follows = [&](qsizetype i) { return (byte(i) & 0xc0U) == 0x80U; };
    const unsigned first = byte(0);
    if (first < 0x80)
        return 1;
    if (first >= 0xc2 && first <= 0xdf)
        return follows(1) ? 2 : 0;
    if (first >= 0xe0 && first <= 0xef) {
        const bool fits = (first != 0xe0 || byte(1) >= 0xa0) && (first != 0xed || byte(1) < 0xa0);
        return fits && follows(1) && follows(2) ? 3 : 0;
    }
    if (first >= 0xf0 && first <= 0xf4) {
        const bool fits = (first != 0xf0 || byte(1) >= 0x90) && (first != 0xf4 || byte(1) < 0x90);
        return fits && follows(1) && follows(2) && follows(3) ? 4 : 0;
    }
    return 0;
}

} // namespace

QByteArray spliced(const QByteArray &file, QList<Splice> splices)
{
    // What is put in stands before what goes at the same place.
    std::sort(splices.begin(), splices.end(), [](const Splice &a, const Splice &b) {
        return std::pair(a.at, a.length) < std::pair(b.at, b.length);
    });
    QByteArray result;
    qsizetype taken = 0;
    for (const Splice &splice : std::as_const(splices)) {
        Q_ASSERT(splice.at >= taken);
        result.append(QByteArrayView(file).sliced(taken, splice.at - taken)).append(splice.text);
        taken = splice.at + splice.length;
    }
    return result.append(QByteArrayView(file).sliced(taken));
}

qsizetype textStart(const QByteArray &file)
{
    return file.startsWith(kByteOrderMark) ? kByteOrderMark.size() : 0;
}

bool isBlank(const QByteArray &file)
{
    return std::all_of(file.begin() + textStart(file), file.end(), isSpaceByte);
}

QByteArray newlineOf(const QByteArray &file)
{
    const qsizetype first = file.indexOf('\n');
    return first > 0 && file[first - 1] == '\r' ? "\r\n" : "\n";
}

qsizetype lineStart(const QByteArray &file, qsizetype at)
{
    const qsizetype before = at == 0 ? -1 : file.lastIndexOf('\n', at - 1);
    return before < 0 ? std::min(at, textStart(file)) : before + 1;
}

qsizetype lineEnd(const QByteArray &file, qsizetype at)
{
    const qsizetype end = file.indexOf('\n', at);
    if (end < 0)
        return file.size();
    return end > at && file[end - 1] == '\r' ? end - 1 : end;
}

qsizetype nextLine(const QByteArray &file, qsizetype at)
{
    const qsizetype end = file.indexOf('\n', at);
    return end < 0 ? file.size() : end + 1;
}

QByteArray indentAt(const QByteArray &file, qsizetype at)
{
    const qsizetype start = lineStart(file, at);
    qsizetype end = start;
    while (end < at && isBlankByte(file[end]))
        ++end;
    return file.sliced(start, end - start);
}

bool beginsLine(const QByteArray &file, qsizetype at)
{
    qsizetype start = at;
    while (start > 0 && isBlankByte(file[start - 1]))
        --start;
    return start <= textStart(file) || file[start - 1] == '\n';
}

qsizetype contentEnd(const QByteArray &file, qsizetype at)
{
    while (at > textStart(file) && isSpaceByte(file[at - 1]))
        --at;
    return at;
}

Splice insertedLines(const QByteArray &file, qsizetype at, QByteArray lines)
{
    const QByteArray newline = newlineOf(file);
    if (at == file.size() && at > textStart(file) && !file.endsWith('\n')) {
        lines.prepend(newline);
        lines.chop(newline.size());
    }
    return {at, 0, lines};
}

Splice removedLines(const QByteArray &file, qsizetype from, qsizetype to)
{
    if (to == file.size() && !file.endsWith('\n') && from > textStart(file))
        from = lineEnd(file, lineStart(file, from - 1));
    return {from, to - from, {}};
}

int LineCounter::lineOf(qsizetype at)
{
    m_line += static_cast<int>(std::count(m_file.begin() + m_counted, m_file.begin() + at, '\n'));
    m_counted = at;
    return m_line;
}

Error errorAt(const QByteArray &file, qsizetype at, const QString &reason)
{
    const qsizetype start = lineStart(file, at);
    const auto characters = std::count_if(file.begin() + start, file.begin() + at, [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U;
    });
    return errorAt(LineCounter(file).lineOf(at), characters + 1, reason);
}

Error errorAt(qint64 line, qint64 column, const QString &reason)
{
    return {Error::Kind::InvalidInput,
            u"Line %1, column %2: %3."_s.arg(line).arg(column).arg(reason),
            u"Mend the file in an editor, then try again."_s};
}

Result<> requireUtf8(const QByteArray &file)
{
    for (qsizetype i = 0; i < file.size();) {
        const int length = utf8Length(file, i);
        if (length == 0)
            return fail(errorAt(file, i, u"the text is not UTF-8"_s));
        i += length;
    }
    return {};
}

QString textFrom(QByteArrayView utf8)
{
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::ConvertInitialBom);
    return u""_s + QString(decoder(utf8));
}

QByteArray inDoubleQuotes(const std::string &text)
{
    static constexpr QByteArrayView kPlain = "\b\t\n\f\r\"\\";
    static constexpr QByteArrayView kEscaped = "btnfr\"\\";
    QByteArray result = "\"";
    for (const char32_t code : textFrom(text).toStdU32String()) {
        const qsizetype known = code < 0x80 ? kPlain.indexOf(static_cast<char>(code)) : -1;
        if (known >= 0)
            result.append('\\').append(kEscaped[known]);
        else if (code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x2028 || code == 0x2029 ||
                 code == 0xfeff || (code >= 0xfff0 && code <= 0xffff))
            result.append("\\u" + QByteArray::number(code, 16).rightJustified(4, '0'));
        else
            result.append(QStringView(QChar::fromUcs4(code)).toUtf8());
    }
    return result.append('"');
}

bool isBareWord(const std::string &text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-';
    });
}

Entry itemOf(const Place &place, const QString &name, const Entry &value)
{
    if (!place.isList)
        return value;
    Entry item{{"name", name.toStdString()}};
    for (const auto &[key, member] : value.items()) {
        if (key != "name")
            item[key] = member;
    }
    return item;
}

Entry createdAt(const Place &place, qsizetype level, const QString &name, const Entry &value)
{
    Entry created = place.isList ? Entry::array({itemOf(place, name, value)})
                                 : Entry{{name.toStdString(), value}};
    for (qsizetype i = place.path.size() - 1; i > level; --i)
        created = Entry{{place.path[i].toStdString(), std::move(created)}};
    return created;
}

} // namespace flaredeck::connect
