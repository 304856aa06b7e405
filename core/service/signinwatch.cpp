#include "core/service/signinwatch.h"

namespace flaredeck::service {

SignInWatch::SignInWatch(Prompter &prompter, QObject *parent)
    : QObject(parent)
    , m_prompter(prompter)
{
}

void SignInWatch::ask(const prompt::AnyQuestion &question)
{
    if (const auto *signIn = std::get_if<prompt::SignIn>(&question)) {
        m_running = signIn->request().id;
        emit changed();
    }
    m_prompter.ask(question);
}

void SignInWatch::withdraw(const QString &id, const QString &problem)
{
    if (m_running == id) {
        m_running.clear();
        emit changed();
    }
    m_prompter.withdraw(id, problem);
}

void SignInWatch::warn(const QString &title, const QString &text)
{
    m_prompter.warn(title, text);
}

} // namespace flaredeck::service
