#include "core/base/ziparchive.h"

#include <QStringDecoder>
#include <QtEndian>

#include <zlib.h>

#include <algorithm>

namespace flaredeck {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qsizetype kEndSize = 22;
constexpr qsizetype kCentralSize = 46;
constexpr qsizetype kLocalSize = 30;
constexpr qsizetype kMostComment = 0xFFFF;
constexpr quint32 kEndMark = 0x06054B50;
constexpr quint32 kCentralMark = 0x02014B50;
constexpr quint32 kLocalMark = 0x04034B50;
constexpr quint16 kEncrypted = 0x0001;
constexpr quint16 kStored = 0;
constexpr quint16 kDeflated = 8;

/// Numbers are little-endian. `at` must be checked to lie inside.
template <typename Number>
Number number(const QByteArray &bytes, qsizetype at)
{
    return qFromLittleEndian<Number>(bytes.constData() + at);
}

/// Whether `size` bytes from `from` on are there. No sum, so nothing overflows.
bool isInside(const QByteArray &bytes, qsizetype from, qsizetype size)
{
    return from >= 0 && size >= 0 && from <= bytes.size() && size <= bytes.size() - from;
}

tl::unexpected<Error> damaged(const QString &what)
{
    return fail(Error::Kind::Upstream, u"The archive cannot be read: %1."_s.arg(what),
                u"Have it made again."_s);
}

/// The end record is the last thing in the file but for a comment. -1: there is none.
qsizetype findEnd(const QByteArray &bytes)
{
    const qsizetype first = std::max<qsizetype>(0, bytes.size() - kEndSize - kMostComment);
    for (qsizetype at = bytes.size() - kEndSize; at >= first; --at) {
        if (number<quint32>(bytes, at) == kEndMark &&
            at + kEndSize + number<quint16>(bytes, at + 20) == bytes.size())
            return at;
    }
    return -1;
}

/// Old writers use another character set, which only a person could tell.
QString nameFrom(const QByteArray &bytes)
{
    QStringDecoder utf8(QStringDecoder::Utf8, QStringConverter::Flag::Stateless);
    const QString name = utf8(bytes);
    return utf8.hasError() ? QString::fromLatin1(bytes) : name;
}

/// A raw deflate stream that must fill the output exactly. False when it does not.
bool inflateInto(QByteArray &out, const QByteArray &packed)
{
    z_stream stream{};
    if (inflateInit2(&stream, -MAX_WBITS) != Z_OK)
        return false;
    // zlib does not write to its input, but says so only when it is compiled with ZLIB_CONST.
    stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(packed.constData()));
    stream.avail_in = static_cast<uInt>(packed.size());
    // One byte more than the file should have, so that a longer one is noticed.
    const qsizetype size = out.size();
    out.resize(size + 1);
    stream.next_out = reinterpret_cast<Bytef *>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int ended = inflate(&stream, Z_FINISH);
    const bool fits = ended == Z_STREAM_END && stream.total_out == static_cast<uLong>(size);
    inflateEnd(&stream);
    out.resize(size);
    return fits;
}

} // namespace

Result<ZipArchive> ZipArchive::open(QByteArray bytes)
{
    const qsizetype end = findEnd(bytes);
    if (end < 0)
        return damaged(u"it is no ZIP archive, or is cut off"_s);
    const auto disk = number<quint16>(bytes, end + 4);
    const auto count = number<quint16>(bytes, end + 10);
    const auto start = number<quint32>(bytes, end + 16);
    if (disk != 0 || count == 0xFFFF || start == 0xFFFFFFFF)
        return damaged(u"it is of several parts, or a ZIP64"_s);
    if (count > kMostEntries)
        return damaged(u"it has more than %1 entries"_s.arg(kMostEntries));

    ZipArchive archive;
    qsizetype at = start;
    for (int i = 0; i < count; ++i) {
        if (!isInside(bytes, at, kCentralSize) || number<quint32>(bytes, at) != kCentralMark)
            return damaged(u"its directory is damaged"_s);
        const qsizetype name = number<quint16>(bytes, at + 28);
        const qsizetype behind =
            qsizetype(number<quint16>(bytes, at + 30)) + number<quint16>(bytes, at + 32);
        if (!isInside(bytes, at + kCentralSize, name + behind))
            return damaged(u"its directory is damaged"_s);
        archive.m_entries.push_back(
            {nameFrom(bytes.mid(at + kCentralSize, name)), number<quint16>(bytes, at + 8),
             number<quint16>(bytes, at + 10), number<quint32>(bytes, at + 16),
             number<quint32>(bytes, at + 20), number<quint32>(bytes, at + 24),
             number<quint32>(bytes, at + 42)});
        at += kCentralSize + name + behind;
    }
    archive.m_bytes = std::move(bytes);
    return archive;
}

QStringList ZipArchive::files() const
{
    QStringList paths;
    for (const Entry &entry : m_entries) {
        if (!entry.path.endsWith(u'/'))
            paths << entry.path;
    }
    return paths;
}

Result<QByteArray> ZipArchive::read(const QString &path, qsizetype most) const
{
    const auto found = std::find_if(m_entries.begin(), m_entries.end(),
                                    [&path](const Entry &entry) { return entry.path == path; });
    if (found == m_entries.end() || path.endsWith(u'/'))
        return fail(Error::Kind::NotFound, u"There is no file %1 in the archive."_s.arg(path),
                    u"Use a path that the archive has."_s);
    if (found->unpacked > static_cast<quint64>(most)) {
        return fail(Error::Kind::InvalidInput,
                    u"%1 is too long to read: %2 bytes, and at most %3 are read."_s.arg(
                        path, QString::number(found->unpacked), QString::number(most)),
                    u"Read another file, or look at it where the archive came from."_s);
    }
    if (found->flags & kEncrypted)
        return fail(Error::Kind::InvalidInput, u"%1 is encrypted."_s.arg(path),
                    u"Read another file."_s);
    return unpack(*found);
}

Result<QByteArray> ZipArchive::unpack(const Entry &entry) const
{
    const QString words = u"the file %1 in it is damaged"_s.arg(entry.path);
    const qsizetype header = entry.header;
    if (!isInside(m_bytes, header, kLocalSize) || number<quint32>(m_bytes, header) != kLocalMark)
        return damaged(words);
    const qsizetype data = header + kLocalSize + number<quint16>(m_bytes, header + 26) +
                           number<quint16>(m_bytes, header + 28);
    if (!isInside(m_bytes, data, entry.packed))
        return damaged(words);
    const QByteArray packed = m_bytes.mid(data, entry.packed);

    QByteArray content;
    if (entry.method == kStored) {
        content = packed;
        if (entry.packed != entry.unpacked)
            return damaged(words);
    } else if (entry.method == kDeflated) {
        content.resize(static_cast<qsizetype>(entry.unpacked));
        if (!inflateInto(content, packed))
            return damaged(words);
    } else {
        return damaged(u"the file %1 in it is packed in an unknown way"_s.arg(entry.path));
    }
    const auto sum = crc32(0, reinterpret_cast<const Bytef *>(content.constData()),
                           static_cast<uInt>(content.size()));
    if (sum != entry.crc)
        return damaged(words);
    return content;
}

} // namespace flaredeck
