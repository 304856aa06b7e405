#pragma once

#include "core/service/snapshot.h"
#include "ui/widgets/masterdetail.h"

class QLabel;

namespace flaredeck::ui {

class Commands;
class FactList;

/// One grant: where it stands, each scope with a switch, and the way to end it.
class GrantDetail : public DetailPane
{
    Q_OBJECT

public:
    explicit GrantDetail(Commands &commands, QWidget *parent = nullptr);

    void setGrant(const service::GrantView &view, const service::Snapshot &snapshot);

signals:
    void revokeRequested();

private:
    void showScopes(const service::GrantView &view);
    QWidget *scopeRow(const GrantId &grant, const QString &scope);
    void withdraw(const GrantId &grant, const QString &scope);

    Commands &m_commands;
    FactList *m_facts;
    QWidget *m_scopes;
    GrantId m_shown;
    ScopeSet m_shownScopes;
};

} // namespace flaredeck::ui
