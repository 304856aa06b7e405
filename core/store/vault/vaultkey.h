#pragma once

#include "core/base/task.h"
#include "core/store/keychain/keychain.h"
#include "core/store/keychain/keyproblem.h"
#include "core/store/vault/vault.h"

#include <QObject>

#include <memory>

namespace flaredeck::store {

/// Where sign-ins and their secrets are kept.
enum class KeyState {
    Opening,     ///< the keychain was asked and has not answered
    Ready,       ///< sealed in the vault with a key from the keychain
    Closed,      ///< no key; nothing can be kept and nothing is changed until the person chooses
    SessionOnly, ///< the person chose: in memory until the app ends
};

/// The key that seals the vault: asks the keychain for it, checks that it is the right one, seals,
/// opens, and replaces it. What is sealed is never deleted unless startAnew() is asked for.
class VaultKey : public QObject
{
    Q_OBJECT

public:
    VaultKey(Vault &vault, std::unique_ptr<Keychain> keychain, QObject *parent = nullptr);

    /// Asks the keychain. Afterwards state() is Ready, or Closed with a problem(); from there it
    /// may be called again. A key is made only when nothing is sealed.
    Task<> unlock(std::stop_token stop);
    /// A key of this run.
    void useThisSessionOnly();
    /// Another key in the place of one that isLoss(): what was sealed is deleted when the new one
    /// is safely in the keychain, not before.
    Task<Result<>> startAnew(std::stop_token stop);
    /// A new key in the keychain, everything sealed with it in one transaction, the old key out of
    /// the keychain. Wherever this ends, exactly one of the two keys opens the vault.
    Task<Result<>> rotate(std::stop_token stop);

    [[nodiscard]] KeyState state() const { return m_state; }
    [[nodiscard]] KeyProblem problem() const { return m_problem; } ///< why Closed or SessionOnly
    [[nodiscard]] const KeyRecord &record() const { return m_record; }

    /// Ready only. A value is bound to its place: elsewhere it does not open.
    [[nodiscard]] SealedSecret seal(const QString &owner, const QString &name,
                                    const Secret &value) const;
    [[nodiscard]] Result<Secret> open(const SealedSecret &secret) const;
    /// What seals the successors of refresh tokens. Of this run only when SessionOnly; empty while
    /// Opening or Closed.
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
    /// A key that the vault does not know yet. The seal of the audit trail begins with the first
    /// one: where something is sealed already, somebody took the record of the key away.
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
    bool m_busy = false; ///< with the keychain
    KeyRecord m_record;
    Secret m_key;
    Secret m_sealing;
};

} // namespace flaredeck::store
