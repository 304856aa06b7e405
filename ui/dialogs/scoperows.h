#pragma once

#include <QHash>
#include <QList>
#include <QStringList>
#include <QWidget>

class QCheckBox;
class QGridLayout;
class QLabel;
class QPushButton;

namespace flaredeck::ui {

/// Scopes by product, a line each: what it is about, a box for reading and one for changing, in
/// this order, and a button that unfolds the sentences, the risks and the tools.
class ScopeRows : public QWidget
{
    Q_OBJECT

public:
    struct Cell {
        QString scope;
        bool isTicked = false;
        bool isFixed = false;   ///< there is nothing to choose
        bool isLacking = false; ///< the sign-in does not hold it
    };
    /// From so many products on there is a search field.
    static constexpr int kSearchFrom = 9;

    /// In the order in which the products shall stand.
    explicit ScopeRows(const QList<Cell> &cells, QWidget *parent = nullptr);

    /// By scope; each has the scope as its object name.
    [[nodiscard]] const QHash<QString, QCheckBox *> &boxes() const { return m_boxes; }

private:
    struct Row {
        QList<QWidget *> parts;
        QWidget *details = nullptr;
        QPushButton *unfold = nullptr;
        QList<QCheckBox *> boxes;
        QString words; ///< that a search finds
        bool isUnfolded = false;
    };

    void addSearch(QGridLayout *grid);
    void addRow(QGridLayout *grid, const QList<Cell> &cells);
    QWidget *makeDetails(const QList<Cell> &cells) const;
    /// What is ticked stays in sight whatever is searched for.
    void search(const QString &text);

    QHash<QString, QCheckBox *> m_boxes;
    QList<Row> m_rows;
    QLabel *m_nothing = nullptr;
};

} // namespace flaredeck::ui
