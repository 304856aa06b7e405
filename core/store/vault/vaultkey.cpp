#include "core/store/vault/vaultkey.h"

#include "core/base/crypto.h"
#include "core/base/logging.h"

#include <array>

using namespace Qt::StringLiterals;

namespace flaredeck::store {

namespace {

const QByteArray kCheckContext = "vault key check 1";
const QByteArray kCheckText = "This key opens the vault.";

Secret sealingKeyOf(const Secret &key)
{
    return crypto::deriveKey(key, "upstream-vault");
}

Secret successorKeyOf(const Secret &key)
{
    return crypto::deriveKey(key, "refresh-successor");
}

Secret auditKeyOf(const Secret &key)
{
    return crypto::deriveKey(key, "audit-seal");
}

/// Binds a sealed value to its place: it does not open in another row or column.
QByteArray contextOf(const QString &owner, const QString &name)
{
    const std::array parts{QByteArray("vault 1"), owner.toUtf8(), name.toUtf8()};
    QByteArray context;
    for (const QByteArray &part : parts)
        context += part + '\0';
    return context;
}

/// Every name after the first ends in a random part, so that a copy of the data directory never
/// overwrites the original's key.
QString entryName(const QString &instance, int number)
{
    const QString first = u"vault-key-"_s + instance;
    return number == 1 ? first
                       : u"%1-%2-%3"_s.arg(first, QString::number(number), crypto::randomId());
}

Error busy()
{
    return {Error::Kind::Storage, u"The keychain is being asked already."_s,
            u"Wait for its answer."_s};
}

Error sessionHasNoKey()
{
    return {Error::Kind::InvalidInput, u"This run does not use the keychain."_s,
            u"Start Flaredeck again when the keychain is open."_s};
}

AuditEvent rotatedEvent(int number, bool fitsSeal)
{
    return {.kind = AuditKind::KeyChanged,
            .outcome = u"Everything sealed was sealed anew with key %1"_s.arg(number) +
                       (fitsSeal ? QString() : u". The rows before did not fit their seal"_s)};
}

AuditEvent lostEvent(int number, qsizetype lost)
{
    return {.kind = AuditKind::KeyChanged,
            .outcome = u"The key was lost; key %1 takes its place, and %2 sealed secrets were "
                       "deleted"_s.arg(QString::number(number), QString::number(lost))};
}

SealedSecret sealedWith(const Secret &sealing, const QString &owner, const QString &name,
                        const Secret &value)
{
    return {owner, name, crypto::seal(sealing, value.reveal(), contextOf(owner, name))};
}

/// Writes the key and reads it back, because a keychain that loses entries must not have the only
/// copy.
Task<KeychainResult<>> keep(Keychain &keychain, QString entry, std::shared_ptr<const Secret> key,
                            std::stop_token stop)
{
    const KeychainResult<> written = co_await keychain.write(entry, key->copy(), stop);
    if (!written)
        co_return written;
    const KeychainResult<Secret> back = co_await keychain.read(entry, stop);
    if (!back)
        co_return tl::unexpected<KeychainError>(back.error());
    if (!crypto::equalInConstantTime(back->reveal(), key->reveal()))
        co_return refused(KeychainFault::Failed, u"it gives back another value than was stored"_s);
    co_return KeychainResult<>();
}

Task<Result<>> settled(Result<> result)
{
    co_return result;
}

} // namespace

VaultKey::VaultKey(Vault &vault, std::unique_ptr<Keychain> keychain, QObject *parent)
    : QObject(parent)
    , m_vault(vault)
    , m_keychain(std::move(keychain))
{
}

Task<> VaultKey::unlock(std::stop_token stop)
{
    if (m_busy || m_state == KeyState::Ready || m_state == KeyState::SessionOnly)
        co_return;
    enter(KeyState::Opening);
    if (const Result<> identified = identify(); !identified) {
        qCCritical(lcStore).noquote() << identified.error().text() << identified.error().detail;
        enter(KeyState::Closed, KeyProblem::VaultFailed);
        co_return;
    }
    m_busy = true;
    const KeychainResult<Secret> found = co_await m_keychain->read(m_record.entry, stop);
    m_busy = false;
    if (stop.stop_requested() || m_state != KeyState::Opening) // the person did not want to wait
        co_return;
    if (!found && found.error().fault != KeychainFault::NotFound) {
        close(found.error());
        co_return;
    }
    const bool isRight = found && opens(*found);
    const auto sealed = m_vault.keys.secrets();
    Result<> checked;
    if (isRight && m_record.check.isEmpty())
        checked = begin(recordFor(*found, m_record.number), *found, sealed && sealed->isEmpty());
    else if (isRight)
        m_vault.audit.unlock(auditKeyOf(*found));
    if (!checked || !sealed) {
        const Error &error = checked ? sealed.error() : checked.error();
        qCCritical(lcStore).noquote() << error.text() << error.detail;
        enter(KeyState::Closed, KeyProblem::VaultFailed);
    } else if (isRight) {
        adopt(found->copy());
        enter(KeyState::Ready);
        co_await removeSpareEntries(std::move(stop));
    } else if (!sealed->isEmpty()) {
        const KeyProblem problem = found ? KeyProblem::WrongKey : KeyProblem::EntryLost;
        qCWarning(lcStore).noquote() << describe(problem).text();
        enter(KeyState::Closed, problem);
    } else if (!found && m_record.check.isEmpty()) {
        co_await makeFirst(std::move(stop));
    } else {
        const Result<> replaced = co_await replaceLost(std::move(stop));
        if (!replaced)
            qCWarning(lcStore).noquote() << replaced.error().text() << replaced.error().detail;
    }
}

/// From the first start on, the vault records which key is its own.
Result<> VaultKey::identify()
{
    const auto stored = m_vault.keys.record();
    if (!stored)
        return fail(stored.error());
    if (*stored) {
        m_record = **stored;
        return {};
    }
    KeyRecord record;
    record.instance = crypto::randomId();
    record.entry = entryName(record.instance, record.number);
    return save(record);
}

/// Without a check nothing is sealed yet: the process ended after the key was stored in the
/// keychain.
bool VaultKey::opens(const Secret &key) const
{
    return key.reveal().size() == crypto::kKeyBytes &&
           (m_record.check.isEmpty() ||
            crypto::open(sealingKeyOf(key), m_record.check, kCheckContext).has_value());
}

Result<> VaultKey::save(const KeyRecord &record)
{
    const Result<> saved = m_vault.keys.save(record);
    if (saved)
        m_record = record;
    return saved;
}

Result<> VaultKey::begin(const KeyRecord &record, const Secret &key, bool isFirst)
{
    const Result<> begun = m_vault.audit.transaction([&] {
        if (isFirst)
            m_vault.audit.sealWith(auditKeyOf(key));
        return m_vault.keys.save(record);
    });
    if (!begun)
        return begun;
    m_record = record;
    if (!isFirst)
        m_vault.audit.unlock(auditKeyOf(key));
    return {};
}

KeyRecord VaultKey::recordFor(const Secret &key, int number) const
{
    KeyRecord record = m_record;
    record.number = number;
    if (number != m_record.number)
        record.entry = entryName(record.instance, number);
    record.check = crypto::seal(sealingKeyOf(key), kCheckText, kCheckContext);
    record.since = m_vault.clock().now();
    return record;
}

void VaultKey::adopt(Secret key)
{
    m_key = std::move(key);
    m_sealing = sealingKeyOf(m_key);
}

Task<> VaultKey::makeFirst(std::stop_token stop)
{
    const auto key = std::make_shared<const Secret>(crypto::randomBytes(crypto::kKeyBytes));
    const KeyRecord first = recordFor(*key, m_record.number);
    m_busy = true;
    const KeychainResult<> kept = co_await keep(*m_keychain, first.entry, key, stop);
    m_busy = false;
    if (stop.stop_requested() || m_state != KeyState::Opening)
        co_return;
    if (!kept) {
        close(kept.error());
        co_return;
    }
    if (const Result<> saved = begin(first, *key, true); !saved) {
        qCCritical(lcStore).noquote() << saved.error().text() << saved.error().detail;
        enter(KeyState::Closed, KeyProblem::VaultFailed);
        co_return;
    }
    adopt(key->copy());
    enter(KeyState::Ready);
}

Task<Result<>> VaultKey::startAnew(std::stop_token stop)
{
    if (m_busy)
        return settled(fail(busy()));
    if (m_state != KeyState::Closed || !isLoss(m_problem))
        return settled(fail(Error::Kind::InvalidInput, u"The key of the vault is not lost."_s,
                            u"Unlock the keychain instead."_s));
    return replaceLost(std::move(stop));
}

Task<Result<>> VaultKey::replaceLost(std::stop_token stop)
{
    const KeyState before = m_state;
    const auto key = std::make_shared<const Secret>(crypto::randomBytes(crypto::kKeyBytes));
    KeyRecord next = recordFor(*key, m_record.number + 1);
    if (const Result<> noted = noteSpare(next.entry); !noted)
        co_return noted;
    m_busy = true;
    const KeychainResult<> kept = co_await keep(*m_keychain, next.entry, key, stop);
    m_busy = false;
    if (stop.stop_requested())
        co_return fail(shuttingDown());
    if (m_state != before)
        co_return fail(busy());
    if (!kept) {
        // The sealed values still exist, and their key may come back.
        if (m_state == KeyState::Opening)
            close(kept.error());
        co_return fail(describe(problemOf(kept.error().fault)));
    }
    const auto sealed = m_vault.keys.secrets();
    if (!sealed)
        co_return fail(sealed.error());
    next.spareEntries = m_record.spareEntries;
    next.spareEntries.removeAll(next.entry);
    const Result<> replaced = m_vault.audit.transaction([&] {
        m_vault.audit.sealWith(auditKeyOf(*key));
        return m_vault.keys.replace(next, {}, lostEvent(next.number, sealed->size()));
    });
    if (!replaced)
        co_return replaced;
    m_record = next;
    adopt(key->copy());
    enter(KeyState::Ready);
    co_return Result<>();
}

Task<Result<>> VaultKey::rotate(std::stop_token stop)
{
    if (m_busy)
        co_return fail(busy());
    if (m_state != KeyState::Ready)
        co_return fail(m_state == KeyState::SessionOnly ? sessionHasNoKey() : describe(m_problem));
    const auto key = std::make_shared<const Secret>(crypto::randomBytes(crypto::kKeyBytes));
    const KeyRecord next = recordFor(*key, m_record.number + 1);
    if (const Result<> noted = noteSpare(next.entry); !noted)
        co_return noted;
    m_busy = true;
    const KeychainResult<> kept = co_await keep(*m_keychain, next.entry, key, stop);
    m_busy = false;
    if (stop.stop_requested())
        co_return fail(shuttingDown());
    if (!kept) {
        qCWarning(lcStore).noquote() << "The vault keeps its key:" << kept.error().detail;
        co_return fail(describe(problemOf(kept.error().fault)));
    }
    if (const Result<> sealed = sealAnew(next, *key); !sealed)
        co_return sealed;
    co_await removeSpareEntries(std::move(stop));
    co_return Result<>();
}

/// One transaction without co_await, so that nothing else writes meanwhile.
Result<> VaultKey::sealAnew(KeyRecord next, const Secret &key)
{
    const auto sealed = m_vault.keys.secrets();
    if (!sealed)
        return fail(sealed.error());
    const Secret sealing = sealingKeyOf(key);
    QList<SealedSecret> secrets;
    for (const SealedSecret &secret : *sealed) {
        const Result<Secret> value = open(secret);
        // A value that this key does not open is already lost; reading it reports that.
        secrets.append(value ? sealedWith(sealing, secret.owner, secret.name, *value) : secret);
    }
    next.spareEntries = m_record.spareEntries;
    next.spareEntries.removeAll(next.entry);
    next.spareEntries.append(m_record.entry);
    const AuditEvent event = rotatedEvent(next.number, m_vault.audit.isSealed());
    const Result<> replaced = m_vault.audit.transaction([&]() -> Result<> {
        m_vault.audit.sealWith(auditKeyOf(key));
        const Result<> sealedAnew =
            m_vault.tokens.sealSuccessorsAnew(successorKeyOf(m_key), successorKeyOf(key));
        return sealedAnew ? m_vault.keys.replace(next, secrets, event) : sealedAnew;
    });
    if (!replaced)
        return replaced;
    m_record = next;
    adopt(key.copy());
    emit stateChanged();
    return {};
}

QStringList VaultKey::entries() const
{
    QStringList entries = m_record.spareEntries;
    if (!m_record.entry.isEmpty() && !m_record.check.isEmpty())
        entries.prepend(m_record.entry);
    return entries;
}

Task<QStringList> VaultKey::removeEntries(std::stop_token stop)
{
    m_busy = true;
    QStringList left;
    const QStringList all = entries();
    for (const QString &entry : all) {
        const KeychainResult<> removed = co_await m_keychain->remove(entry, stop);
        if (removed)
            continue;
        const QString cause = removed.error().detail.isEmpty()
                                  ? describe(problemOf(removed.error().fault)).message
                                  : removed.error().detail;
        left
            << u"The entry “%1” of “Flaredeck” stays in the keychain: %2 Remove it with the program for your passwords."_s
                   .arg(entry, cause);
    }
    m_busy = false;
    co_return left;
}

/// Called before the entry is written, so that a crash leaves no entry that is never removed.
Result<> VaultKey::noteSpare(const QString &entry)
{
    KeyRecord noted = m_record;
    noted.spareEntries.append(entry);
    return save(noted);
}

Task<> VaultKey::removeSpareEntries(std::stop_token stop)
{
    m_busy = true;
    const QStringList spare = m_record.spareEntries;
    for (const QString &entry : spare) {
        const KeychainResult<> removed = co_await m_keychain->remove(entry, stop);
        if (stop.stop_requested())
            break;
        if (!removed) {
            qCWarning(lcStore).noquote()
                << "A key that is of no use any more stays in the keychain "
                   "until the next start:"
                << removed.error().detail;
            continue;
        }
        KeyRecord record = m_record;
        record.spareEntries.removeAll(entry);
        if (const Result<> saved = save(record); !saved)
            qCWarning(lcStore).noquote() << saved.error().text();
    }
    m_busy = false;
}

void VaultKey::useThisSessionOnly()
{
    if (m_state == KeyState::Ready || m_state == KeyState::SessionOnly)
        return;
    m_key = Secret(crypto::randomBytes(crypto::kKeyBytes));
    m_sealing = sealingKeyOf(m_key);
    enter(KeyState::SessionOnly, m_problem);
}

void VaultKey::enter(KeyState state, KeyProblem problem)
{
    if (m_state == state && m_problem == problem)
        return;
    m_state = state;
    m_problem = problem;
    emit stateChanged();
}

void VaultKey::close(const KeychainError &error)
{
    const KeyProblem problem = problemOf(error.fault);
    qCWarning(lcStore).noquote() << describe(problem).text() << error.detail;
    enter(KeyState::Closed, problem);
}

SealedSecret VaultKey::seal(const QString &owner, const QString &name, const Secret &value) const
{
    return sealedWith(m_sealing, owner, name, value);
}

Result<Secret> VaultKey::open(const SealedSecret &secret) const
{
    Result<QByteArray> plain =
        crypto::open(m_sealing, secret.sealed, contextOf(secret.owner, secret.name));
    if (!plain)
        return fail(plain.error());
    return Secret(*std::move(plain));
}

Secret VaultKey::successorKey() const
{
    return m_key.isEmpty() ? Secret() : successorKeyOf(m_key);
}

} // namespace flaredeck::store
