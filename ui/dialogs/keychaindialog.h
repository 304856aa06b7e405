#pragma once

#include "core/service/snapshot.h"

#include <QDialog>

class QLabel;
class QPushButton;

namespace flaredeck::service {
class CommandQueue;
}

namespace flaredeck::ui {

/// Why the vault's key is not at hand, and each thing that can be done about it with what it costs.
/// Closes itself when there is nothing left to choose.
class KeychainDialog : public QDialog
{
    Q_OBJECT

public:
    KeychainDialog(service::CommandQueue &commands, const service::Snapshot &snapshot,
                   QWidget *parent = nullptr);

    void setSnapshot(const service::Snapshot &snapshot);

private:
    struct Choice {
        QWidget *row;
        QLabel *cost;
        QPushButton *button;
    };
    Choice addChoice(const QString &name, QPushButton *button);
    void tryAgain();
    void askStartAnew();
    void fitHeight();
    void say(const QString &text);

    service::CommandQueue &m_commands;
    service::Snapshot m_shown;
    bool m_isAsking = false; ///< the keychain; a second question would only wait behind it
    QLabel *m_happened;
    QLabel *m_means;
    Choice m_again{};
    Choice m_thisRun{};
    Choice m_anew{};
    QLabel *m_answer;
};

} // namespace flaredeck::ui
