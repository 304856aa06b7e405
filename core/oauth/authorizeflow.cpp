#include "core/oauth/authorizeflow.h"

#include "core/base/crypto.h"
#include "core/oauth/redirecturi.h"

namespace flaredeck::oauth {

AuthorizeFlow::AuthorizeFlow(AuthorizeRequest request, QString checkPhrase, QObject *parent)
    : QObject(parent)
    , m_request(std::move(request))
    , m_handle(crypto::randomToken())
    , m_checkPhrase(std::move(checkPhrase))
{
}

QByteArray AuthorizeFlow::stateName() const
{
    switch (m_state) {
    case State::Consent:
        return "consent";
    case State::SignIn:
        return "sign_in";
    case State::Finishing:
        return "finishing";
    case State::WaitingForClient:
        return "waiting_for_client";
    case State::Done:
        return "done";
    case State::Delivered:
        return "delivered";
    case State::Failed:
        break;
    }
    return "failed";
}

bool AuthorizeFlow::isOver() const
{
    return m_state == State::Done || m_state == State::Delivered || m_state == State::Failed;
}

QByteArray AuthorizeFlow::next() const
{
    if (isOver())
        return m_spent ? QByteArray() : m_redirect;
    return m_state == State::SignIn && !m_signInTaken ? m_signInUrl : QByteArray();
}

void AuthorizeFlow::nextTaken()
{
    if (m_state == State::Done && !m_spent) {
        m_spent = true;
        emit spent();
    } else if (m_state == State::SignIn && !m_signInUrl.isEmpty()) {
        m_signInTaken = true;
    }
}

void AuthorizeFlow::returnedFromSignIn()
{
    if (m_state == State::SignIn && m_signInTaken)
        setState(State::Finishing);
}

void AuthorizeFlow::repeatSignIn()
{
    m_signInTaken = false;
}

void AuthorizeFlow::startSignIn()
{
    if (m_state == State::Consent)
        setState(State::SignIn);
}

void AuthorizeFlow::sendTabTo(const QByteArray &signInUrl)
{
    if (isOver())
        return;
    m_signInUrl = signInUrl;
    m_signInTaken = false;
    setState(State::SignIn);
}

void AuthorizeFlow::setState(State state)
{
    m_state = state;
    emit changed();
}

void AuthorizeFlow::finish(const QByteArray &code)
{
    if (isOver())
        return;
    m_redirect = codeRedirect(m_request, code);
    setState(State::Done);
}

void AuthorizeFlow::delivered(const QString &message)
{
    if (isOver())
        return;
    m_message = message;
    setState(State::Delivered);
    emit spent();
}

void AuthorizeFlow::fail(const QByteArray &code, const QString &message, Tell tell)
{
    if (isOver())
        return;
    m_message = message;
    if (tell == Tell::Client)
        m_redirect = errorRedirect({code, message, m_request.redirectUri, m_request.state},
                                   m_request.issuer);
    setState(State::Failed);
}

void AuthorizeFlow::abandon(const QString &message)
{
    if (m_spent || m_state == State::Failed || m_state == State::Delivered)
        return;
    m_message = message;
    m_redirect.clear();
    setState(State::Failed);
}

bool AuthorizeFlow::keepsTab() const
{
    return m_state == State::Failed && redirecturi::loopbackPort(m_request.redirectUri) > 0;
}

} // namespace flaredeck::oauth
