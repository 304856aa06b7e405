#pragma once

#include "core/base/settings.h"
#include "core/base/task.h"
#include "core/prompt/prompter.h"
#include "core/provider/provider.h"
#include "core/service/commands.h"
#include "core/service/options.h"
#include "core/service/snapshot.h"

#include <QObject>

#include <memory>

namespace flaredeck::service {

/// Builds and owns every object of the core, in order, and carries out what a person does in the
/// window. Core thread only; from elsewhere use CoreThread::ask().
class Core : public QObject, public Commands
{
    Q_OBJECT

public:
    /// Opens the databases; the error names the file and what to do. `prompter` and, when given,
    /// the keychain and the provider take the place of the person, of the system's keychain and of
    /// Cloudflare. `prompter` outlives the core.
    static Result<std::unique_ptr<Core>> create(Options options, Prompter &prompter,
                                                std::unique_ptr<store::Keychain> keychain = {},
                                                std::unique_ptr<provider::Provider> provider = {});
    ~Core() override;

    [[nodiscard]] SnapshotPtr snapshot() const;

    Result<quint16> listen(quint16 port) override;
    Result<> revoke(const RevokeOrder &order) override;
    Result<> withdrawScope(const GrantId &id, const QString &scope) override;
    Result<> withdrawAccount(const GrantId &id, const QString &accountId) override;
    Result<oauth::personclient::Added> addClient(const oauth::personclient::Draft &draft) override;
    Result<> forgetClient(const ClientId &id) override;
    Result<> forgetApproval(const QString &id) override;
    Result<> blockClient(const ClientId &id) override;
    Result<> unblockClient(const ClientId &id) override;
    void disconnectSession(const QString &handle) override;
    Result<> setRule(const ClientId &client, const QString &subject,
                     std::optional<Policy> policy) override;
    [[nodiscard]] Task<Result<mcp::ToolResult>> tryTool(QString tool, Json arguments,
                                                        QString account) override;
    [[nodiscard]] Task<Result<connect::Survey>> surveyClients() override;
    [[nodiscard]] Task<Result<connect::SetupPlan>> planSetup(const SetupOrder &order) override;
    [[nodiscard]] Task<Result<>> writeSetup(const SetupOrder &order, QByteArray token) override;
    [[nodiscard]] Task<Result<QString>> undoSetup(QString client) override;
    [[nodiscard]] Task<Result<QStringList>> updateSetups() override;
    Result<> switchServer(const QString &name, bool isOn) override;
    [[nodiscard]] Task<Result<QString>> addServer(QString url, QString title,
                                                  bool mayBePrivate) override;
    Result<> removeServer(const QString &name) override;
    [[nodiscard]] Task<Result<>> signInToServer(QString name) override;
    [[nodiscard]] Task<Result<QString>> signOutOfServer(QString name) override;
    [[nodiscard]] Task<Result<>> testServer(QString name) override;
    Result<> acceptTool(const QString &server, const QString &tool) override;
    [[nodiscard]] Task<Result<>> signIn() override;
    void cancelSignIn(const QString &id) override;
    [[nodiscard]] Task<Result<store::Login>> addApiToken(Secret token) override;
    Result<> setSignInScopes(const ScopeSet &scopes) override;
    [[nodiscard]] Task<Result<>> testSignIn(LoginId login) override;
    [[nodiscard]] Task<Result<>> signOut(LoginId login) override;
    Result<> setProviderClient(const QString &clientId, const Secret &clientSecret) override;
    Result<> importDevVars(const QString &file) override;
    void useThisSessionOnly() override;
    [[nodiscard]] Task<Result<>> retryKeychain() override;
    [[nodiscard]] Task<Result<>> startAnew() override;
    [[nodiscard]] Task<Result<>> rotateVaultKey() override;
    [[nodiscard]] Task<Result<ForgetPlan>> planForgetting() override;
    [[nodiscard]] Task<Result<QStringList>> forgetEverything(QByteArray token) override;
    [[nodiscard]] store::SealState checkAuditSeal(const store::AuditSeal &seal) override;
    void clearHistory() override;
    void applySettings() override;

    /// Ends streams, writes what is pending. Called once before destruction.
    void shutDown();

signals:
    /// Something in snapshot() changed; at most ten a second, and nothing is built for nobody.
    void changed(const flaredeck::service::SnapshotPtr &snapshot);
    void serverChanged(const flaredeck::service::ServerView &server); ///< it listens, or cannot
    void callsWritten(qint64 lastId);
    void auditWritten(); ///< the audit trail has new rows; a few times a second at most
    void historyCleared();
    /// For notifications.
    void clientConnected(const QString &clientName);
    void needsSignIn(const QString &label);
    /// Everything was taken away but the files; the program has to end now, and to erase them.
    /// `left` is what could not be taken away.
    void forgotten(const QStringList &left);

private:
    class Private;
    explicit Core(std::unique_ptr<Private> parts);
    void listenLocally();
    void installRoutes();
    /// Scopes, toolsets and tools of the remote servers as they are now.
    void offerRemotes();
    void connectParts();
    void seeClient(const GrantId &grant, const http::Peer &peer);
    /// Grants reach no account that their sign-in has lost.
    void followAccounts();
    Task<> openKeychain();
    [[nodiscard]] QString wordsForTheTerminal() const;

    std::unique_ptr<Private> d;
};

} // namespace flaredeck::service
