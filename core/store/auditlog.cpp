#include "core/store/auditlog.h"

#include "core/base/plaintext.h"
#include "core/store/rows.h"

namespace flaredeck::store {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kLongestName = 120;
constexpr qsizetype kLongestOutcome = 400;
constexpr qsizetype kLongestPath = 1024;

/// Where the chain begins and ends. Without rows both are the same.
struct AuditEnds {
    qint64 anchor = 0;
    qint64 head = 0;
    QByteArray headHash;
};

/// A null QString would be bound as NULL.
QString notNull(const QString &value)
{
    return value.isNull() ? u""_s : value;
}

Result<AuditEnds> readAuditEnds(Database &database)
{
    const auto ends =
        fetchOne(database, u"SELECT anchor_seq, head_seq, head_hash FROM audit_chain"_s, {},
                 [](const QSqlQuery &row) {
                     return AuditEnds{row.value(0).toLongLong(), row.value(1).toLongLong(),
                                      row.value(2).toByteArray()};
                 });
    if (!ends)
        return fail(ends.error());
    if (!*ends)
        return fail(
            Error::Kind::Storage, u"The audit trail has lost its end."_s,
            u"Restore %1 from a backup, or move it away and start anew."_s.arg(database.file()));
    return **ends;
}

/// The row that follows `ends`.
Result<> insertAudit(Database &database, const AuditEvent &event, const AuditEnds &ends, Millis now)
{
    AuditRow row;
    row.sequence = ends.head + 1;
    row.time = now;
    row.event = auditName(event.kind);
    row.client = audit::clean(event.client.value, kLongestName);
    row.clientName = audit::clean(event.clientName, kLongestName);
    row.grant = audit::clean(event.grant.value, kLongestName);
    row.outcome = audit::clean(event.outcome, kLongestOutcome);
    row.program = audit::clean(plaintext::line(event.peer.program), kLongestPath);
    row.pid = event.peer.pid;
    row.count = event.count;
    row.hash = audit::hashOf(row, ends.headHash);
    const auto written = database.run(
        uR"(INSERT INTO audit (seq, time, event, client_id, client_name, grant_id, outcome, program,
                pid, count, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?))"_s,
        {row.sequence, row.time, row.event, notNull(row.client), notNull(row.clientName),
         notNull(row.grant), notNull(row.outcome), notNull(row.program), row.pid, row.count,
         row.hash});
    return written ? Result<>() : fail(written.error());
}

Result<qint64> numberFrom(Database &database, const QString &sql, const QVariantList &values)
{
    const auto number = fetchOne(database, sql, values,
                                 [](const QSqlQuery &row) { return row.value(0).toLongLong(); });
    if (!number)
        return fail(number.error());
    return number->value_or(0);
}

/// The trail says itself what it lost: a row about it first, which the triggers ask for.
Result<> dropAuditUpTo(Database &database, qint64 sequence, AuditPrune::Why why, Millis now)
{
    const Result<AuditEnds> ends = readAuditEnds(database);
    if (!ends)
        return fail(ends.error());
    const Result<Millis> until =
        numberFrom(database, u"SELECT max(time) FROM audit WHERE seq <= ?"_s, {sequence});
    if (!until)
        return fail(until.error());
    const AuditEvent event{.kind = AuditKind::Pruned,
                           .outcome = audit::pruneInWords({sequence, *until, why}),
                           .count = sequence - ends->anchor};
    if (const Result<> told = insertAudit(database, event, *ends, now); !told)
        return told;
    const auto anchored = database.run(
        u"UPDATE audit_chain SET anchor_seq = ?, anchor_hash = (SELECT hash FROM audit WHERE seq = ?)"_s,
        {sequence, sequence});
    if (!anchored)
        return fail(anchored.error());
    const auto dropped = database.run(u"DELETE FROM audit WHERE seq <= ?"_s, {sequence});
    return dropped ? Result<>() : fail(dropped.error());
}

} // namespace

QStringList auditlog::tables()
{
    const char *const statements[] = {
        R"(CREATE TABLE audit (
            seq INTEGER PRIMARY KEY NOT NULL,
            time INTEGER NOT NULL,
            event TEXT NOT NULL,
            client_id TEXT NOT NULL,
            client_name TEXT NOT NULL,
            grant_id TEXT NOT NULL,
            outcome TEXT NOT NULL,
            program TEXT NOT NULL,
            pid INTEGER NOT NULL,
            count INTEGER NOT NULL,
            hash BLOB NOT NULL
        ) STRICT)",
        // The last row that was dropped, and the newest: without the latter, rows could be cut off
        // at the end without a trace.
        R"(CREATE TABLE audit_chain (
            id INTEGER PRIMARY KEY NOT NULL CHECK (id = 0),
            anchor_seq INTEGER NOT NULL,
            anchor_hash BLOB NOT NULL,
            head_seq INTEGER NOT NULL,
            head_hash BLOB NOT NULL
        ) STRICT)",
        "INSERT INTO audit_chain VALUES (0, 0, zeroblob(32), 0, zeroblob(32))",

        R"(CREATE TRIGGER audit_appends BEFORE INSERT ON audit
            WHEN NEW.seq IS NOT (SELECT head_seq + 1 FROM audit_chain)
            BEGIN SELECT RAISE(ABORT, 'the audit trail only grows at its end'); END)",
        R"(CREATE TRIGGER audit_moves_head AFTER INSERT ON audit
            BEGIN UPDATE audit_chain SET head_seq = NEW.seq, head_hash = NEW.hash; END)",
        R"(CREATE TRIGGER audit_never_changes BEFORE UPDATE ON audit
            BEGIN SELECT RAISE(ABORT, 'the audit trail never changes'); END)",
        R"(CREATE TRIGGER audit_drops_what_is_anchored BEFORE DELETE ON audit
            WHEN OLD.seq > (SELECT anchor_seq FROM audit_chain)
            BEGIN SELECT RAISE(ABORT, 'the audit trail only loses its oldest rows'); END)",
        // The beginning of the trail moves only to where its newest row says so.
        R"(CREATE TRIGGER audit_chain_moves_forward BEFORE UPDATE ON audit_chain
            WHEN NEW.id <> OLD.id
                OR NEW.anchor_seq < OLD.anchor_seq OR NEW.head_seq < OLD.head_seq
                OR ((NEW.anchor_seq > OLD.anchor_seq OR NEW.anchor_hash <> OLD.anchor_hash)
                    AND NOT EXISTS (SELECT 1 FROM audit
                                    WHERE seq = NEW.anchor_seq AND hash = NEW.anchor_hash))
                OR (NEW.anchor_seq > OLD.anchor_seq
                    AND NOT EXISTS (SELECT 1 FROM audit
                                    WHERE seq = OLD.head_seq AND seq > NEW.anchor_seq
                                        AND event = 'pruned' AND outcome LIKE
                                        'Rows up to ' || NEW.anchor_seq || ' were dropped %'))
                OR ((NEW.head_seq > OLD.head_seq OR NEW.head_hash <> OLD.head_hash)
                    AND NOT EXISTS (SELECT 1 FROM audit
                                    WHERE seq = NEW.head_seq AND hash = NEW.head_hash))
            BEGIN SELECT RAISE(ABORT, 'the ends of the audit trail follow its rows'); END)",
        R"(CREATE TRIGGER audit_chain_stays BEFORE DELETE ON audit_chain
            BEGIN SELECT RAISE(ABORT, 'the audit trail keeps its ends'); END)",
        R"(CREATE TRIGGER audit_chain_is_one BEFORE INSERT ON audit_chain
            BEGIN SELECT RAISE(ABORT, 'the audit trail has one chain'); END)",
    };
    QStringList all;
    for (const char *statement : statements)
        all << QString::fromLatin1(statement);
    return all;
}

Result<> auditlog::append(Database &database, const AuditEvent &event, Millis now)
{
    const Result<AuditEnds> ends = readAuditEnds(database);
    if (!ends)
        return fail(ends.error());
    if (const Result<> written = insertAudit(database, event, *ends, now); !written)
        return written;
    const qint64 head = ends->head + 1;
    if (head - ends->anchor <= audit::kMostRows)
        return {};
    return dropAuditUpTo(database, head - audit::kMostRows + audit::kPrunedAtOnce,
                         AuditPrune::Why::Number, now);
}

Result<> auditlog::pruneOld(Database &database, Millis oldBefore, Millis now)
{
    const Result<qint64> overdue =
        numberFrom(database, u"SELECT seq FROM audit WHERE time < ? ORDER BY seq LIMIT 1"_s,
                   {oldBefore - audit::kPrunedEvery});
    const Result<AuditEnds> ends = readAuditEnds(database);
    if (!overdue || !ends)
        return fail(overdue ? ends.error() : overdue.error());
    if (*overdue != ends->anchor + 1)
        return {};
    const Result<qint64> young = numberFrom(
        database, u"SELECT seq FROM audit WHERE time >= ? ORDER BY seq LIMIT 1"_s, {oldBefore});
    if (!young)
        return fail(young.error());
    return dropAuditUpTo(database, *young > 0 ? *young - 1 : ends->head, AuditPrune::Why::Age, now);
}

} // namespace flaredeck::store
