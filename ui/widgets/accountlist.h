#pragma once

#include "core/base/identity.h"

#include <QList>
#include <QStringList>
#include <QWidget>

class QCheckBox;

namespace flaredeck::ui {

/// Chooses accounts of a login: one, several or all. A single account is plain text; from two on
/// there is a box for each and one for all; many of them scroll.
class AccountList : public QWidget
{
    Q_OBJECT

public:
    AccountList(const QList<AccountRef> &accounts, const QString &loginLabel,
                QWidget *parent = nullptr);

    /// Ids of the ticked accounts; empty when all are ticked.
    [[nodiscard]] QStringList chosen() const;
    [[nodiscard]] bool hasChoice() const; ///< at least one is ticked

signals:
    void changed();

private:
    [[nodiscard]] QWidget *buildRow(const AccountRef &account);
    void tickAll(bool ticked);
    void follow();
    [[nodiscard]] qsizetype countTicked() const;

    QCheckBox *m_all = nullptr;
    QList<std::pair<QString, QCheckBox *>> m_boxes; ///< by account id
};

} // namespace flaredeck::ui
