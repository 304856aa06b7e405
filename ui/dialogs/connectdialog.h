#pragma once

#include "core/connect/connector.h"
#include "core/service/snapshot.h"

#include <QDialog>
#include <QMap>

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace flaredeck::service {
class CommandQueue;
}

namespace flaredeck::ui {

class SetupRow;

/// The clients that were found on this computer, each with its state and what can be done, and what
/// any other client needs to be told.
class ConnectDialog : public QDialog
{
    Q_OBJECT

public:
    ConnectDialog(service::CommandQueue &commands, service::SnapshotPtr snapshot,
                  QWidget *parent = nullptr);

    void setSnapshot(const service::SnapshotPtr &snapshot);

protected:
    void changeEvent(QEvent *event) override;

private:
    [[nodiscard]] QWidget *buildOthers() const;
    void look();
    void take(const connect::Survey &survey);
    void showRows();
    void connectClient(const QString &id);
    void undo(const QString &id);
    void say(const QString &text);

    service::CommandQueue &m_commands;
    service::SnapshotPtr m_snapshot;
    connect::Survey m_survey;
    bool m_looking = false;
    QVBoxLayout *m_rows;
    QMap<QString, SetupRow *> m_rowOf; ///< by client
    QVBoxLayout *m_othersPlace;
    QWidget *m_others = nullptr; ///< made for the addresses that the snapshot had
    QLabel *m_notFound;
    QLabel *m_relays;
    QLabel *m_said;
    QPushButton *m_again;
};

} // namespace flaredeck::ui
