#pragma once

#include "core/base/secret.h"
#include "core/base/task.h"
#include "core/store/keychain.h"
#include "core/store/vault.h"

#include <QObject>

namespace flaredeck::store {

/// Where sign-ins and their secrets are kept.
enum class KeyState {
    Opening,     ///< the keychain was asked and has not answered
    Ready,       ///< sealed in the vault with a key from the keychain
    NoKeychain,  ///< none, locked or denied; nothing can be kept until the user chooses
    SessionOnly, ///< the user chose: in memory until the app ends
};

/// Cloudflare sign-ins with their secrets: sealed in the vault under the keychain's key, or in
/// memory only. The single place that sees both.
class LoginStore : public QObject
{
    Q_OBJECT

public:
    struct Tokens {
        Secret access;
        Secret refresh; ///< empty for API tokens
    };

    /// `vaultId` distinguishes data directories in one keychain.
    LoginStore(Vault &vault, std::unique_ptr<Keychain> keychain, const QString &vaultId,
               QObject *parent = nullptr);
    ~LoginStore() override;

    /// Asks the keychain for the key, making one on the first run. Afterwards state() is Ready or
    /// NoKeychain; from there it may be called again. A key that is gone while sealed secrets exist
    /// makes every login NeedsLogin, and a new key is made.
    Task<> unlock();
    /// Sign-ins in the vault stay there, Suspended as long as the app runs.
    void useThisSessionOnly();
    [[nodiscard]] KeyState state() const { return m_state; }
    [[nodiscard]] QString problem() const { return m_problem; } ///< why NoKeychain, for the user

    [[nodiscard]] QList<Login> logins() const;
    [[nodiscard]] std::optional<Login> login(const LoginId &id) const;
    /// Durable when Ready. Fails with Storage when NoKeychain.
    Result<> save(const Login &login, const Tokens &tokens);
    /// As save(), for tokens that Cloudflare has replaced: the ones in the vault are spent, so
    /// those that cannot be stored serve from memory, and storing them is tried again until it
    /// works.
    void keepRotated(const Login &login, const Tokens &tokens);
    /// Holds in this run even when it cannot be stored.
    Result<> setState(const LoginId &id, LoginState state);
    Result<> remove(const LoginId &id);
    [[nodiscard]] Result<Tokens> tokens(const LoginId &id) const;

    /// Other secrets of the app (the OAuth client secret), by name. An empty value removes it.
    Result<> saveSecret(const QString &name, const Secret &value);
    [[nodiscard]] Result<Secret> secret(const QString &name) const; ///< NotFound when there is none

    /// A key for one purpose, derived from the keychain's key; random per run when SessionOnly.
    /// Empty while Opening or NoKeychain.
    [[nodiscard]] Secret derivedKey(const QByteArray &purpose) const;

signals:
    void stateChanged();
    void loginsChanged();

private:
    class Private;
    void enter(KeyState state, const QString &problem = {});
    /// What cannot be opened with the key at hand is lost.
    void dropUnreadable();
    [[nodiscard]] Login *find(const LoginId &id);
    [[nodiscard]] tl::unexpected<Error> notReady() const;
    void put(const Login &login);
    void saveRotated();

    std::unique_ptr<Private> d;
    KeyState m_state = KeyState::Opening;
    QString m_problem;
};

} // namespace flaredeck::store
