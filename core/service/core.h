#pragma once

#include "core/base/result.h"
#include "core/base/settings.h"
#include "core/base/task.h"
#include "core/oauth/personclient.h"
#include "core/prompt/prompter.h"
#include "core/service/options.h"
#include "core/service/revokeorder.h"
#include "core/service/snapshot.h"

#include <QObject>
#include <QPointer>

#include <memory>

namespace flaredeck::service {

/// Builds and owns every object of the core, in order, and is the one object that ui/ and app/ talk
/// to: everything that a person can do in the window is a method here. Core thread only; from
/// elsewhere use CoreThread::ask().
class Core : public QObject
{
    Q_OBJECT

public:
    /// Opens the databases; the error names the file and what to do. `prompter` and, when given,
    /// the keychain take the place of the person and of the system's keychain. `prompter` outlives
    /// the core.
    static Result<std::unique_ptr<Core>> create(Options options, Prompter &prompter,
                                                std::unique_ptr<store::Keychain> keychain = {});
    ~Core() override;

    /// Starts to listen. PortTaken is a state, not an end: try again with another port.
    Result<quint16> listen(quint16 port);
    [[nodiscard]] SnapshotPtr snapshot() const;

    // Grants and clients
    /// The snapshot's receipt tells what it did; see Revocation.
    Result<> revoke(const RevokeOrder &order);
    Result<> withdrawScope(const GrantId &id, const QString &scope);
    /// The last account of a grant cannot be taken alone.
    Result<> withdrawAccount(const GrantId &id, const QString &accountId);
    Result<oauth::personclient::Added> addClient(const oauth::personclient::Draft &draft);
    Result<> forgetClient(const ClientId &id);
    Result<> forgetApproval(const QString &id);
    Result<> blockClient(const ClientId &id);
    Result<> unblockClient(const ClientId &id);
    void disconnectSession(const QString &handle);

    // Cloudflare
    [[nodiscard]] Task<Result<>> signIn();
    void cancelSignIn(const QString &id);
    [[nodiscard]] Task<Result<>> addApiToken(Secret token);
    [[nodiscard]] Task<Result<>> signOut(LoginId login);
    Result<> setCloudflareClient(const QString &clientId, const Secret &clientSecret);
    Result<> importDevVars(const QString &file);
    void useThisSessionOnly();
    [[nodiscard]] Task<Result<>> retryKeychain();
    /// Gives up what a lost key sealed; see VaultKey.
    [[nodiscard]] Task<Result<>> startAnew();
    [[nodiscard]] Task<Result<>> rotateVaultKey();

    // History and settings
    void clearHistory();
    /// Somebody changed the settings file through an instance of Settings of their own.
    void applySettings();

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

private:
    class Private;
    explicit Core(std::unique_ptr<Private> parts);
    void installRoutes();
    void connectParts();
    void seeClient(const GrantId &grant, const http::Peer &peer);
    /// Grants reach no account that their sign-in has lost.
    void followAccounts();
    static Task<> openKeychain(QPointer<Core> core);
    [[nodiscard]] QString wordsForTheTerminal() const;

    std::unique_ptr<Private> d;
};

} // namespace flaredeck::service
