#include "core/connect/yamlnode.h"

#include "core/connect/textedit.h"

#include <QRegularExpression>

namespace flaredeck::connect {

using namespace Qt::StringLiterals;

ByteOffsets::ByteOffsets(const QByteArray &file)
    : m_file(file)
{
    std::size_t characters = 0;
    for (qsizetype i = textStart(file); i < file.size(); ++i) {
        if (isContinued(i))
            continue;
        if (characters++ % kStep == 0)
            m_known.push_back(i);
    }
}

qsizetype ByteOffsets::at(std::size_t character) const
{
    if (character / kStep >= m_known.size())
        return m_file.size();
    qsizetype byte = m_known[character / kStep];
    for (std::size_t left = character % kStep; left > 0 && byte < m_file.size(); --left) {
        do
            ++byte;
        while (byte < m_file.size() && isContinued(byte));
    }
    return byte;
}

Entry resolved(const YamlNode &node)
{
    if (!node.isPlain || !node.tag.isEmpty())
        return node.text;
    static const QRegularExpression kInteger(u"\\A[-+]?[0-9]+\\z"_s);
    static const QRegularExpression kBased(u"\\A0(x[0-9a-fA-F]+|o[0-7]+)\\z"_s);
    static const QRegularExpression kFloat(
        u"\\A[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?\\z"_s);
    const QByteArray bytes = QByteArray::fromStdString(node.text);
    const QByteArray lower = bytes.toLower();
    const bool isCased =
        bytes == lower || bytes == bytes.toUpper() || bytes.sliced(1) == lower.sliced(1);
    if (bytes.isEmpty() || bytes == "~" || (isCased && lower == "null"))
        return nullptr;
    if (isCased && (lower == "true" || lower == "false"))
        return lower == "true";
    if (bytes.size() > 64)
        return node.text;
    const QString text = QString::fromUtf8(bytes);
    bool isInteger = false;
    qint64 integer = 0;
    if (kInteger.match(text).hasMatch())
        integer = bytes.toLongLong(&isInteger, 10);
    else if (kBased.match(text).hasMatch())
        integer = bytes.sliced(2).toLongLong(&isInteger, bytes[1] == 'x' ? 16 : 8);
    if (isInteger)
        return integer;
    if (kFloat.match(text).hasMatch())
        return bytes.toDouble();
    return node.text;
}

std::optional<qsizetype> findOddLineBreak(const QByteArray &file)
{
    for (qsizetype at = file.indexOf('\r'); at >= 0; at = file.indexOf('\r', at + 1)) {
        if (at + 1 == file.size() || file[at + 1] != '\n')
            return at;
    }
    for (const char *text : {"\xc2\x85", "\xe2\x80\xa8", "\xe2\x80\xa9"}) {
        if (const qsizetype at = file.indexOf(text); at >= 0)
            return at;
    }
    return std::nullopt;
}

} // namespace flaredeck::connect
