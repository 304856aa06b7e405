#pragma once

#include "core/store/audit/audit.h"
#include "core/store/database.h"

#include <functional>

namespace flaredeck::store {

/// What a walk along the whole chain has shown.
struct AuditVerdict {
    struct Break {
        qint64 sequence = 0; ///< the first row that is not as it was written
        QString problem;     ///< a sentence

        bool operator==(const Break &) const = default;
    };

    qint64 rows = 0;
    Millis first = 0; ///< times of the oldest and the newest row; 0 without rows
    Millis last = 0;
    qint64 dropped = 0; ///< older rows that were dropped for their age or number, and told of
    qint64 head = 0;    ///< number and hash of the newest row: worth noting elsewhere
    QByteArray headHash;
    AuditSeal seal; ///< to be checked by whoever has the key; see AuditTrail::check()
    std::optional<Break> broken;
};

/// A client that the trail tells of.
struct AuditParty {
    ClientId id;
    QString name; ///< as of its newest row; may be empty

    bool operator==(const AuditParty &) const = default;
};

/// Reads the audit trail of a vault through a read-only connection of its own, also while the app
/// runs. Any one thread.
class AuditReader
{
public:
    /// NotFound when there is no vault.
    static Result<AuditReader> open(const QString &vaultFile);

    /// Newest first, numbers below `before` (0 = from the newest); of one client, unless empty.
    [[nodiscard]] Result<QList<AuditRow>> rows(qint64 before, int limit,
                                               const ClientId &client = {});
    /// Whom the trail tells of, forgotten ones too; whoever did something last comes first.
    [[nodiscard]] Result<QList<AuditParty>> clients();
    /// Walks along the chain from the anchor to the head, in one snapshot: that each row follows
    /// the one before it, that what is missing at the beginning was dropped by rule, and that no
    /// access came from nowhere.
    [[nodiscard]] Result<AuditVerdict> verify();
    /// Every row, oldest first, as a line of JSON without its end. Stops at the first error of
    /// `write`. Broken rows are told as they are.
    Result<> exportLines(const std::function<Result<>(const QByteArray &line)> &write);
    /// The same into a file that only its owner may read; returns how many. An existing file stays
    /// as it is when something fails.
    Result<qint64> exportTo(const QString &file);

private:
    explicit AuditReader(Database database);
    Result<> inSnapshot(const std::function<Result<>()> &read);

    Database m_database;
};

} // namespace flaredeck::store
