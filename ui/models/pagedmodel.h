#pragma once

#include "core/base/result.h"
#include "ui/archive.h"
#include "ui/models/tablemodel.h"

#include <optional>

namespace flaredeck::ui {

/// A table of rows with growing numbers, newest first, read page by page as the view scrolls; new
/// rows appear on top. What is shown stays until an answer is there.
template <typename Row>
class PagedModel : public TableModel<Row>
{
public:
    static constexpr int kPage = 200;
    /// Older rows leave memory and are read again on scroll.
    static constexpr int kMostKept = 20'000;

    struct Range {
        qint64 above = 0; ///< older ones are known already, and need not come along
        qint64 below = 0; ///< 0 = from the newest
        int limit = kPage;
    };
    using Rows = Result<QList<Row>>;
    using Read = std::function<QFuture<Rows>(const Range &)>;
    /// How many rows came on top; nothing when all was read anew.
    using Added = Result<std::optional<int>>;

    /// After each reload() and update().
    void onRead(std::function<void(const Added &)> tell) { m_tell = std::move(tell); }
    /// Reads the first page anew; an answer that is still to come is dropped.
    void reload()
    {
        m_anew = true;
        m_newest.start(
            this, [this] { return m_read(newest()); }, [this](const Rows &rows) { take(rows); });
    }
    /// Takes over what is new; the rest stays where it is.
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

    /// With the newest of the known ones: when that is another than it was, all is read anew.
    [[nodiscard]] Range newest()
    {
        m_whole = m_anew || m_rows.isEmpty();
        return {.above = m_whole ? 0 : number(m_rows.first()) - 1, .limit = m_pageSize};
    }

    void take(const Rows &rows)
    {
        if (!rows) {
            m_anew = true;
            tell(fail(rows.error()));
            return;
        }
        if (m_whole) {
            m_anew = false;
            m_older.drop();
            this->beginResetModel();
            m_rows = *rows;
            m_more = rows->size() == m_pageSize && m_pageSize < m_mostKept;
            this->endResetModel();
            tell(std::nullopt);
            return;
        }
        const auto known = std::find_if(rows->begin(), rows->end(), [this](const Row &row) {
            return number(row) <= number(m_rows.first());
        });
        if (known == rows->end() || !(*known == m_rows.first())) {
            // A burst of more than a page, rows that are gone, or that somebody tampered with.
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
        tell(added);
    }

    void append(const Rows &rows, qint64 below)
    {
        if (number(m_rows.last()) != below)
            return; // the end was trimmed meanwhile
        m_more = rows && rows->size() == m_pageSize;
        m_anew = m_anew || !rows; // the next update() tells why
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

    void tell(const Added &added)
    {
        if (m_tell)
            m_tell(added);
    }

    const int m_pageSize;
    const int m_mostKept;
    const Read m_read;
    std::function<void(const Added &)> m_tell;
    Reading m_newest;
    Reading m_older;
    bool m_anew = true;   ///< the next question is for the first page
    bool m_whole = false; ///< the one that is asked was
    bool m_more = false;  ///< below what is read
};

} // namespace flaredeck::ui
