#pragma once

#include "core/service/snapshot.h"

#include <QAbstractButton>

class QMenu;

namespace flaredeck::ui {

/// Who is signed in; opens the account menu.
class AccountChip : public QAbstractButton
{
    Q_OBJECT

public:
    explicit AccountChip(QWidget *parent = nullptr);

    void setSnapshot(const service::Snapshot &snapshot);
    void setMenu(QMenu *menu);
    [[nodiscard]] QSize sizeHint() const override { return {180, 44}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_letter;
    QString m_first;
    QString m_second;
    QMenu *m_menu = nullptr;
};

} // namespace flaredeck::ui
