#pragma once

#include "core/base/secret.h"
#include "core/http/httpmessage.h"

#include <QStringList>
#include <QUrl>

namespace flaredeck::provider {

/// A request for authorization (RFC 6749 §4.1.1) of ours, with state and PKCE (RFC 7636); in memory
/// only.
class AuthorizationRequest
{
public:
    struct Parts {
        QString clientId;
        QUrl callback;
        QStringList scopes = {}; ///< empty = the server decides
        QString resource = {};   ///< RFC 8707; empty = not sent
    };

    /// The page to show, with a new state and a new PKCE verifier; the previous ones become
    /// invalid.
    [[nodiscard]] QUrl renew(const QUrl &authorizePage, const Parts &parts);

    [[nodiscard]] bool hasState(const QByteArray &hash) const;
    [[nodiscard]] QByteArray stateHash() const { return m_stateHash; }
    /// The state was used: no callback matches it any more.
    void spendState() { m_stateHash.clear(); }
    [[nodiscard]] const Secret &verifier() const { return m_verifier; }

private:
    QByteArray m_stateHash;
    Secret m_verifier;
};

/// States that have been used or given up, so that who comes with one again is told so. The newest
/// ones only.
class SpentStates
{
public:
    void add(const QByteArray &hash);
    /// The page for an answer whose state belongs to no running sign-in.
    [[nodiscard]] http::Response refuse(const QByteArray &hash) const;

private:
    QList<QByteArray> m_hashes; ///< newest last
};

} // namespace flaredeck::provider
