#pragma once

#include "core/store/auditreader.h"
#include "ui/theme/tokens.h"

#include <QAbstractTableModel>

#include <functional>

namespace flaredeck::ui {

/// The audit trail, newest first, read page by page.
class AuditModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Columns { Time, Event, Client, Outcome, Program, ColumnCount };
    static constexpr int kPage = 200;

    /// Rows with numbers below the first argument (0 = from the newest), at most so many.
    using Read = std::function<Result<QList<store::AuditRow>>(qint64 before, int limit)>;
    explicit AuditModel(Read read, QObject *parent = nullptr);

    /// Takes over what is new; the rest stays where it is.
    Result<> update();
    /// The source reads other rows from now on, which update() gets.
    void clear();
    /// Relative times have grown older.
    void touch();
    [[nodiscard]] const store::AuditRow *find(const QString &id) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index,
                                int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role = Qt::DisplayRole) const override;
    [[nodiscard]] bool canFetchMore(const QModelIndex &parent) const override;
    void fetchMore(const QModelIndex &parent) override;

private:
    [[nodiscard]] QString text(const store::AuditRow &row, int column) const;

    const Read m_read;
    QList<store::AuditRow> m_rows;
    bool m_more = false;
};

/// How an event is spoken of.
namespace audittext {
[[nodiscard]] QString event(const store::AuditRow &row);
[[nodiscard]] QString icon(const store::AuditRow &row);
[[nodiscard]] Tone tone(const store::AuditRow &row);
[[nodiscard]] QString client(const store::AuditRow &row);  ///< "—" when none is concerned
[[nodiscard]] QString program(const store::AuditRow &row); ///< "node · 41822", "—"
} // namespace audittext

} // namespace flaredeck::ui
