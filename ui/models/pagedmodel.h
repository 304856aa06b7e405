#pragma once

#include "core/base/result.h"
#include "ui/archive.h"
#include "ui/models/tablemodel.h"

#include <optional>

namespace flaredeck::ui {

/// A table of rows with ascending numbers, newest first, read page by page as the view scrolls; new
/// rows appear on top. The shown rows stay until a query has a result.
template <typename Row>
class PagedModel : public TableModel<Row>
{
public:
    static constexpr int kPage = 200;
    /// Rows beyond this number are dropped from memory and read again on scroll.
    static constexpr int kMostKept = 20'000;

    struct Range {
        qint64 above = 0; ///< older rows are already loaded and may be left out
        qint64 below = 0; ///< 0 = from the newest
        int limit = kPage;
    };
    using Rows = Result<QList<Row>>;
    using Read = std::function<QFuture<Rows>(const Range &)>;
    /// The number of rows added on top; nullopt when the first page was read anew.
    using Added = Result<std::optional<int>>;

    /// `report` is called after each reload() and update().
    void onRead(std::function<void(const Added &)> report) { m_report = std::move(report); }
    /// Reads the first page anew; a pending result is dropped.
    void reload()
    {
        m_anew = true;
        m_newest.start(
            this, [this] { return m_read(newest()); }, [this](const Rows &rows) { take(rows); });
    }
    /// Adds new rows; the others stay where they are.
    void update()
    {
        m_newest.refresh(
            this, [this] { return m_read(newest()); }, [this](const Rows &rows) { take(rows); });
    }

    [[nodiscard]] bool canFetchMore(const QModelIndex &parent) const override
    {
        return !parent.isValid() && m_more && !m_older.isAwaited();
    }
    void fetchMore(const QModelIndex &parent) override
    {
        if (!canFetchMore(parent))
            return;
        const qint64 below = number(m_rows.last());
        m_older.start(
            this, [this, below] { return m_read({.below = below, .limit = m_pageSize}); },
            [this, below](const Rows &rows) { append(rows, below); });
    }

protected:
    /// `only` > 0: no more than that many, without paging.
    PagedModel(QList<Column<Row>> columns, Read read, QObject *parent, int only = 0)
        : TableModel<Row>(std::move(columns), parent)
        , m_pageSize(only > 0 ? only : kPage)
        , m_mostKept(only > 0 ? only : kMostKept)
        , m_read(std::move(read))
    {
    }
    [[nodiscard]] virtual qint64 number(const Row &row) const = 0;
    [[nodiscard]] QString key(const Row &row) const override
    {
        return QString::number(number(row));
    }

private:
    using TableModel<Row>::m_rows;

    /// The query includes the newest loaded row: when that one has changed, all is read anew.
    [[nodiscard]] Range newest()
    {
        m_whole = m_anew || m_rows.isEmpty();
        return {.above = m_whole ? 0 : number(m_rows.first()) - 1, .limit = m_pageSize};
    }

    void take(const Rows &rows)
    {
        if (!rows) {
            m_anew = true;
            report(fail(rows.error()));
            return;
        }
        if (m_whole) {
            m_anew = false;
            m_older.drop();
            this->beginResetModel();
            m_rows = *rows;
            m_more = rows->size() == m_pageSize && m_pageSize < m_mostKept;
            this->endResetModel();
            report(std::nullopt);
            return;
        }
        const auto known = std::find_if(rows->begin(), rows->end(), [this](const Row &row) {
            return number(row) <= number(m_rows.first());
        });
        if (known == rows->end() || !(*known == m_rows.first())) {
            // A burst of more than a page, or rows that are gone or were tampered with.
            reload();
            return;
        }
        const auto added = int(std::distance(rows->begin(), known));
        if (added > 0) {
            this->beginInsertRows({}, 0, added - 1);
            m_rows = rows->first(added) + m_rows;
            this->endInsertRows();
            trim();
        }
        report(added);
    }

    void append(const Rows &rows, qint64 below)
    {
        if (number(m_rows.last()) != below)
            return; // the end was trimmed meanwhile
        m_more = rows && rows->size() == m_pageSize;
        m_anew = m_anew || !rows; // the next update() reports the error
        if (!rows || rows->isEmpty())
            return;
        const int first = int(m_rows.size());
        this->beginInsertRows({}, first, first + int(rows->size()) - 1);
        m_rows += *rows;
        this->endInsertRows();
    }

    void trim()
    {
        if (m_rows.size() <= m_mostKept)
            return;
        this->beginRemoveRows({}, m_mostKept, int(m_rows.size()) - 1);
        m_rows.resize(m_mostKept);
        this->endRemoveRows();
        m_more = m_mostKept > m_pageSize;
    }

    void report(const Added &added)
    {
        if (m_report)
            m_report(added);
    }

    const int m_pageSize;
    const int m_mostKept;
    const Read m_read;
    std::function<void(const Added &)> m_report;
    Reading m_newest;
    Reading m_older;
    bool m_anew = true;   ///< the next query reads the first page
    bool m_whole = false; ///< the running query reads the first page
    bool m_more = false;  ///< older rows follow the loaded ones
};

} // namespace flaredeck::ui
