#pragma once

#include "core/oauth/authorizerequest.h"

#include <QObject>

namespace flaredeck::oauth {

/// One browser tab that waits at /authorize, from the checked request to the redirect that ends it.
/// Knows states, not HTTP and not people.
class AuthorizeFlow : public QObject
{
    Q_OBJECT

public:
    enum class State {
        Consent,          ///< a person is being asked
        SignIn,           ///< the sign-in page is open
        Finishing,        ///< the sign-in is being completed
        WaitingForClient, ///< allowed, but nobody listens at the redirect URI yet
        Done,             ///< the tab takes the code to the client
        Delivered,        ///< the client has the code; the tab only has to be closed
        Failed,
    };

    AuthorizeFlow(AuthorizeRequest request, QString checkPhrase, QObject *parent = nullptr);

    /// 256 random bits: who knows it may watch and cancel the flow, nothing else.
    [[nodiscard]] const QByteArray &handle() const { return m_handle; }
    [[nodiscard]] QByteArray path() const { return "/authorize/flow/" + m_handle; }
    [[nodiscard]] const AuthorizeRequest &request() const { return m_request; }
    [[nodiscard]] const QString &checkPhrase() const { return m_checkPhrase; }
    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] QByteArray stateName() const;
    [[nodiscard]] const QString &message() const { return m_message; } ///< why it failed
    [[nodiscard]] bool isOver() const;
    [[nodiscard]] bool isSpent() const
    {
        return m_spent;
    } ///< the code has been handed to a browser

    /// Where the tab shall go now; empty = nowhere.
    [[nodiscard]] QByteArray next() const;
    /// The tab was told. A code is handed out once: a second visit to the client's redirect URI
    /// would look like a replay and end the grant.
    void nextTaken();
    /// The tab asks for its page again after it was sent to the sign-in: it is back.
    void returnedFromSignIn();
    /// The person went back to /authorize: send the tab to the sign-in again.
    void repeatSignIn();
    [[nodiscard]] bool wasSentToSignIn() const { return m_signInTaken; }

    void startSignIn();
    void sendTabTo(const QByteArray &signInUrl);
    void setState(State state);
    void finish(const QByteArray &code);
    /// The client was sent the code from here. `message`: what it made of it, if that was no
    /// success.
    void delivered(const QString &message = {});
    /// Whether the client is to hear of the failure, and can.
    enum class Tell { Client, TabOnly };
    void fail(const QByteArray &code, const QString &message, Tell tell = Tell::Client);

    /// Whatever it was waiting for goes elsewhere: a code that nobody fetched is not handed out.
    void abandon(const QString &message);

    /// Failed, and the client can be told from behind the page, which keeps its words: whoever
    /// listens on this computer need not own the tab to learn it.
    [[nodiscard]] bool keepsTab() const;

signals:
    void changed();
    /// The client or a browser has the code now.
    void spent();

private:
    AuthorizeRequest m_request;
    QByteArray m_handle;
    QString m_checkPhrase;
    State m_state = State::Consent;
    QString m_message;
    QByteArray m_signInUrl;
    QByteArray m_redirect;
    bool m_signInTaken = false;
    bool m_spent = false;
};

} // namespace flaredeck::oauth
