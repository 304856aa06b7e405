#pragma once

#include "ui/archive.h"
#include "ui/pages/page.h"

class QComboBox;
class QLabel;

namespace flaredeck::ui {

class AuditDetail;
class AuditModel;
class DataTable;
class MasterDetail;
class PillLabel;

/// The audit trail: decisions about access and refusals. It can be verified and exported here.
class SecurityPage : public Page
{
    Q_OBJECT

public:
    explicit SecurityPage(const PageContext &context, QWidget *parent = nullptr);

    void setSnapshot(const service::SnapshotPtr &) override {}
    void readHistory() override;
    void historyCleared() override {}
    void tick() override;

    /// Shows only the events of this client; all when the id is empty.
    void showClient(const ClientId &client);

private:
    void readParties();
    void fillClients(QList<store::AuditParty> parties);
    void showState(const Result<> &read);
    void showCurrent();
    void verify();
    void showVerdict(const Result<store::AuditVerdict> &verdict, store::SealState seal);
    void chooseFile();
    void exportTo(const QString &file);

    service::CommandQueue &m_commands;
    Archive &m_archive;
    Reading m_partiesReading;
    AuditModel *m_model;
    DataTable *m_table;
    AuditDetail *m_detail;
    MasterDetail *m_split;
    QComboBox *m_clients;
    QWidget *m_filter;
    QList<store::AuditParty> m_parties; ///< the clients to choose from
    ClientId m_client;                  ///< the client whose events are shown; empty = all
    QWidget *m_verdict;
    PillLabel *m_verdictPill;
    QLabel *m_verdictText;
    QPushButton *m_verify;
    QPushButton *m_export;
    QPushButton *m_retry;
    QPushButton *m_all;
};

} // namespace flaredeck::ui
