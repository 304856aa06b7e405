#pragma once

#include "core/base/clock.h"
#include "core/base/result.h"
#include "core/connect/configfile.h"

#include <optional>

namespace flaredeck::connect {

/// What undoing a change needs. Two files in our data directory, closed to others: the record, and
/// the bytes that the client's file had.
struct SetupRecord {
    QString file;
    bool created = false; ///< there was no file before
    QByteArray written;   ///< SHA-256 of what we wrote
    QStringList names;    ///< of the entries that we wrote
    Millis at = 0;

    bool operator==(const SetupRecord &) const = default;
};

/// Nothing when there is none, or it cannot be read.
[[nodiscard]] std::optional<SetupRecord> readRecord(const QString &folder, const QString &client);
[[nodiscard]] Result<QByteArray> readBackup(const QString &folder, const QString &client);
/// The backup first, so that no record lacks it.
[[nodiscard]] Result<> saveRecord(const QString &folder, const QString &client,
                                  const SetupRecord &record, const QByteArray &backup);
void removeRecord(const QString &folder, const QString &client);

} // namespace flaredeck::connect
