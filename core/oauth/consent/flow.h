#pragma once

#include "core/base/taskscope.h"
#include "core/http/httpclient.h"
#include "core/oauth/consent/listening.h"
#include "core/oauth/consent/rememberedapprovals.h"
#include "core/oauth/grants/tokenservice.h"
#include "core/prompt/prompter.h"

#include <QObject>

#include <variant>

namespace flaredeck::oauth {

/// What flows work with; all of it outlives them.
struct FlowServices {
    store::AuditTrail &audit;
    Prompter &prompter;
    LoginSource &logins;
    ClientRegistry &clients;
    GrantBook &grants;
    TokenService &tokens;
    RememberedApprovals &remembered;
    http::HttpClient &http;
    const Clock &clock;
};

/// What a person allowed, with the sign-in that it stands on.
struct Approval {
    QString consent; ///< id of the question
    ConsentAnswer answer;
    UpstreamLogin login;
    std::optional<store::RememberedApproval> before; ///< what answered, when nobody was asked
    store::AuditPeer peer; ///< the program that waits for the answer, if known
};

/// What a person allowed a client on that sign-in. Denied when the sign-in does not reach what they
/// chose.
[[nodiscard]] Result<store::Grant> newGrant(const store::Client &client,
                                            const QStringList &resources,
                                            const ConsentAnswer &answer, const UpstreamLogin &login,
                                            Millis now);

/// Where a flow stands.
namespace flowstate {

/// A person is being asked, or will be as soon as somebody listens for the answer.
struct Asking {
    bool awaitsClient = false;
    bool operator==(const Asking &) const = default;
};
/// The sign-in page is open.
struct SigningIn {
    QByteArray page; ///< where this tab goes; empty = it is shown elsewhere
    bool isShown = false;
    bool operator==(const SigningIn &) const = default;
};
/// Allowed: the client is about to get its code, or nobody listens for it yet.
struct Delivering {
    bool awaitsClient = false;
    bool operator==(const Delivering &) const = default;
};
struct Over {
    enum class End {
        CodeWaits, ///< for the tab, which takes it to the client
        CodeTaken,
        Delivered, ///< the client has the code; the tab only has to be closed
        Failed,
    };
    End end = End::Failed;
    QByteArray redirect; ///< where the tab goes; empty = nowhere
    QString message;
    bool operator==(const Over &) const = default;
};

} // namespace flowstate

/// One request to /authorize on its way from the waiting tab to the client that gets a code. Its
/// code only goes to the program that listened when the person decided. It is sent there from here,
/// so that whoever asked gets nothing that is worth stealing; see
/// AuthorizeRequest::answersRequester() for the rest.
class Flow : public QObject
{
    Q_OBJECT

public:
    using Asking = flowstate::Asking;
    using SigningIn = flowstate::SigningIn;
    using Delivering = flowstate::Delivering;
    using Over = flowstate::Over;
    using State = std::variant<Asking, SigningIn, Delivering, Over>;

    Flow(const FlowServices &services, AuthorizeRequest request, QList<http::PeerProcess> listeners,
         QString checkPhrase);
    ~Flow() override;

    /// 256 random bits: who knows it may watch and cancel the flow, nothing else.
    [[nodiscard]] const QByteArray &handle() const { return m_handle; }
    [[nodiscard]] QByteArray path() const { return "/authorize/flow/" + m_handle; }
    [[nodiscard]] const AuthorizeRequest &request() const { return m_request; }
    [[nodiscard]] const QString &checkPhrase() const { return m_checkPhrase; }
    /// Who listens for the code; empty when nobody is known to.
    [[nodiscard]] const QList<http::PeerProcess> &listeners() const { return m_listeners; }
    void setListeners(const QList<http::PeerProcess> &listeners) { m_listeners = listeners; }
    /// Of the listener on this computer; 0 = the code goes elsewhere.
    [[nodiscard]] quint16 port() const { return m_port; }
    /// The code may go to them, as far as the person was told.
    [[nodiscard]] bool mayReceive(const QList<http::PeerProcess> &programs) const;

    [[nodiscard]] QByteArray stateName() const;
    [[nodiscard]] QString message() const; ///< why it failed, or what the client made of its code
    [[nodiscard]] bool isBeingAsked() const { return m_state == State(Asking{}); }
    [[nodiscard]] bool awaitsClient() const { return m_state == State(Delivering{true}); }
    /// Allowed, on its way to the client or waiting for it.
    [[nodiscard]] bool isDelivering() const { return std::holds_alternative<Delivering>(m_state); }
    [[nodiscard]] bool isOver() const { return std::holds_alternative<Over>(m_state); }
    [[nodiscard]] bool hasEnded(Over::End how) const;
    /// The client or a browser has the code.
    [[nodiscard]] bool isServed() const;

    /// Nothing happens where that state may not follow.
    void enter(State next);
    /// Whether the client is to hear of the failure, and can.
    enum class Tell { Client, TabOnly };
    void fail(const QByteArray &code, const QString &message, Tell tell = Tell::Client);
    /// Whatever it was waiting for goes elsewhere: a code that nobody fetched is not handed out.
    void abandon(const QString &message) { enter(Over{Over::End::Failed, {}, message}); }

    /// Waits until somebody listens, a quarter of a second at a time.
    [[nodiscard]] Task<Listening> awaitListener(int attempts, State meanwhile,
                                                std::stop_token stop);
    void deliver(const Approval &approval) { m_tasks.run(handOut(approval)); }

    // For the tab.
    /// Where it shall go now; empty = nowhere.
    [[nodiscard]] QByteArray next() const;
    /// It was told. A code is handed out once: a second visit to the client's redirect URI would
    /// look like a replay and end the grant.
    void nextTaken();
    /// It asks for its page again after it was sent to the sign-in: it is back.
    void returnedFromSignIn();
    /// The person went back to /authorize: it is sent to the sign-in again.
    void repeatSignIn();
    /// Failed, and the client can be told from behind the page, which keeps its words: whoever
    /// listens on this computer need not own the tab to learn it.
    [[nodiscard]] bool keepsTab() const { return hasEnded(Over::End::Failed) && m_port > 0; }

signals:
    void changed();

private:
    [[nodiscard]] bool mayFollow(const State &next) const;
    Task<> handOut(Approval approval);
    void refuse(const Approval &approval, const QList<http::PeerProcess> &programs);
    [[nodiscard]] Result<QByteArray> issue(const Approval &approval);

    const FlowServices m_services;
    const AuthorizeRequest m_request;
    const quint16 m_port;
    const QByteArray m_handle;
    const QString m_checkPhrase;
    QList<http::PeerProcess> m_listeners;
    State m_state;
    TaskScope m_tasks;
};

} // namespace flaredeck::oauth
