#include "ui/dialogs/promptqueue.h"

#include "ui/dialogs/confirm.h"
#include "ui/dialogs/consentdialog.h"
#include "ui/dialogs/keyguard.h"
#include "ui/dialogs/stepupdialog.h"
#include "ui/signinlauncher.h"

#include <QPromise>
#include <QWidget>

#include <algorithm>
#include <memory>
#include <utility>

namespace flaredeck::ui {

namespace {

template <typename Answer>
void settle(QPromise<Answer> &promise, const Answer &answer)
{
    promise.addResult(answer);
    promise.finish();
}

template <typename Answer>
std::shared_ptr<QPromise<Answer>> openPromise()
{
    auto promise = std::make_shared<QPromise<Answer>>();
    promise->start();
    return promise;
}

} // namespace

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

QFuture<ConsentAnswer> PromptQueue::askConsent(ConsentRequest request)
{
    const auto promise = openPromise<ConsentAnswer>();
    const QString id = request.id;
    const QString name = request.clientName;
    const Waiting waiting{
        id,
        [this, promise, request = std::move(request)](QWidget *window) -> PromptDialog * {
            auto *dialog = new ConsentDialog(request, window);
            connect(dialog, &ConsentDialog::answered, this,
                    [this, promise, id = request.id](const ConsentAnswer &answer) {
                        settle(*promise, answer);
                        finish(id);
                    });
            return dialog;
        },
        [promise](const QString &reason) {
            ConsentAnswer no;
            no.reason = reason;
            settle(*promise, no);
        }};
    QMetaObject::invokeMethod(
        this,
        [this, waiting, name] {
            enqueue(waiting);
            emit consentWaiting(name);
        },
        Qt::QueuedConnection);
    return promise->future();
}

void PromptQueue::withdrawConsent(const QString &id)
{
    QMetaObject::invokeMethod(
        this, [this, id] { withdraw(id); }, Qt::QueuedConnection);
}

QFuture<StepUpAnswer> PromptQueue::askStepUp(StepUpRequest request)
{
    const auto promise = openPromise<StepUpAnswer>();
    const QString id = request.id;
    const QString name = request.clientName;
    const QString tool = request.toolTitle;
    const Waiting waiting{
        id,
        [this, promise, request = std::move(request)](QWidget *window) -> PromptDialog * {
            auto *dialog = new StepUpDialog(request, window);
            connect(dialog, &StepUpDialog::answered, this,
                    [this, promise, id = request.id](const StepUpAnswer &answer) {
                        settle(*promise, answer);
                        finish(id);
                    });
            return dialog;
        },
        [promise](const QString &) { settle(*promise, StepUpAnswer{StepUpChoice::Unavailable}); }};
    QMetaObject::invokeMethod(
        this,
        [this, waiting, name, tool] {
            enqueue(waiting);
            emit stepUpWaiting(name, tool);
        },
        Qt::QueuedConnection);
    return promise->future();
}

void PromptQueue::withdrawStepUp(const QString &id)
{
    withdrawConsent(id); // ids are unique among both
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

QFuture<SignInShown> PromptQueue::showSignIn(SignInRequest request)
{
    auto promise = std::make_shared<QPromise<SignInShown>>();
    promise->start();
    QFuture<SignInShown> shown = promise->future();
    QMetaObject::invokeMethod(
        this,
        [this, request = std::move(request), promise] {
            promise->addResult(m_launcher.show(request));
            promise->finish();
        },
        Qt::QueuedConnection);
    return shown;
}

void PromptQueue::signInEnded(const QString &id, const QString &error)
{
    QMetaObject::invokeMethod(
        this, [this, id, error] { m_launcher.end(id, error); }, Qt::QueuedConnection);
}

void PromptQueue::enqueue(const Waiting &waiting)
{
    m_waiting << waiting;
    if (m_dialog)
        m_dialog->setPosition(1, pending());
    else
        showNext();
    emit pendingChanged(pending());
}

void PromptQueue::withdraw(const QString &id)
{
    const auto found = std::find_if(m_waiting.begin(), m_waiting.end(),
                                    [&id](const Waiting &waiting) { return waiting.id == id; });
    if (found == m_waiting.end())
        return;
    if (m_dialog && m_dialog->requestId() == id) {
        m_dialog->disconnect(this);
        m_dialog->close();
    }
    found->refuse(QStringLiteral("The request was withdrawn."));
    finish(id);
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
