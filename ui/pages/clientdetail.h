#pragma once

#include "core/service/snapshot.h"
#include "ui/widgets/masterdetail.h"

class QLabel;

namespace flaredeck {
class Settings;
}

namespace flaredeck::service {
class CommandQueue;
}

namespace flaredeck::ui {

class FactList;
class ResultLimitBox;

/// One client: its redirect URIs, its sessions, how long a result it gets, and the buttons that end
/// its access.
class ClientDetail : public DetailPane
{
    Q_OBJECT

public:
    ClientDetail(service::CommandQueue &commands, Settings &settings, QWidget *parent = nullptr);

    void setClient(const service::ClientView &view);

signals:
    void revokeRequested(); ///< all grants of the client
    void blockRequested();  ///< or unblock, for a blocked client
    void forgetRequested();
    void eventsRequested();

private:
    void showLimit();
    void showSessions(const service::ClientView &view);
    void showApprovals(const service::ClientView &view);
    QWidget *approvalRow(const store::RememberedApproval &approval);
    QWidget *sessionRow(const mcp::SessionInfo &session);

    service::CommandQueue &m_commands;
    Settings &m_settings;
    FactList *m_facts;
    ResultLimitBox *m_limit;
    FactList *m_redirects;
    QWidget *m_sessions;
    QLabel *m_approvalsTitle;
    QWidget *m_approvals;
    QPushButton *m_revoke;
    QLabel *m_revokeNote;
    QPushButton *m_block;
    QLabel *m_blockNote;
    QStringList m_shownSessions;
    QList<store::RememberedApproval> m_shownApprovals;
    ClientId m_shown;
};

} // namespace flaredeck::ui
