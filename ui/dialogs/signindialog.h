#pragma once

#include "core/service/snapshot.h"

#include <QDialog>
#include <QPointer>

class QVBoxLayout;

namespace flaredeck::service {
class CommandQueue;
}

namespace flaredeck::ui {

class ReachChoice;
class SignInWay;

/// "Sign in to Cloudflare": what clients may ever do, and the ways to sign in as cards, the one
/// that needs the least first. Each of them may be used any number of times; signed in is who
/// closes the dialog.
class SignInDialog : public QDialog
{
    Q_OBJECT

public:
    SignInDialog(service::CommandQueue &commands, const service::Snapshot &snapshot,
                 QWidget *parent = nullptr);

    void setSnapshot(const service::Snapshot &snapshot);
    /// Adds a card below the others.
    void addWay(SignInWay *way);
    /// Why the person was brought here.
    void say(const QString &problem);

protected:
    bool event(QEvent *event) override;

private:
    void addSandbox();
    void choose();
    void readClipboard();

    service::CommandQueue &m_commands;
    ReachChoice *m_reach;
    QVBoxLayout *m_cards;
    QList<SignInWay *> m_ways;
    service::Snapshot m_snapshot;
};

/// Opens the dialog, or brings the one that is open to the front; `open` remembers it. `problem`
/// may be empty.
void showSignIn(QPointer<SignInDialog> &open, service::CommandQueue &commands,
                const service::Snapshot &snapshot, QWidget *parent, const QString &problem = {});

} // namespace flaredeck::ui
