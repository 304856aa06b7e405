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

/// One grant: where it stands, each scope with a switch, and the way to end it.
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
    /// Tells when the answer is no.
    void withdraw(const QFuture<Result<>> &answer);

    service::CommandQueue &m_commands;
    FactList *m_facts;
    QWidget *m_scopes;
    QWidget *m_accounts; ///< several only: a single one goes with the grant
    GrantId m_shown;
    ScopeSet m_shownScopes;
    QList<AccountRef> m_shownAccounts;
};

} // namespace flaredeck::ui
