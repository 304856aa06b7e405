#pragma once

#include <QComboBox>

#include <optional>

namespace flaredeck::ui {

/// Chooses how many characters of one result a client gets; 0 = all of them.
class ResultLimitBox : public QComboBox
{
    Q_OBJECT

public:
    /// `name` is for screen readers.
    explicit ResultLimitBox(const QString &name, QWidget *parent = nullptr);

    /// For all clients.
    void setLimit(int limit);
    /// For one client, which may have none of its own; then `usual` holds.
    void setOwnLimit(std::optional<int> limit, int usual);

signals:
    /// By the person. Empty = as for all clients.
    void chosen(std::optional<int> limit);

private:
    void fill(std::optional<int> limit);
};

} // namespace flaredeck::ui
