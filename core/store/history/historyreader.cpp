#include "core/store/history/history.h"

#include "core/store/history/historyschema.h"

#include <QDateTime>
#include <QFileInfo>

#include <algorithm>
#include <cmath>

using namespace Qt::StringLiterals;

namespace flaredeck::store {

namespace {

constexpr int kSampledDurations = 2'000;
constexpr Millis kMinute = 60'000;

QString selectCalls()
{
    static const QString kSelect = callLayout().selectFirst(kListedCallColumns);
    return kSelect;
}

CallRecord readListedCall(const QSqlQuery &row)
{
    return callLayout().readFirst(kListedCallColumns, row);
}

/// A filter as an SQL condition with its values.
struct Condition {
    QStringList terms;
    QVariantList values;

    explicit Condition(const CallFilter &filter);
    void add(const QString &term, const QVariant &value)
    {
        terms << term;
        values << value;
    }
    [[nodiscard]] QString where() const
    {
        return terms.isEmpty() ? QString() : u" WHERE "_s + terms.join(u" AND "_s);
    }
};

QString containing(QString text)
{
    text.replace(u'\\', u"\\\\"_s).replace(u'%', u"\\%"_s).replace(u'_', u"\\_"_s);
    return u'%' + text + u'%';
}

Condition::Condition(const CallFilter &filter)
{
    if (filter.client)
        add(u"client_id = ?"_s, filter.client->value);
    if (filter.grant)
        add(u"grant_id = ?"_s, filter.grant->value);
    if (!filter.tool.isEmpty())
        add(u"tool = ?"_s, filter.tool);
    if (filter.outcome == Outcome::Ok)
        terms << u"outcome = 0"_s;
    else if (filter.outcome) // the first term lets SQLite use the index of what is not ok
        add(u"outcome > 0 AND outcome = ?"_s, static_cast<int>(*filter.outcome));
    if (filter.from > 0)
        add(u"started_at >= ?"_s, filter.from);
    if (!filter.text.isEmpty()) {
        // LIKE refuses blobs in some builds of SQLite, hence the casts.
        const QStringList columns{u"tool"_s,
                                  u"client_name"_s,
                                  u"account_name"_s,
                                  u"error"_s,
                                  u"CAST(arguments AS TEXT)"_s,
                                  u"CAST(result AS TEXT)"_s};
        QStringList matches;
        for (const QString &name : columns) {
            matches << name + uR"( LIKE ? ESCAPE '\')"_s;
            values << containing(filter.text);
        }
        terms << u'(' + matches.join(u" OR "_s) + u')';
    }
}

qint64 percentile(QList<qint64> &values, double fraction)
{
    if (values.isEmpty())
        return 0;
    const qsizetype rank = std::lround(fraction * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + rank, values.end());
    return values[rank];
}

} // namespace

class HistoryReader::Private
{
public:
    explicit Private(QString path)
        : m_file(std::move(path))
    {
    }

    /// Null while there is no history.
    Result<Database *> database();

    template <typename Read>
    auto all(const QString &sql, const QVariantList &values, Read read)
        -> decltype(fetchAll(std::declval<Database &>(), sql, values, read))
    {
        const Result<Database *> opened = database();
        if (!opened)
            return fail(opened.error());
        if (!*opened)
            return {};
        return closedWhenDamaged(fetchAll(**opened, sql, values, read));
    }

    template <typename Read>
    auto one(const QString &sql, const QVariantList &values, Read read)
        -> decltype(fetchOne(std::declval<Database &>(), sql, values, read))
    {
        const Result<Database *> opened = database();
        if (!opened)
            return fail(opened.error());
        if (!*opened)
            return {};
        return closedWhenDamaged(fetchOne(**opened, sql, values, read));
    }

    Result<QHash<QString, qint64>> countsBy(const QString &key, Millis from);

private:
    template <typename T>
    Result<T> closedWhenDamaged(Result<T> found)
    {
        if (!found && isDamage(found.error()))
            m_database = {}; // the writer replaces the file; look again next time
        return found;
    }

    const QString m_file;
    Database m_database;
    QDateTime m_born; ///< of the open file
};

Result<Database *> HistoryReader::Private::database()
{
    const QFileInfo info(m_file);
    if (m_database.isOpen() && info.exists() && info.birthTime() == m_born)
        return &m_database;
    // There is no file yet, or the writer has replaced a damaged one.
    m_database = {};
    if (!info.exists() || info.size() == 0)
        return nullptr;
    Result<Database> opened =
        Database::open(m_file, Database::Durability::Normal, Database::Access::ReadOnly);
    if (!opened)
        return fail(opened.error());
    const Result<bool> isSetUp = opened->hasFormat(kHistoryFormat);
    if (!isSetUp)
        return fail(isSetUp.error());
    if (!*isSetUp) // the writer is about to create or upgrade the tables
        return nullptr;
    m_database = *std::move(opened);
    m_born = info.birthTime();
    return &m_database;
}

Result<QHash<QString, qint64>> HistoryReader::Private::countsBy(const QString &key, Millis from)
{
    const auto rows =
        all(u"SELECT %1, count(*) FROM calls WHERE started_at >= ? GROUP BY 1"_s.arg(key), {from},
            [](const QSqlQuery &row) {
                return std::pair(row.value(0).toString(), row.value(1).toLongLong());
            });
    if (!rows)
        return fail(rows.error());
    return QHash<QString, qint64>(rows->begin(), rows->end());
}

HistoryReader::HistoryReader(QString file)
    : d(std::make_unique<Private>(std::move(file)))
{
}

HistoryReader::~HistoryReader() = default;

Result<QList<CallRecord>> HistoryReader::calls(const CallFilter &filter, qint64 beforeId, int limit)
{
    Condition condition(filter);
    if (beforeId > 0)
        condition.add(u"id < ?"_s, beforeId);
    return d->all(selectCalls() + condition.where() + u" ORDER BY id DESC LIMIT ?"_s,
                  condition.values << limit, readListedCall);
}

Result<QList<CallRecord>> HistoryReader::callsSince(const CallFilter &filter, qint64 afterId,
                                                    int limit)
{
    Condition condition(filter);
    condition.add(u"id > ?"_s, afterId);
    return d->all(selectCalls() + condition.where() + u" ORDER BY id DESC LIMIT ?"_s,
                  condition.values << limit, readListedCall);
}

Result<QList<CallRecord>> HistoryReader::callsAfter(qint64 afterId, int limit)
{
    return d->all(selectCalls() + u" WHERE id > ? ORDER BY id LIMIT ?"_s,
                  QVariantList{afterId, limit}, readListedCall);
}

Result<std::optional<CallRecord>> HistoryReader::call(qint64 id)
{
    return d->one(callLayout().select() + u"WHERE id = ?"_s, {id},
                  [](const QSqlQuery &row) { return callLayout().read(row); });
}

Result<qint64> HistoryReader::count(const CallFilter &filter)
{
    const Condition condition(filter);
    const auto count = d->one(u"SELECT count(*) FROM calls"_s + condition.where(), condition.values,
                              firstColumn<qint64>);
    if (!count)
        return fail(count.error());
    return count->value_or(0);
}

Result<CallTotals> HistoryReader::totals(Millis from)
{
    const auto counted = d->one(
        u"SELECT count(*), sum(outcome = 1), sum(outcome = 2) FROM calls WHERE started_at >= ?"_s,
        {from}, [](const QSqlQuery &row) {
            CallTotals totals;
            totals.calls = row.value(0).toLongLong();
            totals.errors = row.value(1).toLongLong();
            totals.denied = row.value(2).toLongLong();
            return totals;
        });
    if (!counted)
        return fail(counted.error());
    // Sorting a day of calls would take too long for a live display.
    auto durations = d->all(
        u"SELECT duration_us FROM calls WHERE started_at >= ? ORDER BY started_at DESC LIMIT ?"_s,
        {from, kSampledDurations}, firstColumn<qint64>);
    if (!durations)
        return fail(durations.error());
    CallTotals totals = counted->value_or(CallTotals());
    totals.p50Us = percentile(*durations, 0.50);
    totals.p95Us = percentile(*durations, 0.95);
    return totals;
}

Result<QList<MinuteCount>> HistoryReader::perMinute(Millis from)
{
    return d->all(
        u"SELECT started_at / ?, sum(outcome = 0), sum(outcome = 1), sum(outcome = 2) FROM calls "
        "WHERE started_at >= ? GROUP BY 1 ORDER BY 1"_s,
        {kMinute, from}, [](const QSqlQuery &row) {
            return MinuteCount{row.value(0).toLongLong() * kMinute, row.value(1).toInt(),
                               row.value(2).toInt(), row.value(3).toInt()};
        });
}

Result<QHash<QString, qint64>> HistoryReader::callsByGrant(Millis from)
{
    return d->countsBy(u"grant_id"_s, from);
}

Result<QHash<QString, qint64>> HistoryReader::callsByClient(Millis from)
{
    return d->countsBy(u"client_id"_s, from);
}

Result<QHash<QString, ToolCount>> HistoryReader::callsByTool(Millis from)
{
    const auto rows =
        d->all(u"SELECT tool, count(*), sum(outcome = 1), max(started_at) FROM calls "
               "WHERE started_at >= ? GROUP BY 1"_s,
               {from}, [](const QSqlQuery &row) {
                   return std::pair(row.value(0).toString(),
                                    ToolCount{row.value(1).toLongLong(), row.value(2).toLongLong(),
                                              row.value(3).toLongLong()});
               });
    if (!rows)
        return fail(rows.error());
    return QHash<QString, ToolCount>(rows->begin(), rows->end());
}

} // namespace flaredeck::store
