#pragma once

#include <QByteArray>
#include <QList>
#include <QtEndian>

#include <optional>

/// ZIP archives for tests, with every number that a reader must not trust.
namespace flaredeck::test {

struct ZipFile {
    QByteArray name;
    QByteArray content;
    bool isPacked = true;
    quint16 flags = 0;
    std::optional<quint16> method = {};   ///< what is written in place of the real one
    std::optional<quint32> unpacked = {}; ///< likewise, the size
    std::optional<quint32> crc = {};
    std::optional<quint32> header = {}; ///< likewise, where the local header is
};

inline quint32 crcOf(const QByteArray &content)
{
    quint32 crc = 0xFFFFFFFF;
    for (const char c : content) {
        crc ^= static_cast<unsigned char>(c);
        for (int bit = 0; bit < 8; ++bit)
            crc = crc & 1 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
    }
    return ~crc;
}

template <typename... Numbers>
QByteArray littleEndian(Numbers... numbers)
{
    QByteArray bytes;
    const auto add = [&bytes](auto number) {
        const auto turned = qToLittleEndian(number);
        bytes.append(reinterpret_cast<const char *>(&turned), sizeof turned);
    };
    (add(numbers), ...);
    return bytes;
}

inline QByteArray zipOf(const QList<ZipFile> &files, const QByteArray &comment = {})
{
    constexpr quint16 kVersion = 20;
    constexpr quint16 kNone = 0;
    constexpr quint32 kZero = 0;
    QByteArray archive;
    QByteArray directory;
    for (const ZipFile &file : files) {
        // Four bytes of Qt's and two of zlib's in front, a checksum of four behind.
        const QByteArray nothing("\3\0", 2); // deflated, which qCompress() has no word for
        const QByteArray packed = !file.isPacked ? file.content
                                  : file.content.isEmpty()
                                      ? nothing
                                      : qCompress(file.content).mid(6).chopped(4);
        const auto method = file.method.value_or(quint16(file.isPacked ? 8 : 0));
        const auto start = file.header.value_or(quint32(archive.size()));
        const QByteArray facts = littleEndian(
            file.flags, method, kZero, file.crc.value_or(crcOf(file.content)),
            quint32(packed.size()), file.unpacked.value_or(quint32(file.content.size())),
            quint16(file.name.size()), kNone);
        archive += "PK\3\4" + littleEndian(kVersion) + facts + file.name + packed;
        directory += "PK\1\2" + littleEndian(kVersion, kVersion) + facts +
                     littleEndian(kNone, kNone, kNone, kZero, start) + file.name;
    }
    const auto start = quint32(archive.size());
    const auto count = quint16(files.size());
    return archive + directory + "PK\5\6" +
           littleEndian(kNone, kNone, count, count, quint32(directory.size()), start,
                        quint16(comment.size())) +
           comment;
}

} // namespace flaredeck::test
