#pragma once

#include "core/base/identity.h"
#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/oauth/personclient.h"
#include "core/service/revokeorder.h"

#include <QFuture>
#include <QString>

namespace flaredeck::service {
class CoreThread;
}

namespace flaredeck::ui {

/// Everything that the window asks of the core. Answers come later, on the GUI thread:
/// `whenDone(commands.forgetClient(id), this, …)`. An interface, so that pages can be tested
/// without a core.
class Commands
{
public:
    using Answer = QFuture<Result<>>;

    virtual ~Commands() = default;

    virtual Answer listen(quint16 port) = 0;

    virtual Answer revoke(const service::RevokeOrder &order) = 0;
    virtual Answer withdrawScope(const GrantId &id, const QString &scope) = 0;
    virtual Answer withdrawAccount(const GrantId &id, const QString &accountId) = 0;
    virtual QFuture<Result<oauth::personclient::Added>>
    addClient(const oauth::personclient::Draft &draft) = 0;
    virtual Answer forgetClient(const ClientId &id) = 0;
    virtual Answer forgetApproval(const QString &id) = 0;
    virtual Answer blockClient(const ClientId &id) = 0;
    virtual Answer unblockClient(const ClientId &id) = 0;
    virtual Answer disconnectSession(const QString &handle) = 0;

    virtual Answer signIn() = 0;
    virtual Answer cancelSignIn(const QString &id) = 0;
    virtual Answer addApiToken(Secret token) = 0;
    virtual Answer signOut(const LoginId &id) = 0;
    virtual Answer setCloudflareClient(const QString &clientId, Secret clientSecret) = 0;
    virtual Answer importDevVars(const QString &file) = 0;
    virtual Answer useThisSessionOnly() = 0;
    virtual Answer retryKeychain() = 0;
    virtual Answer startAnew() = 0;
    virtual Answer rotateVaultKey() = 0;

    virtual Answer clearHistory() = 0;
};

/// The commands of a running core.
class CoreCommands : public Commands
{
public:
    explicit CoreCommands(service::CoreThread &core)
        : m_core(core)
    {
    }

    Answer listen(quint16 port) override;
    Answer revoke(const service::RevokeOrder &order) override;
    Answer withdrawScope(const GrantId &id, const QString &scope) override;
    Answer withdrawAccount(const GrantId &id, const QString &accountId) override;
    QFuture<Result<oauth::personclient::Added>>
    addClient(const oauth::personclient::Draft &draft) override;
    Answer forgetClient(const ClientId &id) override;
    Answer forgetApproval(const QString &id) override;
    Answer blockClient(const ClientId &id) override;
    Answer unblockClient(const ClientId &id) override;
    Answer disconnectSession(const QString &handle) override;
    Answer signIn() override;
    Answer cancelSignIn(const QString &id) override;
    Answer addApiToken(Secret token) override;
    Answer signOut(const LoginId &id) override;
    Answer setCloudflareClient(const QString &clientId, Secret clientSecret) override;
    Answer importDevVars(const QString &file) override;
    Answer useThisSessionOnly() override;
    Answer retryKeychain() override;
    Answer startAnew() override;
    Answer rotateVaultKey() override;
    Answer clearHistory() override;

private:
    service::CoreThread &m_core;
};

} // namespace flaredeck::ui
