#include "ui/dialogs/promptqueue.h"

#include "ui/dialogs/confirm.h"
#include "ui/dialogs/consentdialog.h"
#include "ui/signinlauncher.h"

#include <QWidget>

#include <algorithm>

namespace flaredeck::ui {

namespace {

void settle(QPromise<ConsentAnswer> &promise, const ConsentAnswer &answer)
{
    promise.addResult(answer);
    promise.finish();
}

ConsentAnswer refusal(const QString &reason)
{
    ConsentAnswer answer;
    answer.reason = reason;
    return answer;
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
        settle(*waiting.promise,
               refusal(QStringLiteral("The app was closed before anyone decided.")));
}

QFuture<ConsentAnswer> PromptQueue::askConsent(ConsentRequest request)
{
    auto promise = std::make_shared<QPromise<ConsentAnswer>>();
    promise->start();
    QFuture<ConsentAnswer> answer = promise->future();
    QMetaObject::invokeMethod(
        this, [this, waiting = Waiting{std::move(request), promise}] { enqueue(waiting); },
        Qt::QueuedConnection);
    return answer;
}

void PromptQueue::withdrawConsent(const QString &id)
{
    QMetaObject::invokeMethod(
        this, [this, id] { withdraw(id); }, Qt::QueuedConnection);
}

void PromptQueue::warn(const QString &title, const QString &text)
{
    QMetaObject::invokeMethod(
        this,
        [this, title, text] {
            tellProblem(m_window, title, text);
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

void PromptQueue::enqueue(Waiting waiting)
{
    const QString name = waiting.request.clientName;
    m_waiting << std::move(waiting);
    if (m_dialog)
        m_dialog->setPosition(1, pending());
    else
        showNext();
    emit pendingChanged(pending());
    emit consentWaiting(name);
}

void PromptQueue::withdraw(const QString &id)
{
    if (m_dialog && m_dialog->requestId() == id) {
        m_dialog->disconnect(this);
        m_dialog->close();
    }
    finish(id, refusal(QStringLiteral("The request was withdrawn.")));
}

void PromptQueue::showNext()
{
    if (m_waiting.isEmpty())
        return;
    m_dialog = new ConsentDialog(m_waiting.first().request, m_window);
    m_dialog->setAttribute(Qt::WA_DeleteOnClose);
    m_dialog->setPosition(1, pending());
    connect(
        m_dialog, &ConsentDialog::answered, this,
        [this, id = m_dialog->requestId()](const ConsentAnswer &answer) { finish(id, answer); });
    m_dialog->show();
    raiseDialog();
}

void PromptQueue::finish(const QString &id, const ConsentAnswer &answer)
{
    const auto found =
        std::find_if(m_waiting.begin(), m_waiting.end(),
                     [&id](const Waiting &waiting) { return waiting.request.id == id; });
    if (found == m_waiting.end())
        return;
    const bool onScreen = found == m_waiting.begin();
    const auto promise = found->promise;
    m_waiting.erase(found);
    settle(*promise, answer);
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
