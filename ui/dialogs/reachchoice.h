#pragma once

#include "core/base/identity.h"

#include <QWidget>

class QCheckBox;
class QRadioButton;

namespace flaredeck::ui {

/// What a sign-in may open for clients at most: only look, look and change, or products one by one.
class ReachChoice : public QWidget
{
    Q_OBJECT

public:
    explicit ReachChoice(const ScopeSet &chosen, QWidget *parent = nullptr);

    [[nodiscard]] ScopeSet chosen() const;

signals:
    void changed();

private:
    void take(const ScopeSet &scopes);

    QRadioButton *m_read;
    QRadioButton *m_change;
    QRadioButton *m_products;
    QWidget *m_list;
    QList<std::pair<QString, QCheckBox *>> m_boxes; ///< by scope
};

} // namespace flaredeck::ui
