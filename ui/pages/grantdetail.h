#pragma once

#include "core/base/result.h"
#include "core/service/snapshot.h"
#include "ui/widgets/masterdetail.h"

#include <QFuture>

class QLabel;

namespace flaredeck::service {
class CommandQueue;
}

namespace flaredeck::ui {

class FactList;

/// One grant: its state, a switch for each scope, and the button that revokes it.
class GrantDetail : public DetailPane
{
    Q_OBJECT

public:
    explicit GrantDetail(service::CommandQueue &commands, QWidget *parent = nullptr);

    void setGrant(const service::GrantView &view, const service::Snapshot &snapshot);

signals:
    void revokeRequested();

private:
    void showScopes(const service::GrantView &view);
    void showAccounts(const service::GrantView &view);
    QWidget *scopeRow(const GrantId &grant, const QString &scope);
    QWidget *accountRow(const GrantId &grant, const AccountRef &account);
    /// Shows the error when the command fails.
    void withdraw(const QFuture<Result<>> &answer);

    service::CommandQueue &m_commands;
    FactList *m_facts;
    QWidget *m_scopes;
    QWidget *m_accounts; ///< shown for several accounts only: a single one ends with the grant
    GrantId m_shown;
    ScopeSet m_shownScopes;
    QList<AccountRef> m_shownAccounts;
};

} // namespace flaredeck::ui
