#pragma once

#include "core/prompt/prompter.h"

#include <QList>
#include <QObject>
#include <QPointer>

#include <functional>

namespace flaredeck::ui {

class PromptDialog;
class SignInLauncher;

/// Brings the core's questions to the person, one dialog at a time. Its Prompter methods are called
/// on the core thread and hop to the GUI thread. What is still open when it is destroyed is
/// answered with no.
class PromptQueue : public QObject, public Prompter
{
    Q_OBJECT

public:
    /// `window` is what the dialogs stay above; it may be hidden.
    PromptQueue(SignInLauncher &launcher, QWidget *window, QObject *parent = nullptr);
    ~PromptQueue() override;

    void ask(const prompt::AnyQuestion &question) override;
    void withdraw(const QString &id, const QString &problem = {}) override;
    void warn(const QString &title, const QString &text) override;

    /// Decisions that wait for the person, the one on screen included.
    [[nodiscard]] int pending() const { return int(m_waiting.size()); }
    /// Brings the open dialog to the front.
    void raiseDialog();

signals:
    void consentWaiting(const QString &clientName);
    void callWaiting(const QString &clientName, const QString &toolTitle);
    void pendingChanged(int count);
    /// Shown beside the window as well; this is for who is not looking at it.
    void warned(const QString &title, const QString &text);

private:
    struct Waiting {
        QString id;
        std::function<PromptDialog *(QWidget *window)> makeDialog;
        std::function<void(const QString &reason)> refuse;
    };

    void take(const prompt::Consent &question);
    void take(const prompt::CallApproval &question);
    void take(const prompt::SignIn &question);
    /// Shows a dialog of that kind when it is its turn; `refusal` of a reason is the answer of who
    /// cannot decide any more.
    template <typename Dialog, typename Asked, typename Refusal>
    void enqueue(const Asked &question, Refusal refusal);
    /// Whether it was among those that wait.
    bool drop(const QString &id);
    void showNext();
    void finish(const QString &id);

    SignInLauncher &m_launcher;
    QPointer<QWidget> m_window;
    QList<Waiting> m_waiting; ///< the first one is on screen
    QPointer<PromptDialog> m_dialog;
};

} // namespace flaredeck::ui
