#pragma once

#include "core/store/audit/audit.h"
#include "core/store/database.h"

#include <functional>

namespace flaredeck::store {

/// The result of checking the whole chain.
struct AuditVerdict {
    struct Break {
        qint64 sequence = 0; ///< the first row that is not as written
        QString problem;     ///< a sentence

        bool operator==(const Break &) const = default;
    };

    qint64 rows = 0;
    Millis first = 0; ///< times of the oldest and the newest row; 0 without rows
    Millis last = 0;
    qint64 dropped = 0; ///< older rows whose drop, for age or number, is recorded
    qint64 head = 0;    ///< number and hash of the newest row: worth noting elsewhere
    QByteArray headHash;
    AuditSeal seal; ///< checking it needs the key; see AuditTrail::check()
    std::optional<Break> broken;
};

/// A client that the trail mentions.
struct AuditParty {
    ClientId id;
    QString name; ///< as of its newest row; may be empty

    bool operator==(const AuditParty &) const = default;
};

/// Reads the audit trail of a vault through its own read-only connection, also while the app runs.
/// Any one thread.
class AuditReader
{
public:
    /// NotFound when there is no vault, or one that has to be upgraded first.
    static Result<AuditReader> open(const QString &vaultFile);

    /// Newest first, numbers below `before` (0 = from the newest); of one client, unless empty.
    [[nodiscard]] Result<QList<AuditRow>> rows(qint64 before, int limit,
                                               const ClientId &client = {});
    /// All clients in the trail, including removed ones, the most recently active first.
    [[nodiscard]] Result<QList<AuditParty>> clients();
    /// Checks the chain from the anchor to the head, in one snapshot: each row follows the one
    /// before it, rows missing at the beginning were dropped by the rules, and every live grant has
    /// its row.
    [[nodiscard]] Result<AuditVerdict> verify();
    /// Passes every row, oldest first, to `write` as a line of JSON without the line end. Stops at
    /// the first error. Broken rows are written as they are.
    Result<> exportLines(const std::function<Result<>(const QByteArray &line)> &write);
    /// Exports to a file that only its owner may read; returns the number of rows. An existing file
    /// is unchanged when something fails.
    Result<qint64> exportTo(const QString &file);

private:
    explicit AuditReader(Database database);
    Result<> inSnapshot(const std::function<Result<>()> &read);

    Database m_database;
};

} // namespace flaredeck::store
