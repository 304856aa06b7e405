#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/connect/configfile.h"

#include <QMap>

#include <optional>

namespace flaredeck::connect {

/// What undoing a change needs. Two files in our data directory, closed to others: the record, and
/// the bytes that the client's file had.
struct SetupRecord {
    QString file;
    bool created = false; ///< there was no file before
    QByteArray written;   ///< SHA-256 of what we wrote
    /// The entries that we wrote: their names, and where each leads (leadOf()).
    QMap<QString, QString> entries;
    Millis at = 0;

    bool operator==(const SetupRecord &) const = default;
};

/// Of one client and one file of it. Nothing when there is none, or it cannot be read.
[[nodiscard]] std::optional<SetupRecord> readRecord(const QString &folder, const QString &client,
                                                    const QString &file);
[[nodiscard]] Result<QByteArray> readBackup(const QString &folder, const QString &client,
                                            const QString &file);
/// The backup first, so that no record lacks it.
[[nodiscard]] Result<> saveRecord(const QString &folder, const QString &client,
                                  const SetupRecord &record, const QByteArray &backup);
void removeRecord(const QString &folder, const QString &client, const QString &file);

} // namespace flaredeck::connect
