#pragma once

#include "core/prompt/prompter.h"

#include <QFile>
#include <QList>
#include <QObject>
#include <QSocketNotifier>

#include <functional>

namespace flaredeck::app {

/// Asks on the terminal when the program runs without a window, one question at a time; what was
/// typed before a question is discarded. Where there is no terminal every request is refused, with
/// a reason that says what to do. The Prompter methods may be called from any thread; the terminal
/// is read on the thread that made this.
class TerminalPrompter : public QObject, public Prompter
{
    Q_OBJECT

public:
    /// File descriptors, so that tests bring their own. `interactive`: somebody is there to answer.
    TerminalPrompter(int input, int output, bool interactive, QObject *parent = nullptr);
    ~TerminalPrompter() override;

    QFuture<ConsentAnswer> askConsent(ConsentRequest request) override;
    void withdrawConsent(const QString &id) override;
    QFuture<StepUpAnswer> askStepUp(StepUpRequest request) override;
    void withdrawStepUp(const QString &id) override;
    void warn(const QString &title, const QString &text) override;
    QFuture<SignInShown> showSignIn(SignInRequest request) override;
    void signInEnded(const QString &id, const QString &error) override;

private:
    struct Question {
        QString id;
        QString text;
        /// Answers with what was typed; what to print then.
        std::function<QString(const QString &line)> answer;
        std::function<void(const QString &reason)> refuse;
    };

    void ask(const Question &question);
    void withdraw(const QString &id);
    void showFirst();
    void readAnswer();
    void print(const QString &text);

    const bool m_interactive;
    QFile m_output;
    QSocketNotifier m_readable;
    QByteArray m_typed;
    QList<Question> m_questions; ///< the first one is on the terminal
};

} // namespace flaredeck::app
