#include "core/service/signinwatch.h"

#include <utility>

namespace flaredeck::service {

SignInWatch::SignInWatch(Prompter &prompter, QObject *parent)
    : QObject(parent)
    , m_prompter(prompter)
{
}

void SignInWatch::ask(const prompt::AnyQuestion &question)
{
    if (const auto *signIn = std::get_if<prompt::SignIn>(&question)) {
        m_running = signIn->request();
        m_isTaken = m_show != nullptr;
        emit changed();
        if (m_isTaken) {
            m_show(signIn->request());
            return signIn->answer({SignInSurface::Shown, {}});
        }
    }
    m_prompter.ask(question);
}

void SignInWatch::withdraw(const QString &id, const QString &problem)
{
    if (m_running.id == id) {
        m_running = {};
        emit changed();
        if (std::exchange(m_isTaken, false))
            return;
    }
    m_prompter.withdraw(id, problem);
}

void SignInWatch::warn(const QString &title, const QString &text)
{
    m_prompter.warn(title, text);
}

} // namespace flaredeck::service
