#pragma once

#include "app/terminalinput.h"
#include "core/prompt/prompter.h"

#include <QFile>
#include <QList>
#include <QObject>

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

    void ask(const prompt::AnyQuestion &question) override;
    void withdraw(const QString &id, const QString &problem = {}) override;
    void warn(const QString &title, const QString &text) override;

private:
    struct Waiting {
        QString id;
        QString text;
        /// Answers with what was typed; what to print then.
        std::function<QString(const QString &line)> answer;
        std::function<void(const QString &reason)> refuse;
    };

    void take(const prompt::Consent &question);
    void take(const prompt::CallApproval &question);
    void take(const prompt::SignIn &question);
    void enqueue(const Waiting &waiting);
    void drop(const QString &id);
    void showFirst();
    void readAnswer(const QByteArray &bytes);
    void giveUp();
    void print(const QString &text);

    const bool m_interactive;
    QFile m_output;
    TerminalInput m_input;
    QByteArray m_typed;
    QList<Waiting> m_questions; ///< the first one is on the terminal
    QString m_signIn;           ///< id of the one that runs; empty = none
    QString m_signInTo;         ///< and whose it is
};

} // namespace flaredeck::app
