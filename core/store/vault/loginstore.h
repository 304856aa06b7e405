#pragma once

#include "core/base/secret.h"
#include "core/base/task.h"
#include "core/store/vault/vaultkey.h"

#include <QObject>

namespace flaredeck::store {

/// Sign-ins with their secrets: sealed in the vault under the keychain's key, or in
/// memory only. The single place that sees both.
class LoginStore : public QObject
{
    Q_OBJECT

public:
    struct Tokens {
        Secret access;
        Secret refresh; ///< empty for API tokens
    };

    LoginStore(Vault &vault, std::unique_ptr<Keychain> keychain, QObject *parent = nullptr);
    ~LoginStore() override;

    // The key; see VaultKey.
    Task<> unlock(std::stop_token stop);
    /// Sign-ins in the vault stay there, Suspended as long as the app runs.
    void useThisSessionOnly();
    /// Sign-ins whose secrets are lost become NeedsLogin.
    Task<Result<>> startAnew(std::stop_token stop);
    Task<Result<>> rotateKey(std::stop_token stop);
    /// As VaultKey's.
    [[nodiscard]] QStringList keyEntries() const;
    Task<QStringList> removeKeyEntries(std::stop_token stop);
    [[nodiscard]] KeyState state() const;
    [[nodiscard]] KeyProblem problem() const; ///< why Closed or SessionOnly
    /// Number of the key, and since when it is in use (0 = unknown).
    [[nodiscard]] std::pair<int, Millis> keyInUse() const;
    /// Why nothing can be kept or read, and what to do, while Opening or Closed.
    [[nodiscard]] Error closedError() const;

    [[nodiscard]] QList<Login> logins() const;
    [[nodiscard]] std::optional<Login> login(const LoginId &id) const;
    /// Durable when Ready. Fails with Storage while Opening or Closed.
    Result<> save(const Login &login, const Tokens &tokens);
    /// As save(), for tokens that the provider has replaced: the ones in the vault are spent, so
    /// those that cannot be stored serve from memory, and wait in the vault's outbox.
    void keepRotated(const Login &login, const Tokens &tokens);
    /// Holds in this run even when it cannot be stored.
    Result<> setState(const LoginId &id, LoginState state);
    /// Changes what is known of a login; its tokens stay. Holds in this run even when it cannot be
    /// stored. A login that is gone is no error.
    Result<> update(const Login &login);
    Result<> remove(const LoginId &id);
    [[nodiscard]] Result<Tokens> tokens(const LoginId &id) const;

    /// Other secrets of the app (the OAuth client secret), by name. An empty value removes it.
    Result<> saveSecret(const QString &name, const Secret &value);
    [[nodiscard]] Result<Secret> secret(const QString &name) const; ///< NotFound when there is none

    // For tables of the vault whose rows have secrets of their own.

    /// Storage unless Ready.
    [[nodiscard]] Result<SealedSecret> seal(const QString &owner, const QString &name,
                                            const Secret &value) const;
    /// NotFound when there is none; Storage unless Ready.
    [[nodiscard]] Result<Secret> open(const QString &owner, const QString &name) const;

    /// What seals the successors of clients' refresh tokens. Empty while Opening or Closed.
    [[nodiscard]] Secret successorKey() const;

signals:
    void stateChanged();
    void loginsChanged();

private:
    class Private;
    void keyChanged();
    /// What the right key does not open is damaged: its login has to be done again.
    void markUnreadable();
    [[nodiscard]] Login *find(const LoginId &id);
    void put(const Login &login);

    std::unique_ptr<Private> d;
};

} // namespace flaredeck::store
