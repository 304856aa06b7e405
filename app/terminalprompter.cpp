#include "app/terminalprompter.h"

#include "app/terminalanswer.h"
#include "core/base/plaintext.h"

namespace flaredeck::app {

namespace {

constexpr qsizetype kMaxTyped = 4096;

ConsentAnswer refusal(const QString &reason)
{
    ConsentAnswer no;
    no.reason = reason;
    return no;
}

} // namespace

TerminalPrompter::TerminalPrompter(int input, int output, bool interactive, QObject *parent)
    : QObject(parent)
    , m_interactive(interactive)
    , m_input(input)
{
    if (!m_output.open(output, QIODevice::WriteOnly | QIODevice::Unbuffered))
        qWarning("The terminal cannot be written to.");
    connect(&m_input, &TerminalInput::read, this, &TerminalPrompter::readAnswer);
    connect(&m_input, &TerminalInput::ended, this, &TerminalPrompter::giveUp);
}

TerminalPrompter::~TerminalPrompter()
{
    for (const Waiting &question : std::as_const(m_questions))
        question.refuse(tr("Flaredeck was closed."));
}

void TerminalPrompter::ask(const prompt::AnyQuestion &question)
{
    std::visit([this](const auto &asked) { take(asked); }, question);
}

void TerminalPrompter::take(const prompt::Consent &question)
{
    if (!m_interactive) {
        question.answer(
            refusal(tr("Flaredeck runs without a window and without a terminal, so nobody can "
                       "agree to this. Start it with a window, or from a terminal.")));
        return;
    }
    enqueue({question.request().id, terminalanswer::question(question.request()),
             [question](const QString &line) {
                 const auto yes = terminalanswer::parse(line, question.request());
                 question.answer(yes.value_or(refusal(tr("The person at the computer said no."))));
                 return yes ? tr("Allowed.\n") : tr("Denied.\n");
             },
             [question](const QString &reason) { question.answer(refusal(reason)); }});
}

void TerminalPrompter::take(const prompt::CallApproval &question)
{
    if (!m_interactive) {
        question.answer({CallApprovalChoice::Unavailable});
        return;
    }
    enqueue({question.request().id, terminalanswer::question(question.request()),
             [question](const QString &line) {
                 const CallApprovalChoice choice =
                     terminalanswer::parseCallApproval(line, question.request());
                 question.answer({choice});
                 switch (choice) {
                 case CallApprovalChoice::Once:
                     return tr("Allowed once.\n");
                 case CallApprovalChoice::Session:
                     return tr("Allowed for this session.\n");
                 case CallApprovalChoice::Grant:
                 case CallApprovalChoice::Always:
                     return tr("Allowed from now on.\n");
                 default:
                     return tr("Denied.\n");
                 }
             },
             [question](const QString &) { question.answer({CallApprovalChoice::Unavailable}); }});
}

void TerminalPrompter::take(const prompt::SignIn &question)
{
    const SignInRequest &request = question.request();
    QMetaObject::invokeMethod(
        this,
        [this, id = request.id, server = request.server] {
            m_signIn = id;
            m_signInTo = server.isEmpty() ? tr("Cloudflare") : plaintext::line(server);
        },
        Qt::QueuedConnection);
    if (request.tabWaiting) {
        question.answer({SignInSurface::UseTab, {}});
        return;
    }
    if (!m_interactive) {
        question.answer({SignInSurface::Unavailable,
                         tr("Flaredeck runs without a window and without a terminal, so there is "
                            "nowhere to show the sign-in page.")});
        return;
    }
    QMetaObject::invokeMethod(
        this,
        [this, url = request.url.toString(QUrl::FullyEncoded)] {
            print(tr("Open this address in a browser on this computer to sign in to %1:\n%2\n")
                      .arg(m_signInTo, url));
        },
        Qt::QueuedConnection);
    question.answer({SignInSurface::Shown, {}});
}

void TerminalPrompter::withdraw(const QString &id, const QString &problem)
{
    QMetaObject::invokeMethod(
        this,
        [this, id, problem] {
            if (id != m_signIn) {
                drop(id);
                return;
            }
            m_signIn.clear();
            if (m_interactive)
                print(problem.isEmpty()
                          ? tr("Signed in to %1.\n").arg(m_signInTo)
                          : tr("The sign-in failed: %1\n").arg(plaintext::line(problem)));
        },
        Qt::QueuedConnection);
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

void TerminalPrompter::enqueue(const Waiting &waiting)
{
    QMetaObject::invokeMethod(
        this,
        [this, waiting] {
            m_questions.append(waiting);
            if (m_questions.size() == 1)
                showFirst();
        },
        Qt::QueuedConnection);
}

void TerminalPrompter::drop(const QString &id)
{
    for (qsizetype i = 0; i < m_questions.size(); ++i) {
        if (m_questions.at(i).id != id)
            continue;
        m_questions.takeAt(i).refuse(tr("The request is void."));
        if (i == 0) {
            print(tr("\nThe client no longer waits for an answer.\n"));
            m_input.setReading(false);
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
    m_input.discard();
    print(m_questions.constFirst().text);
    m_typed.clear();
    m_input.setReading(true);
}

void TerminalPrompter::giveUp()
{
    if (!m_questions.isEmpty())
        m_questions.takeFirst().refuse(tr("The terminal was closed before an answer was given."));
    showFirst();
}

void TerminalPrompter::readAnswer(const QByteArray &bytes)
{
    m_typed += bytes;
    if (!m_typed.contains('\n') && m_typed.size() < kMaxTyped)
        return;
    m_input.setReading(false);
    if (m_questions.isEmpty())
        return;
    const QString line = QString::fromUtf8(m_typed.left(m_typed.indexOf('\n')));
    const Waiting question = m_questions.takeFirst();
    print(question.answer(line));
    showFirst();
}

void TerminalPrompter::print(const QString &text)
{
    m_output.write(text.toUtf8());
}

} // namespace flaredeck::app
