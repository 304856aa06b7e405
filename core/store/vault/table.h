#pragma once

#include "core/store/vault/columns.h"
#include "core/store/vault/rows.h"

#include <QList>

#include <functional>

namespace flaredeck::store {

/// A column, its SQL type, and the member of `Row` that it stores.
template <typename Row>
struct Column {
    QString name;
    QString type;
    QVariant (*write)(const Row &) = nullptr;
    void (*read)(Row &, const QVariant &) = nullptr;

    template <auto Member>
    static Column of(const char *name, const char *constraints = "")
    {
        using Value = std::remove_cvref_t<decltype(std::declval<Row &>().*Member)>;
        return {QString::fromLatin1(name),
                QStringLiteral("%1 NOT NULL %2")
                    .arg(QLatin1String(columnType<Value>()), QLatin1String(constraints)),
                [](const Row &row) { return toColumn(row.*Member); },
                [](Row &row, const QVariant &value) { fromColumn(value, row.*Member); }};
    }
};

/// The statements that create, read and write a table, all made from one list of columns.
template <typename Row>
class Layout
{
public:
    /// `key`: the column or columns by which save() and remove() find a row. `more`: constraints of
    /// the table, and columns without a member. `indexes`: the columns that get an index.
    Layout(const char *table, QList<Column<Row>> columns, const char *key, const char *more = "",
           const QStringList &indexes = {})
        : m_table(QString::fromLatin1(table))
        , m_columns(std::move(columns))
    {
        QStringList typed;
        QStringList names;
        QStringList updates;
        for (const Column<Row> &column : m_columns) {
            typed << column.name + u' ' + column.type;
            names << column.name;
            m_places << u':' + column.name;
            updates << QStringLiteral("%1 = excluded.%1").arg(column.name);
        }
        if (*more)
            typed << QString::fromLatin1(more);
        const QString comma = QStringLiteral(", ");
        m_create << QStringLiteral("CREATE TABLE %1 (%2) STRICT").arg(m_table, typed.join(comma));
        for (const QString &index : indexes)
            m_create << QStringLiteral("CREATE INDEX %1_by_%2 ON %1(%2)").arg(m_table, index);
        m_insert = QStringLiteral("INSERT INTO %1 (%2) VALUES (%3)")
                       .arg(m_table, names.join(comma), m_places.join(comma));
        m_save = QStringLiteral("%1 ON CONFLICT (%2) DO UPDATE SET %3")
                     .arg(m_insert, QLatin1String(key), updates.join(comma));
        m_remove = QStringLiteral("DELETE FROM %1 WHERE %2 = ?").arg(m_table, QLatin1String(key));
        m_select = selectFirst(m_columns.size());
    }

    /// Creates the table and its indexes.
    [[nodiscard]] const QStringList &create() const { return m_create; }
    [[nodiscard]] const QString &insert() const { return m_insert; }
    [[nodiscard]] const QString &save() const { return m_save; }
    [[nodiscard]] const QString &remove() const { return m_remove; }
    /// Selects all columns; the caller appends what follows the table's name.
    [[nodiscard]] const QString &select() const { return m_select; }
    /// Selects the first `count` columns.
    [[nodiscard]] QString selectFirst(qsizetype count) const
    {
        QStringList names;
        for (const Column<Row> &column : m_columns.first(count))
            names << m_table + u'.' + column.name;
        return QStringLiteral("SELECT %1 FROM %2 ").arg(names.join(QLatin1String(", ")), m_table);
    }
    [[nodiscard]] Row read(const QSqlQuery &query) const
    {
        return readFirst(m_columns.size(), query);
    }
    [[nodiscard]] Row readFirst(qsizetype count, const QSqlQuery &query) const
    {
        Row row;
        for (qsizetype i = 0; i < count; ++i)
            m_columns[i].read(row, query.value(static_cast<int>(i)));
        return row;
    }
    /// Binds by name, because Qt builds a name for each `?` at each execution.
    void bind(QSqlQuery &query, const Row &row) const
    {
        for (qsizetype i = 0; i < m_columns.size(); ++i)
            query.bindValue(m_places[i], m_columns[i].write(row));
    }

private:
    QString m_table;
    QList<Column<Row>> m_columns;
    QStringList m_places;
    QStringList m_create;
    QString m_insert;
    QString m_save;
    QString m_remove;
    QString m_select;
};

/// The rows of one table. Outside a transaction, each write is synced when its function returns.
template <typename Row>
class Table
{
public:
    Table(Database &database, const Layout<Row> &layout)
        : m_database(database)
        , m_layout(layout)
    {
    }

    [[nodiscard]] const QStringList &create() const { return m_layout.create(); }

    /// `rest` follows the table's name.
    [[nodiscard]] Result<QList<Row>> select(const QString &rest,
                                            const QVariantList &values = {}) const
    {
        return fetchAll(m_database, m_layout.select() + rest, values, reader());
    }
    [[nodiscard]] Result<std::optional<Row>> selectOne(const QString &rest,
                                                       const QVariantList &values = {}) const
    {
        return fetchOne(m_database, m_layout.select() + rest, values, reader());
    }
    Result<> insert(const Row &row) { return write(m_layout.insert(), row); }
    /// Inserts the row or updates the one with the same key. Rows that refer to it stay.
    Result<> save(const Row &row) { return write(m_layout.save(), row); }
    /// Needs a key of one column. A missing row is no error.
    Result<> remove(const QVariant &key) { return m_database.change(m_layout.remove(), {key}); }

protected:
    Database &m_database;

private:
    [[nodiscard]] auto reader() const
    {
        return [this](const QSqlQuery &query) { return m_layout.read(query); };
    }
    Result<> write(const QString &sql, const Row &row)
    {
        const Result<QSqlQuery *> query = m_database.prepared(sql);
        if (!query)
            return fail(query.error());
        m_layout.bind(**query, row);
        return m_database.execute(**query);
    }

    const Layout<Row> &m_layout;
};

} // namespace flaredeck::store
