#include "core/store/audit/auditreader.h"

#include "core/base/ownfile.h"
#include "core/store/audit/audittrail.h"
#include "core/store/vault/vault.h"

#include <QDir>
#include <QFileInfo>
#include <QSaveFile>

#include <limits>

namespace flaredeck::store {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kShownName = 60;

AuditRow readAuditRow(const QSqlQuery &row)
{
    return AuditTrail::layout().read(row);
}

struct AuditChain {
    qint64 anchor = 0;
    QByteArray anchorHash;
    qint64 head = 0;
    QByteArray headHash;
    bool isLost = false; ///< the record of where the trail begins and ends is missing
};

Result<AuditChain> readAuditChain(Database &database)
{
    const auto chain = fetchOne(
        database, u"SELECT anchor_seq, anchor_hash, head_seq, head_hash FROM audit_chain"_s, {},
        [](const QSqlQuery &row) {
            return AuditChain{row.value(0).toLongLong(), row.value(1).toByteArray(),
                              row.value(2).toLongLong(), row.value(3).toByteArray()};
        });
    if (!chain)
        return fail(chain.error());
    return chain->value_or(AuditChain{0, audit::genesis(), 0, audit::genesis(), true});
}

QString missing(qint64 from, qint64 to)
{
    return from == to ? u"Row %1 is missing."_s.arg(from)
                      : u"Rows %1 to %2 are missing."_s.arg(from).arg(to);
}

/// Follows the chain row by row until it breaks.
class AuditWalk
{
public:
    explicit AuditWalk(const AuditChain &chain)
        : m_chain(chain)
        , m_sequence(chain.anchor)
        , m_hash(chain.anchorHash)
    {
        m_verdict.dropped = chain.anchor;
        m_verdict.head = chain.head;
        m_verdict.headHash = chain.headHash;
    }

    void step(const AuditRow &row)
    {
        if (m_verdict.rows++ == 0)
            m_verdict.first = row.time;
        m_verdict.last = row.time;
        if (row.sequence > m_sequence + 1)
            breakAt(m_sequence + 1, missing(m_sequence + 1, row.sequence - 1));
        else if (row.sequence <= m_sequence)
            breakAt(row.sequence, u"Row %1 stands before the beginning."_s.arg(row.sequence));
        else if (audit::hashOf(row, m_hash) != row.hash)
            breakAt(
                row.sequence,
                u"Row %1 is not as it was written, or it did not follow the row before it."_s.arg(
                    row.sequence));
        else if (row.event == auditName(AuditKind::Pruned))
            stepOverDrop(row);
        m_sequence = row.sequence;
        m_hash = row.hash;
    }

    AuditVerdict end()
    {
        if (m_chain.anchor > m_dropped)
            breakAt(m_dropped + 1, missing(m_dropped + 1, m_chain.anchor) +
                                       u" No row says that they were dropped."_s);
        else if (m_chain.anchor < m_dropped)
            breakAt(m_chain.anchor + 1,
                    u"Rows are told to be dropped that stand where they stood."_s);
        if (m_sequence < m_chain.head)
            breakAt(m_sequence + 1, missing(m_sequence + 1, m_chain.head));
        else if (m_sequence > m_chain.head || m_hash != m_chain.headHash)
            breakAt(m_sequence, u"Row %1 is not the one that was written last."_s.arg(m_sequence));
        if (m_chain.isLost)
            breakAt(m_sequence + 1, u"The record of where the trail begins and ends is missing."_s);
        return m_verdict;
    }

    /// Rows older than this may have been dropped by the rules.
    [[nodiscard]] Millis completeFrom() const { return m_completeFrom; }

private:
    void stepOverDrop(const AuditRow &row)
    {
        const auto prune = audit::allowedPrune(row);
        if (!prune || prune->upTo < m_dropped)
            return breakAt(row.sequence,
                           u"Row %1 tells of a drop that no rule allows."_s.arg(row.sequence));
        m_dropped = prune->upTo;
        m_completeFrom = std::max(m_completeFrom, prune->until);
    }

    void breakAt(qint64 sequence, const QString &problem)
    {
        if (!m_verdict.broken)
            m_verdict.broken = AuditVerdict::Break{sequence, problem};
    }

    const AuditChain m_chain;
    qint64 m_sequence;
    QByteArray m_hash;
    qint64 m_dropped = 0; ///< the newest row that the trail records as dropped
    Millis m_completeFrom = 0;
    AuditVerdict m_verdict;
};

/// Finds what cannot exist without a row of the trail. Returns a sentence about the first find,
/// else an empty text.
Result<QString> findUnrecorded(Database &database, Millis completeFrom)
{
    const auto guards = fetchOne(
        database,
        u"SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name GLOB 'audit_*'"_s, {},
        firstColumn<int>);
    if (!guards)
        return fail(guards.error());
    if (guards->value_or(0) < AuditTrail::kTriggers)
        return u"What keeps the trail from being changed was taken out of the vault."_s;
    // Each grant begins with a row in the trail.
    const auto unrecorded = fetchOne(
        database,
        u"SELECT coalesce(nullif(c.name, ''), g.client_id) FROM grants g "
        "JOIN clients c ON c.id = g.client_id WHERE g.revoked_at = 0 AND g.created_at > ? "
        "AND g.id NOT IN (SELECT grant_id FROM audit WHERE event IN "
        "('consented', 'consented_silently', 'stepped_up')) ORDER BY g.created_at LIMIT 1"_s,
        {completeFrom}, firstColumn<QString>);
    if (!unrecorded)
        return fail(unrecorded.error());
    if (!*unrecorded)
        return QString();
    return u"The row that tells how %1 was given access is missing."_s.arg(
        audit::clean(**unrecorded, kShownName));
}

/// Visits every row, oldest first, one at a time, so that the whole trail is never in memory.
Result<> eachAuditRow(Database &database, const std::function<Result<>(const AuditRow &)> &visit)
{
    const auto query = database.run(AuditTrail::layout().select() + u"ORDER BY seq"_s);
    if (!query)
        return fail(query.error());
    Result<> done;
    while (done && (*query)->next())
        done = visit(readAuditRow(**query));
    const QSqlError error = (*query)->lastError();
    (*query)->finish();
    if (done && error.isValid())
        return fail(sqliteError(database.file(), error));
    return done;
}

} // namespace

AuditReader::AuditReader(Database database)
    : m_database(std::move(database))
{
}

Result<AuditReader> AuditReader::open(const QString &vaultFile)
{
    const auto absent = fail(Error::Kind::NotFound,
                             u"There is no vault at %1."_s.arg(QDir::toNativeSeparators(vaultFile)),
                             u"Start Flaredeck once, or name its directory with --data-dir."_s);
    if (!QFileInfo::exists(vaultFile))
        return absent;
    Result<Database> database =
        Database::open(vaultFile, Database::Durability::Full, Database::Access::ReadOnly);
    if (!database)
        return fail(database.error());
    const Result<bool> isSetUp = database->hasFormat(kVaultFormat);
    if (!isSetUp)
        return fail(isSetUp.error());
    if (!*isSetUp) {
        return fail(Error::Kind::NotFound,
                    u"The vault at %1 is empty or of an older version."_s.arg(
                        QDir::toNativeSeparators(vaultFile)),
                    u"Start Flaredeck once, which brings it up to date."_s);
    }
    return AuditReader(*std::move(database));
}

Result<QList<AuditRow>> AuditReader::rows(qint64 before, int limit, const ClientId &client)
{
    const qint64 below = before > 0 ? before : std::numeric_limits<qint64>::max();
    return client.isEmpty()
               ? fetchAll(m_database,
                          AuditTrail::layout().select() +
                              u"WHERE seq < ? ORDER BY seq DESC LIMIT ?"_s,
                          {below, limit}, readAuditRow)
               : fetchAll(m_database,
                          AuditTrail::layout().select() +
                              u"WHERE seq < ? AND client_id = ? ORDER BY seq DESC LIMIT ?"_s,
                          {below, client.value, limit}, readAuditRow);
}

Result<QList<AuditParty>> AuditReader::clients()
{
    // SQLite takes the other columns from the row with the maximum.
    return fetchAll(m_database,
                    u"SELECT client_id, client_name, max(seq) AS newest FROM audit "
                    "WHERE client_id <> '' GROUP BY client_id ORDER BY newest DESC"_s,
                    {}, [](const QSqlQuery &row) {
                        return AuditParty{{row.value(0).toString()}, row.value(1).toString()};
                    });
}

Result<AuditVerdict> AuditReader::verify()
{
    AuditVerdict verdict;
    const Result<> read = inSnapshot([&]() -> Result<> {
        const auto chain = readAuditChain(m_database);
        if (!chain)
            return fail(chain.error());
        AuditWalk walk(*chain);
        const Result<> walked = eachAuditRow(m_database, [&walk](const AuditRow &row) -> Result<> {
            walk.step(row);
            return {};
        });
        verdict = walk.end();
        const Result<AuditSeal> seal = AuditTrail::readSeal(m_database);
        if (!seal)
            return fail(seal.error());
        verdict.seal = *seal;
        if (!walked || verdict.broken)
            return walked;
        const Result<QString> unrecorded = findUnrecorded(m_database, walk.completeFrom());
        if (!unrecorded)
            return fail(unrecorded.error());
        if (!unrecorded->isEmpty())
            verdict.broken = AuditVerdict::Break{verdict.head + 1, *unrecorded};
        return {};
    });
    if (!read)
        return fail(read.error());
    return verdict;
}

Result<> AuditReader::exportLines(const std::function<Result<>(const QByteArray &)> &write)
{
    return inSnapshot([&]() -> Result<> {
        const auto chain = readAuditChain(m_database);
        if (!chain)
            return fail(chain.error());
        QByteArray previous = chain->anchorHash;
        return eachAuditRow(m_database, [&](const AuditRow &row) {
            const Result<> written = write(audit::line(row, previous));
            previous = row.hash;
            return written;
        });
    });
}

Result<qint64> AuditReader::exportTo(const QString &file)
{
    // The export would replace a device, or the target of a link.
    if (const Result<> own = requireOwnFile(file); !own)
        return fail(own.error());
    QSaveFile target(file);
    const auto failed = [&] {
        return fail(Error::Kind::Storage,
                    u"%1 cannot be written: %2."_s.arg(QDir::toNativeSeparators(file),
                                                       target.errorString()),
                    u"Choose another file, or make room on the disk."_s);
    };
    if (!target.open(QIODevice::WriteOnly))
        return failed();
    target.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
    qint64 count = 0;
    const Result<> written = exportLines([&](const QByteArray &line) -> Result<> {
        if (target.write(line) < 0 || target.write("\n") < 0)
            return failed();
        ++count;
        return {};
    });
    if (!written)
        return fail(written.error());
    if (!target.commit())
        return failed();
    return count;
}

Result<> AuditReader::inSnapshot(const std::function<Result<>()> &read)
{
    // A transaction, because the app may append and drop rows meanwhile.
    if (const Result<> begun = m_database.execute(u"BEGIN"_s); !begun)
        return begun;
    const Result<> done = read();
    if (const Result<> ended = m_database.execute(u"COMMIT"_s); done && !ended)
        return ended;
    return done;
}

} // namespace flaredeck::store
