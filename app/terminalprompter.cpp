#include "app/terminalprompter.h"

#include "app/answered.h"
#include "app/terminalanswer.h"
#include "core/base/plaintext.h"

#include <QPromise>

#include <array>
#include <memory>
#include <termios.h>
#include <unistd.h>

namespace flaredeck::app {

namespace {

constexpr qsizetype kMaxTyped = 4096;

ConsentAnswer refusal(const QString &reason)
{
    ConsentAnswer no;
    no.reason = reason;
    return no;
}

template <typename Answer>
void finish(QPromise<Answer> &promise, const Answer &answer)
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

TerminalPrompter::TerminalPrompter(int input, int output, bool interactive, QObject *parent)
    : QObject(parent)
    , m_interactive(interactive)
    , m_readable(input, QSocketNotifier::Read)
{
    m_readable.setEnabled(false);
    if (!m_output.open(output, QIODevice::WriteOnly | QIODevice::Unbuffered))
        qWarning("The terminal cannot be written to.");
    connect(&m_readable, &QSocketNotifier::activated, this, &TerminalPrompter::readAnswer);
}

TerminalPrompter::~TerminalPrompter()
{
    for (const Question &question : std::as_const(m_questions))
        question.refuse(tr("Flaredeck was closed."));
}

QFuture<ConsentAnswer> TerminalPrompter::askConsent(ConsentRequest request)
{
    if (!m_interactive)
        return answered(
            refusal(tr("Flaredeck runs without a window and without a terminal, so nobody can "
                       "agree to this. Start it with a window, or from a terminal.")));
    const auto promise = openPromise<ConsentAnswer>();
    const Question question{
        request.id, terminalanswer::question(request),
        [promise, request](const QString &line) {
            const auto yes = terminalanswer::parse(line, request);
            finish(*promise, yes.value_or(refusal(tr("The person at the computer said no."))));
            return yes ? tr("Allowed.\n") : tr("Denied.\n");
        },
        [promise](const QString &reason) { finish(*promise, refusal(reason)); }};
    QMetaObject::invokeMethod(
        this, [this, question] { ask(question); }, Qt::QueuedConnection);
    return promise->future();
}

void TerminalPrompter::withdrawConsent(const QString &id)
{
    QMetaObject::invokeMethod(
        this, [this, id] { withdraw(id); }, Qt::QueuedConnection);
}

QFuture<StepUpAnswer> TerminalPrompter::askStepUp(StepUpRequest request)
{
    if (!m_interactive)
        return answered(StepUpAnswer{StepUpChoice::Unavailable});
    const auto promise = openPromise<StepUpAnswer>();
    const Question question{
        request.id, terminalanswer::question(request),
        [promise](const QString &line) {
            const StepUpChoice choice = terminalanswer::parseStepUp(line);
            finish(*promise, StepUpAnswer{choice});
            switch (choice) {
            case StepUpChoice::Once:
                return tr("Allowed once.\n");
            case StepUpChoice::Grant:
                return tr("Allowed from now on.\n");
            default:
                return tr("Denied.\n");
            }
        },
        [promise](const QString &) { finish(*promise, StepUpAnswer{StepUpChoice::Unavailable}); }};
    QMetaObject::invokeMethod(
        this, [this, question] { ask(question); }, Qt::QueuedConnection);
    return promise->future();
}

void TerminalPrompter::withdrawStepUp(const QString &id)
{
    withdrawConsent(id); // ids are unique among both
}

void TerminalPrompter::warn(const QString &title, const QString &text)
{
    QMetaObject::invokeMethod(
        this,
        [this, title, text] {
            print(tr("\n%1\n  %2\n").arg(plaintext::line(title), plaintext::line(text)));
        },
        Qt::QueuedConnection);
}

QFuture<SignInShown> TerminalPrompter::showSignIn(SignInRequest request)
{
    if (request.tabWaiting)
        return answered(SignInShown{SignInSurface::UseTab, {}});
    if (!m_interactive)
        return answered(
            SignInShown{SignInSurface::Unavailable,
                        tr("Flaredeck runs without a window and without a terminal, so there is "
                           "nowhere to show the sign-in page.")});
    QMetaObject::invokeMethod(
        this,
        [this, url = request.url.toString(QUrl::FullyEncoded)] {
            print(tr("Open this address in a browser on this computer to sign in to "
                     "Cloudflare:\n%1\n")
                      .arg(url));
        },
        Qt::QueuedConnection);
    return answered(SignInShown{SignInSurface::Shown, {}});
}

void TerminalPrompter::signInEnded(const QString &, const QString &error)
{
    if (!m_interactive)
        return;
    QMetaObject::invokeMethod(
        this,
        [this, error] {
            print(error.isEmpty() ? tr("Signed in to Cloudflare.\n")
                                  : tr("The sign-in failed: %1\n").arg(plaintext::line(error)));
        },
        Qt::QueuedConnection);
}

void TerminalPrompter::ask(const Question &question)
{
    m_questions.append(question);
    if (m_questions.size() == 1)
        showFirst();
}

void TerminalPrompter::withdraw(const QString &id)
{
    for (qsizetype i = 0; i < m_questions.size(); ++i) {
        if (m_questions.at(i).id != id)
            continue;
        m_questions.takeAt(i).refuse(tr("The request is void."));
        if (i == 0) {
            print(tr("\nThe client no longer waits for an answer.\n"));
            m_readable.setEnabled(false);
            showFirst();
        }
        return;
    }
}

void TerminalPrompter::showFirst()
{
    if (m_questions.isEmpty())
        return;
    // What was typed before the question could be read answers something else.
    ::tcflush(static_cast<int>(m_readable.socket()), TCIFLUSH);
    print(m_questions.constFirst().text);
    m_typed.clear();
    m_readable.setEnabled(true);
}

void TerminalPrompter::readAnswer()
{
    std::array<char, 256> bytes{};
    const auto count = ::read(static_cast<int>(m_readable.socket()), bytes.data(), bytes.size());
    if (count <= 0) { // the terminal is gone
        m_readable.setEnabled(false);
        if (!m_questions.isEmpty())
            m_questions.takeFirst().refuse(
                tr("The terminal was closed before an answer was given."));
        showFirst();
        return;
    }
    m_typed.append(bytes.data(), static_cast<qsizetype>(count));
    if (!m_typed.contains('\n') && m_typed.size() < kMaxTyped)
        return;
    m_readable.setEnabled(false);
    if (m_questions.isEmpty())
        return;
    const QString line = QString::fromUtf8(m_typed.left(m_typed.indexOf('\n')));
    const Question question = m_questions.takeFirst();
    print(question.answer(line));
    showFirst();
}

void TerminalPrompter::print(const QString &text)
{
    m_output.write(text.toUtf8());
}

} // namespace flaredeck::app
