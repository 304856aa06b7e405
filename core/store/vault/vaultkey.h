#pragma once

#include "core/base/task.h"
#include "core/store/keychain/keychain.h"
#include "core/store/keychain/keyproblem.h"
#include "core/store/vault/vault.h"

#include <QObject>

#include <memory>

namespace flaredeck::store {

/// Where logins and their secrets are stored.
enum class KeyState {
    Opening,     ///< the keychain was asked and has not answered
    Ready,       ///< sealed in the vault with a key from the keychain
    Closed,      ///< no key; nothing is stored or changed until the person chooses
    SessionOnly, ///< the person chose: in memory until the app ends
};

/// The key that seals the vault: reads it from the keychain, checks it, seals and opens values with
/// it, and replaces it. Only startAnew() deletes sealed values.
class VaultKey : public QObject
{
    Q_OBJECT

public:
    VaultKey(Vault &vault, std::unique_ptr<Keychain> keychain, QObject *parent = nullptr);

    /// Reads the key from the keychain. Afterwards state() is Ready, or Closed with a problem();
    /// then it may be called again. A new key is created only when nothing is sealed.
    Task<> unlock(std::stop_token stop);
    /// Uses a key for this run only.
    void useThisSessionOnly();
    /// Replaces a key that isLoss(). What was sealed is deleted only after the new key is safely in
    /// the keychain.
    Task<Result<>> startAnew(std::stop_token stop);
    /// Stores a new key in the keychain, seals everything with it in one transaction, and removes
    /// the old key. Wherever this is interrupted, exactly one of the two keys opens the vault.
    Task<Result<>> rotate(std::stop_token stop);

    /// The entries of the keychain that belong to the vault.
    [[nodiscard]] QStringList entries() const;
    /// Removes them, for good: what is sealed opens never again. Answers what is left there, a
    /// sentence each: cause and what to do.
    Task<QStringList> removeEntries(std::stop_token stop);

    [[nodiscard]] KeyState state() const { return m_state; }
    [[nodiscard]] KeyProblem problem() const { return m_problem; } ///< why Closed or SessionOnly
    [[nodiscard]] const KeyRecord &record() const { return m_record; }

    /// Only when Ready. A value is bound to its owner and name: it does not open elsewhere.
    [[nodiscard]] SealedSecret seal(const QString &owner, const QString &name,
                                    const Secret &value) const;
    [[nodiscard]] Result<Secret> open(const SealedSecret &secret) const;
    /// The key that seals the successors of refresh tokens. Valid for this run only when
    /// SessionOnly; empty while Opening or Closed.
    [[nodiscard]] Secret successorKey() const;

signals:
    void stateChanged();

private:
    void enter(KeyState state, KeyProblem problem = KeyProblem::None);
    void close(const KeychainError &error);
    Result<> identify();
    Result<> save(const KeyRecord &record);
    [[nodiscard]] bool opens(const Secret &key) const;
    [[nodiscard]] KeyRecord recordFor(const Secret &key, int number) const;
    /// Adopts a key that the vault has no check for yet. The seal of the audit trail begins with
    /// the first key: if something is already sealed, somebody removed the key's record.
    Result<> begin(const KeyRecord &record, const Secret &key, bool isFirst);
    void adopt(Secret key);
    Task<> makeFirst(std::stop_token stop);
    Task<Result<>> replaceLost(std::stop_token stop);
    Result<> sealAnew(KeyRecord next, const Secret &key);
    Result<> noteSpare(const QString &entry);
    Task<> removeSpareEntries(std::stop_token stop);

    Vault &m_vault;
    const std::unique_ptr<Keychain> m_keychain;
    KeyState m_state = KeyState::Opening;
    KeyProblem m_problem = KeyProblem::None;
    bool m_busy = false; ///< waiting for the keychain
    KeyRecord m_record;
    Secret m_key;
    Secret m_sealing;
};

} // namespace flaredeck::store
