#pragma once

#include "core/base/json.h"

#include <QByteArray>
#include <QString>
#include <QTcpServer>
#include <QUrl>

#include <functional>

namespace flaredeck::test {

/// An OAuth client of the running app: registers, follows the redirects of /authorize as a plain
/// HTTP client does, and redeems the code that arrives. Needs a person who agrees at once.
class OAuthClient
{
public:
    explicit OAuthClient(quint16 port, const QString &name = QStringLiteral("probe"));

    /// What this client asks for; empty = it names no scope.
    QString scope;
    /// Called with each page of the sandbox that waits for a person instead of redirecting: the
    /// form to send to which path, or an empty path to give up.
    struct Form {
        QByteArray path;
        QByteArray body;
    };
    std::function<Form(const QByteArray &page)> fillIn;

    /// The whole way to an access token; false, with a printed reason, when it ends early.
    bool signIn();
    /// The app was restarted and listens elsewhere.
    void moveTo(quint16 port) { m_port = port; }
    /// Exchanges the newest refresh token; the answer's status.
    int refresh();
    /// Presents the code of signIn() once more, as a thief would; the answer's status.
    int redeemAgain();

    [[nodiscard]] QString clientId() const { return m_clientId; }
    [[nodiscard]] QByteArray token() const { return m_token; }

private:
    [[nodiscard]] QString redirectUri() const;
    int postToken(const QByteArray &form);
    bool registerClient();
    [[nodiscard]] QString fetchCode(const QByteArray &challenge) const;

    quint16 m_port;
    const QString m_name;
    QTcpServer m_listener; ///< a code is only sent to a redirect URI where somebody listens
    QString m_clientId;
    QByteArray m_token;
    QByteArray m_refresh;
    QByteArray m_redemption; ///< the form that redeemed the code
};

} // namespace flaredeck::test
