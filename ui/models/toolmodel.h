#pragma once

#include "core/service/snapshot.h"
#include "core/store/history/history.h"
#include "core/tools/rulebook.h"
#include "ui/models/rowmodel.h"
#include "ui/theme/tokens.h"

#include <QHash>
#include <QSortFilterProxyModel>

namespace flaredeck::ui {

/// A tool, or the heading of its toolset.
struct ToolRow {
    struct Exception {
        QString client;
        Policy policy = Policy::Ask;

        bool operator==(const Exception &) const = default;
    };

    QString subject; ///< "tool:NAME" or "toolset:NAME", also the row's id
    QString toolset;
    int place = 0; ///< of the toolset among all
    QString title;
    Effect effect = Effect::Reads;
    QString scope;
    Policy policy = Policy::Allow;
    bool hasRule = false; ///< about this very subject, of the client that the list is for
    QList<Exception> exceptions;
    int tools = 0; ///< of a heading
    bool isDeprecated = false;
    std::optional<store::ToolCount> count; ///< empty = not read yet
    qint64 tokens = 0;

    [[nodiscard]] bool isHeading() const { return tools > 0; }
    [[nodiscard]] QString name() const { return subject.section(QLatin1Char(':'), 1); }
    bool operator==(const ToolRow &other) const;
};

/// Everything that the list is made of.
struct ToolListing {
    const service::Snapshot &snapshot;
    const tools::RuleBook &rules;
    ClientId client; ///< whose policies; empty = all
    std::optional<QHash<QString, store::ToolCount>> counts;
};
[[nodiscard]] QList<ToolRow> toolRows(const ToolListing &listing);

/// The catalogue of tools, each toolset below its heading.
class ToolModel : public RowModel<ToolRow>
{
    Q_OBJECT

public:
    /// In the order of the list in the source.
    enum Columns { Tool, Effects, Scope, Policies, Exceptions, Calls, Errors, Tokens };

    explicit ToolModel(QObject *parent = nullptr);

    void setTools(const QList<ToolRow> &rows);

signals:
    /// All rows are there: a heading is shown for the tools below it.
    void toolsSet();

protected:
    [[nodiscard]] QString key(const ToolRow &row) const override { return row.subject; }
};

/// Which tools are shown.
struct ToolChoice {
    QString text = {};
    QString toolset = {}; ///< empty = all; likewise
    std::optional<Effect> effect = {};
    std::optional<Policy> policy = {};

    bool operator==(const ToolChoice &) const = default;
};

/// Sorts within the toolsets, and shows the heading of each that has a tool left.
class SortedTools : public QSortFilterProxyModel
{
    Q_OBJECT

public:
    explicit SortedTools(ToolModel *model, QObject *parent = nullptr);

    void choose(const ToolChoice &choice);
    [[nodiscard]] const ToolChoice &choice() const { return m_choice; }

protected:
    [[nodiscard]] bool filterAcceptsRow(int row, const QModelIndex &parent) const override;
    [[nodiscard]] bool lessThan(const QModelIndex &left, const QModelIndex &right) const override;

private:
    [[nodiscard]] bool isWanted(const ToolRow &row) const;

    ToolModel *m_model;
    ToolChoice m_choice;
};

namespace tooltone {
[[nodiscard]] Tone of(Effect effect);
[[nodiscard]] QString icon(Effect effect);
[[nodiscard]] Tone of(Policy policy);
} // namespace tooltone

} // namespace flaredeck::ui
