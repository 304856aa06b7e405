#pragma once

#include "core/store/vault/loginstore.h"
#include "core/store/vault/vault.h"

#include <QObject>

#include <memory>

namespace flaredeck::store {

/// Remote MCP servers with the secrets of their sign-ins: sealed in the vault under the key of the
/// LoginStore, or in memory only while that one keeps its secrets there. The single place that sees
/// both. Core thread.
class RemoteStore : public QObject
{
    Q_OBJECT

public:
    struct Secrets {
        Secret access;
        Secret refresh;      ///< empty: the server gave none
        Secret clientSecret; ///< of our registration; empty for a public client
    };

    RemoteStore(Vault &vault, LoginStore &logins, QObject *parent = nullptr);
    ~RemoteStore() override;

    [[nodiscard]] LoginStore &keys() const;      ///< whose key seals the secrets
    [[nodiscard]] QList<Remote> remotes() const; ///< in the order in which they came
    [[nodiscard]] std::optional<Remote> remote(const QString &name) const;

    /// A person added the server, or switched one of the provider's on for the first time.
    Result<> add(const Remote &remote);
    /// With its tools and secrets. NotFound when there is none.
    Result<> remove(const QString &name);
    Result<> setOn(const QString &name, bool isOn);
    /// Anything that a person need not know of (the revision spoken, what discovery found, the last
    /// problem). NotFound when it was removed meanwhile.
    Result<> update(const Remote &remote);

    /// A person signed in: durable before it returns. Fails with Storage while the key is not
    /// there.
    Result<> signIn(const Remote &remote, const Secrets &secrets);
    /// Tokens that the server has replaced: the ones in the vault are spent, so those that cannot
    /// be stored serve from memory, and wait in the vault's outbox.
    void keepRotated(const Remote &remote, const Secrets &secrets);
    /// The sign-in has ended at the server: NeedsSignIn. Holds in this run even when it cannot be
    /// stored. Our registration and its secret stay, unless the server refused it.
    Result<> end(const QString &name, const QString &why, bool isRegistrationLost);
    /// Removes the tokens; the registration stays.
    Result<> signOut(const QString &name);
    /// Unauthorized when there are none; Storage while the key is not there.
    [[nodiscard]] Result<Secrets> secrets(const QString &name) const;

    /// As Remotes.
    [[nodiscard]] QList<RemoteTool> tools(const QString &server) const;
    Result<> saveTools(const QString &server, const QList<RemoteTool> &tools);

signals:
    /// A server was added or removed, or something about it changed.
    void changed(const QString &name);

private:
    class Private;
    void keyChanged();

    std::unique_ptr<Private> d;
};

} // namespace flaredeck::store
