#include "core/service/signinwatch.h"

#include <utility>

namespace flaredeck::service {

SignInWatch::SignInWatch(Prompter &prompter, QObject *parent)
    : QObject(parent)
    , m_prompter(prompter)
{
}

QFuture<ConsentAnswer> SignInWatch::askConsent(ConsentRequest request)
{
    return m_prompter.askConsent(std::move(request));
}

void SignInWatch::withdrawConsent(const QString &id)
{
    m_prompter.withdrawConsent(id);
}

QFuture<StepUpAnswer> SignInWatch::askStepUp(StepUpRequest request)
{
    return m_prompter.askStepUp(std::move(request));
}

void SignInWatch::withdrawStepUp(const QString &id)
{
    m_prompter.withdrawStepUp(id);
}

void SignInWatch::warn(const QString &title, const QString &text)
{
    m_prompter.warn(title, text);
}

QFuture<SignInShown> SignInWatch::showSignIn(SignInRequest request)
{
    m_running = request.id;
    emit changed();
    return m_prompter.showSignIn(std::move(request));
}

void SignInWatch::signInEnded(const QString &id, const QString &error)
{
    if (m_running == id) {
        m_running.clear();
        emit changed();
    }
    m_prompter.signInEnded(id, error);
}

} // namespace flaredeck::service
