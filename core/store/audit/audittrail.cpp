#include "core/store/audit/audittrail.h"

#include "core/base/crypto.h"
#include "core/base/plaintext.h"

#include <algorithm>

namespace flaredeck::store {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kLongestName = 120;
constexpr qsizetype kLongestOutcome = 400;
constexpr qsizetype kLongestPath = 1024;

/// Stored instead of a seal once another program has written to the trail.
const QByteArray kNoLongerOurs = "broken";

const Layout<AuditSeal> &sealLayout()
{
    using C = Column<AuditSeal>;
    static const Layout<AuditSeal> rows(
        "audit_seal", {C::of<&AuditSeal::sequence>("seq"), C::of<&AuditSeal::mac>("mac")}, "only",
        "only INT NOT NULL UNIQUE DEFAULT 1 CHECK (only = 1)");
    return rows;
}

} // namespace

AuditTrail::AuditTrail(Database &database, const Clock &clock)
    : m_database(database)
    , m_clock(clock)
    , m_rows(database, layout())
    , m_seal(database, sealLayout())
{
}

const Layout<AuditRow> &AuditTrail::layout()
{
    using C = Column<AuditRow>;
    static const Layout<AuditRow> rows(
        "audit",
        {C::of<&AuditRow::sequence>("seq", "PRIMARY KEY"), C::of<&AuditRow::time>("time"),
         C::of<&AuditRow::event>("event"), C::of<&AuditRow::client>("client_id"),
         C::of<&AuditRow::clientName>("client_name"), C::of<&AuditRow::grant>("grant_id"),
         C::of<&AuditRow::outcome>("outcome"), C::of<&AuditRow::program>("program"),
         C::of<&AuditRow::pid>("pid"), C::of<&AuditRow::count>("count"),
         C::of<&AuditRow::hash>("hash")},
        "seq");
    return rows;
}

QStringList AuditTrail::create()
{
    const char *const statements[] = {
        // The last dropped row and the newest row: without the newest, rows could be removed at the
        // end without a trace.
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
        // The beginning of the trail can only move to where its newest row says.
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
    QStringList all = layout().create() + sealLayout().create();
    for (const char *statement : statements)
        all << QString::fromLatin1(statement);
    return all;
}

Result<> AuditTrail::record(const AuditEvent &event)
{
    return transaction([&] { return append(event); });
}

void AuditTrail::note(const AuditEvent &event)
{
    if (const auto first = m_notes.take(event, m_clock.monotonic()))
        writeNoted({*first});
    notifyListener();
}

void AuditTrail::writeNotes(bool all)
{
    writeNoted(all ? m_notes.takeAll() : m_notes.due(m_clock.monotonic()));
}

std::optional<Millis> AuditTrail::notesDueIn() const
{
    const auto due = m_notes.nextDue();
    return due ? std::optional(std::max<Millis>(0, *due - m_clock.monotonic())) : std::nullopt;
}

void AuditTrail::setListener(std::function<void()> listener)
{
    m_listener = std::move(listener);
}

void AuditTrail::unlock(Secret key)
{
    const Result<AuditSeal> seal = readSeal(m_database);
    const Result<Ends> known = ends();
    m_key = std::move(key);
    m_isSealed = seal && known && fits(*seal);
    if (!m_isSealed) {
        qCCritical(lcStore) << "The audit trail is not the one that was sealed";
        return;
    }
    m_ours = *known;
    if (seal->sequence == known->head)
        return;
    const Result<> renewed = transaction([this]() -> Result<> {
        sealWith(m_key.copy());
        return {};
    });
    if (!renewed) // the next row retries
        qCWarning(lcStore).noquote() << renewed.error().text();
}

SealState AuditTrail::check(const AuditSeal &seal) const
{
    if (m_key.isEmpty())
        return seal.mac.isEmpty() ? SealState::None : SealState::Unchecked;
    return m_isSealed && fits(seal) && seal.head <= m_ours.head ? SealState::Intact
                                                                : SealState::Broken;
}

bool AuditTrail::fits(const AuditSeal &seal) const
{
    return !seal.hash.isEmpty() &&
           crypto::equalInConstantTime(audit::macOf(m_key, seal.sequence, seal.hash), seal.mac);
}

Result<AuditSeal> AuditTrail::readSeal(Database &database)
{
    const auto seal =
        fetchOne(database,
                 u"SELECT s.seq, s.mac, CASE s.seq WHEN c.anchor_seq THEN c.anchor_hash "
                 "ELSE (SELECT hash FROM audit WHERE seq = s.seq) END, c.head_seq "
                 "FROM audit_chain c LEFT JOIN audit_seal s"_s,
                 {}, [](const QSqlQuery &row) {
                     return AuditSeal{row.value(0).toLongLong(), row.value(1).toByteArray(),
                                      row.value(2).toByteArray(), row.value(3).toLongLong()};
                 });
    if (!seal)
        return fail(seal.error());
    return seal->value_or(AuditSeal());
}

Result<> AuditTrail::transaction(const std::function<Result<>()> &work)
{
    m_appended = false;
    m_nextKey = {};
    const bool wasSealed = m_isSealed;
    Ends newest = m_ours;
    const Result<> done = m_database.transaction([&]() -> Result<> {
        if (const Result<> worked = work(); !worked)
            return worked;
        const bool isDue = !m_nextKey.isEmpty() || (m_appended && wasSealed);
        return isDue ? renewSeal(newest) : Result<>();
    });
    if (!done)
        return done;
    m_ours = newest;
    if (!m_nextKey.isEmpty()) {
        m_key = std::move(m_nextKey);
        m_isSealed = true;
    }
    if (m_appended)
        notifyListener();
    return {};
}

Result<> AuditTrail::renewSeal(Ends &newest)
{
    const Result<Ends> known = ends();
    if (!known)
        return fail(known.error());
    newest = *known;
    const bool isNew = !m_nextKey.isEmpty();
    return m_seal.save(
        {known->head, isNew || m_isSealed
                          ? audit::macOf(isNew ? m_nextKey : m_key, known->head, known->headHash)
                          : kNoLongerOurs});
}

Result<> AuditTrail::append(AuditEvent event)
{
    if (const Result<> named = nameParties(event); !named)
        return named;
    const Result<Ends> known = ends();
    if (!known)
        return fail(known.error());
    if (const Result<> written = insert(event, *known); !written)
        return written;
    const qint64 head = known->head + 1;
    if (head - known->anchor <= audit::kMostRows)
        return {};
    return dropUpTo(head - audit::kMostRows + audit::kPrunedAtOnce, AuditPrune::Why::Number);
}

Result<> AuditTrail::appendRevoked(const QString &which, const QVariantList &values,
                                   const QString &reason)
{
    const auto ending = fetchAll(
        m_database,
        u"SELECT g.id FROM grants g WHERE g.revoked_at = 0 AND %1 ORDER BY g.created_at, g.id"_s
            .arg(which),
        values, firstColumn<GrantId>);
    if (!ending)
        return fail(ending.error());
    for (const GrantId &id : *ending) {
        const Result<> recorded =
            append({.kind = AuditKind::Revoked, .grant = id, .outcome = reason});
        if (!recorded)
            return recorded;
    }
    return {};
}

Result<> AuditTrail::drop(Millis oldBefore)
{
    const auto overdue =
        fetchOne(m_database, u"SELECT seq FROM audit WHERE time < ? ORDER BY seq LIMIT 1"_s,
                 {oldBefore - audit::kPrunedEvery}, firstColumn<qint64>);
    const Result<Ends> known = ends();
    if (!overdue || !known)
        return fail(overdue ? known.error() : overdue.error());
    if (*overdue != known->anchor + 1)
        return {};
    const auto young =
        fetchOne(m_database, u"SELECT seq FROM audit WHERE time >= ? ORDER BY seq LIMIT 1"_s,
                 {oldBefore}, firstColumn<qint64>);
    if (!young)
        return fail(young.error());
    return dropUpTo(*young ? **young - 1 : known->head, AuditPrune::Why::Age);
}

Result<AuditTrail::Ends> AuditTrail::ends()
{
    const auto known =
        fetchOne(m_database, u"SELECT anchor_seq, head_seq, head_hash FROM audit_chain"_s, {},
                 [](const QSqlQuery &row) {
                     return Ends{row.value(0).toLongLong(), row.value(1).toLongLong(),
                                 row.value(2).toByteArray()};
                 });
    if (!known)
        return fail(known.error());
    if (!*known)
        return fail(
            Error::Kind::Storage, u"The audit trail has lost its end."_s,
            u"Restore %1 from a backup, or move it away and start anew."_s.arg(m_database.file()));
    return **known;
}

/// Inserts the row that follows `known`.
Result<> AuditTrail::insert(const AuditEvent &event, const Ends &known)
{
    if (m_isSealed && !m_appended &&
        (known.head != m_ours.head || known.headHash != m_ours.headHash)) {
        m_isSealed = false;
        qCCritical(lcStore) << "Somebody else wrote to the audit trail";
    }
    m_appended = true;
    AuditRow row;
    row.sequence = known.head + 1;
    row.time = m_clock.now();
    row.event = auditName(event.kind);
    row.client = audit::clean(event.client.value, kLongestName);
    row.clientName = audit::clean(event.clientName, kLongestName);
    row.grant = audit::clean(event.grant.value, kLongestName);
    row.outcome = audit::clean(event.outcome, kLongestOutcome);
    row.program = audit::clean(plaintext::line(event.peer.program), kLongestPath);
    row.pid = event.peer.pid;
    row.count = event.count;
    row.hash = audit::hashOf(row, known.headHash);
    return m_rows.insert(row);
}

/// Records the drop in the trail first, which the triggers require, and then deletes the rows.
Result<> AuditTrail::dropUpTo(qint64 sequence, AuditPrune::Why why)
{
    const Result<Ends> known = ends();
    if (!known)
        return fail(known.error());
    const auto until = fetchOne(m_database, u"SELECT max(time) FROM audit WHERE seq <= ?"_s,
                                {sequence}, firstColumn<Millis>);
    if (!until)
        return fail(until.error());
    const AuditEvent event{.kind = AuditKind::Pruned,
                           .outcome = audit::pruneInWords({sequence, until->value_or(0), why}),
                           .count = sequence - known->anchor};
    if (const Result<> recorded = insert(event, *known); !recorded)
        return recorded;
    if (const Result<> anchored =
            m_database.change(u"UPDATE audit_chain SET anchor_seq = ?, "
                              "anchor_hash = (SELECT hash FROM audit WHERE seq = ?)"_s,
                              {sequence, sequence});
        !anchored)
        return anchored;
    return m_database.change(u"DELETE FROM audit WHERE seq <= ?"_s, {sequence});
}

Result<> AuditTrail::nameParties(AuditEvent &event)
{
    if (event.client.isEmpty() && !event.grant.isEmpty()) {
        const auto client = fetchOne(m_database, u"SELECT client_id FROM grants WHERE id = ?"_s,
                                     {event.grant.value}, firstColumn<ClientId>);
        if (!client)
            return fail(client.error());
        event.client = client->value_or(ClientId());
    }
    if (event.clientName.isEmpty() && !event.client.isEmpty()) {
        const auto name = fetchOne(m_database, u"SELECT name FROM clients WHERE id = ?"_s,
                                   {event.client.value}, firstColumn<QString>);
        if (!name)
            return fail(name.error());
        event.clientName = name->value_or(QString());
    }
    return {};
}

void AuditTrail::writeNoted(const QList<AuditEvent> &events)
{
    if (events.isEmpty())
        return;
    const Result<> written = transaction([&]() -> Result<> {
        for (const AuditEvent &event : events) {
            if (const Result<> recorded = append(event); !recorded)
                return recorded;
        }
        return {};
    });
    if (!written)
        qCCritical(lcStore).noquote()
            << "An event is missing in the audit trail:" << written.error().text();
}

void AuditTrail::notifyListener() const
{
    if (m_listener)
        m_listener();
}

} // namespace flaredeck::store
