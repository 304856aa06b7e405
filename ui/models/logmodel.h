#pragma once

#include "core/base/logging.h"
#include "ui/models/tablemodel.h"

#include <QSortFilterProxyModel>

namespace flaredeck::ui {

/// The newest log lines of this run, oldest first. Lines arrive from any thread and are added in
/// batches, so that a flood of them costs the window one update.
class LogModel : public TableModel<LogRecord>
{
    Q_OBJECT

public:
    /// In the order of the list in the source.
    enum Columns { Time, Level, Category, Message };

    explicit LogModel(LogBook &book, QObject *parent = nullptr);

    [[nodiscard]] QString lineAt(int row) const; ///< as copied

protected:
    [[nodiscard]] QString key(const LogRecord &record) const override
    {
        return QString::number(record.sequence);
    }
    void timerEvent(QTimerEvent *event) override;

private:
    void take(const LogRecord &record);
    void append();

    QList<LogRecord> m_arrived;
    int m_timer = 0;
};

/// Lines of at least one level that contain a text.
class LogFilter : public QSortFilterProxyModel
{
    Q_OBJECT

public:
    using QSortFilterProxyModel::QSortFilterProxyModel;

    void setLeast(LogLevel level);
    void setText(const QString &text);
    [[nodiscard]] QString text() const { return m_text; }

protected:
    [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex &parent) const override;

private:
    LogLevel m_least = LogLevel::Debug;
    QString m_text;
};

[[nodiscard]] QString levelText(LogLevel level);

} // namespace flaredeck::ui
