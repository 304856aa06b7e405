#pragma once

#include <QList>
#include <QWidget>

class QGridLayout;
class QLabel;

namespace flaredeck::ui {

/// Rows of a name and a value. Setting the same number of facts only changes the texts, so that no
/// widget under the pointer or with the focus is rebuilt.
class FactList : public QWidget
{
    Q_OBJECT

public:
    struct Fact {
        QString name;
        QString value;
        bool mono = false;
        QString toolTip = {};
        bool severalLines = false; ///< keeps line breaks, which are ours
    };

    explicit FactList(QWidget *parent = nullptr);
    void set(const QList<Fact> &facts);

private:
    QGridLayout *m_grid;
    QList<QLabel *> m_names;
    QList<QLabel *> m_values;
};

} // namespace flaredeck::ui
