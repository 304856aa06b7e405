#pragma once

#include "core/service/snapshot.h"

#include <QByteArray>

/// The rules about calls as a JSON file, for another computer or another day.
namespace flaredeck::service::rulefile {

/// What reading a file would do to one rule.
struct Change {
    ClientId client; ///< empty = all
    QString clientName;
    QString subject;
    std::optional<Policy> before; ///< empty = there is no rule
    std::optional<Policy> after;

    bool operator==(const Change &) const = default;
};

struct Reading {
    QList<Change> changes; ///< rules of the file that are not so here
    QList<Change> absent;  ///< rules here that the file does not have; `after` is empty
    QStringList
        strangers; ///< names of clients that are not registered here; their rules are left out
    QStringList unknown; ///< subjects that this version does not know; likewise
};

[[nodiscard]] QByteArray write(const Snapshot &snapshot);
/// Clients are found by id, or else by the name that one of them has. InvalidInput names the place
/// of what is no such file.
[[nodiscard]] Result<Reading> read(const QByteArray &file, const Snapshot &snapshot);

} // namespace flaredeck::service::rulefile
