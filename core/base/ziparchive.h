#pragma once

#include "core/base/result.h"

#include <QByteArray>
#include <QStringList>

#include <vector>

namespace flaredeck {

/// A ZIP archive in memory, for reading (PKWARE APPNOTE 6.3.10): files that are stored or deflated.
/// Encryption, several volumes and ZIP64 are refused. Nothing that an archive says about itself is
/// trusted: no more is unpacked than a caller allows, and every place is checked to be inside.
class ZipArchive
{
public:
    static constexpr int kMostEntries = 10'000;

    /// Upstream when these bytes are no archive that can be read.
    [[nodiscard]] static Result<ZipArchive> open(QByteArray bytes);

    /// The paths of the files, in the archive's order, without folders.
    [[nodiscard]] QStringList files() const;

    /// The content of a file of at most `most` bytes. NotFound when there is no such path,
    /// InvalidInput when it is longer or encrypted, Upstream when it is damaged.
    [[nodiscard]] Result<QByteArray> read(const QString &path, qsizetype most) const;

private:
    struct Entry {
        QString path;
        quint16 flags = 0;
        quint16 method = 0;
        quint32 crc = 0;
        quint32 packed = 0;   ///< bytes in the archive
        quint32 unpacked = 0; ///< bytes of the file
        quint32 header = 0;   ///< where its local header is
    };

    [[nodiscard]] Result<QByteArray> unpack(const Entry &entry) const;

    QByteArray m_bytes;
    std::vector<Entry> m_entries;
};

} // namespace flaredeck
