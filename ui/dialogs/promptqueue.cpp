#include "ui/dialogs/promptqueue.h"

#include "ui/dialogs/callapprovaldialog.h"
#include "ui/dialogs/confirm.h"
#include "ui/dialogs/consentdialog.h"
#include "ui/dialogs/keyguard.h"
#include "ui/signinlauncher.h"

#include <QWidget>

#include <algorithm>
#include <utility>

namespace flaredeck::ui {

PromptQueue::PromptQueue(SignInLauncher &launcher, QWidget *window, QObject *parent)
    : QObject(parent)
    , m_launcher(launcher)
    , m_window(window)
{
}

PromptQueue::~PromptQueue()
{
    delete m_dialog;
    for (const Waiting &waiting : std::as_const(m_waiting))
        waiting.refuse(QStringLiteral("The app was closed before anyone decided."));
}

void PromptQueue::ask(const prompt::AnyQuestion &question)
{
    QMetaObject::invokeMethod(
        this,
        [this, question] { std::visit([this](const auto &asked) { take(asked); }, question); },
        Qt::QueuedConnection);
}

void PromptQueue::take(const prompt::Consent &question)
{
    enqueue<ConsentDialog>(question, [](const QString &reason) {
        ConsentAnswer no;
        no.reason = reason;
        return no;
    });
    emit consentWaiting(question.request().clientName);
}

void PromptQueue::take(const prompt::CallApproval &question)
{
    enqueue<CallApprovalDialog>(question, [](const QString &) {
        return CallApprovalAnswer{CallApprovalChoice::Unavailable};
    });
    emit callWaiting(question.request().clientName, question.request().toolTitle);
}

void PromptQueue::take(const prompt::SignIn &question)
{
    question.answer(m_launcher.show(question.request()));
}

void PromptQueue::withdraw(const QString &id, const QString &problem)
{
    QMetaObject::invokeMethod(
        this,
        [this, id, problem] {
            if (!drop(id))
                m_launcher.end(id, problem);
        },
        Qt::QueuedConnection);
}

void PromptQueue::warn(const QString &title, const QString &text)
{
    QMetaObject::invokeMethod(
        this,
        [this, title, text] {
            new KeyGuard(tellProblem(m_window, title, text)); // nobody has clicked for it
            emit warned(title, text);
        },
        Qt::QueuedConnection);
}

template <typename Dialog, typename Asked, typename Refusal>
void PromptQueue::enqueue(const Asked &question, Refusal refusal)
{
    const auto show = [this, question](QWidget *window) -> PromptDialog * {
        auto *dialog = new Dialog(question.request(), window);
        connect(dialog, &Dialog::answered, this, [this, question](const auto &answer) {
            question.answer(answer);
            finish(question.request().id);
        });
        return dialog;
    };
    m_waiting << Waiting{question.request().id, show, [question, refusal](const QString &reason) {
                             question.answer(refusal(reason));
                         }};
    if (m_dialog)
        m_dialog->setPosition(1, pending());
    else
        showNext();
    emit pendingChanged(pending());
}

bool PromptQueue::drop(const QString &id)
{
    const auto found = std::find_if(m_waiting.begin(), m_waiting.end(),
                                    [&id](const Waiting &waiting) { return waiting.id == id; });
    if (found == m_waiting.end())
        return false;
    if (m_dialog && m_dialog->requestId() == id) {
        m_dialog->disconnect(this);
        m_dialog->close();
    }
    found->refuse(QStringLiteral("The request was withdrawn."));
    finish(id);
    return true;
}

void PromptQueue::showNext()
{
    if (m_waiting.isEmpty())
        return;
    m_dialog = m_waiting.first().makeDialog(m_window);
    m_dialog->setAttribute(Qt::WA_DeleteOnClose);
    m_dialog->setPosition(1, pending());
    m_dialog->show();
    raiseDialog();
}

void PromptQueue::finish(const QString &id)
{
    const auto found = std::find_if(m_waiting.begin(), m_waiting.end(),
                                    [&id](const Waiting &waiting) { return waiting.id == id; });
    if (found == m_waiting.end())
        return;
    const bool onScreen = found == m_waiting.begin();
    m_waiting.erase(found);
    emit pendingChanged(pending());
    if (onScreen) {
        m_dialog.clear(); // deletes itself on close
        showNext();
    } else if (m_dialog) {
        m_dialog->setPosition(1, pending());
    }
}

void PromptQueue::raiseDialog()
{
    if (!m_dialog)
        return;
    m_dialog->raise();
    m_dialog->activateWindow();
}

} // namespace flaredeck::ui
