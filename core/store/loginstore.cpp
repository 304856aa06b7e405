#include "core/store/loginstore.h"

#include "core/base/crypto.h"
#include "core/base/logging.h"

#include <QHash>
#include <QPointer>
#include <QTimer>

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace flaredeck::store {

namespace {

const QString kAccess = u"access"_s;
const QString kRefresh = u"refresh"_s;
const QString kValue = u"value"_s;

constexpr int kSaveAgainMs = 1000;

QString ownerOf(const QString &secretName)
{
    return u"app:"_s + secretName;
}

/// Binds a sealed value to its place: moved to another row or column it does not open.
QByteArray contextOf(const QString &owner, const QString &name)
{
    const std::array parts{QByteArray("vault 1"), owner.toUtf8(), name.toUtf8()};
    QByteArray context;
    for (const QByteArray &part : parts)
        context += part + '\0';
    return context;
}

} // namespace

class LoginStore::Private
{
public:
    Private(Vault &store, std::unique_ptr<Keychain> chain, const QString &vaultId)
        : vault(store)
        , keychain(std::move(chain))
        , entry(u"vault-key-"_s + vaultId)
        , logins(store.logins())
    {
    }

    void useKey(Secret value)
    {
        key = std::move(value);
        sealingKey = crypto::deriveKey(key, "upstream-vault");
    }
    [[nodiscard]] QByteArray seal(const QString &owner, const QString &name,
                                  const Secret &value) const
    {
        return crypto::seal(sealingKey, value.reveal(), contextOf(owner, name));
    }
    /// NotFound when nothing is stored there.
    [[nodiscard]] Result<Secret> open(const QString &owner, const QString &name) const
    {
        const QByteArray sealed = vault.sealedSecret(owner, name);
        if (sealed.isEmpty())
            return fail(Error::Kind::NotFound, u"No such secret is stored."_s);
        Result<QByteArray> plain = crypto::open(sealingKey, sealed, contextOf(owner, name));
        if (!plain)
            return fail(plain.error());
        return Secret(*std::move(plain));
    }

    Vault &vault;
    const std::shared_ptr<Keychain> keychain; ///< shared with an unlock() in progress
    const QString entry;
    QList<Login> logins;
    Secret key;
    Secret sealingKey;
    bool asking = false;
    QHash<LoginId, std::shared_ptr<const Tokens>> unsaved; ///< newer than those in the vault
    QTimer saveAgain;

    // SessionOnly
    QHash<LoginId, std::shared_ptr<const Tokens>> sessionTokens;
    QHash<QString, std::shared_ptr<const Secret>> sessionSecrets;
};

LoginStore::LoginStore(Vault &vault, std::unique_ptr<Keychain> keychain, const QString &vaultId,
                       QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(vault, std::move(keychain), vaultId))
{
    d->saveAgain.setSingleShot(true);
    d->saveAgain.setInterval(kSaveAgainMs);
    connect(&d->saveAgain, &QTimer::timeout, this, &LoginStore::saveRotated);
}

LoginStore::~LoginStore()
{
    const QSignalBlocker nobodyListensAnyMore(this);
    saveRotated();
}

Task<> LoginStore::unlock()
{
    if (d->asking || m_state == KeyState::Ready || m_state == KeyState::SessionOnly)
        co_return;
    const QPointer<LoginStore> self(this);
    const std::shared_ptr<Keychain> keychain = d->keychain;
    const QString entry = d->entry;
    d->asking = true;
    enter(KeyState::Opening);

    Result<Secret> key = co_await keychain->read(entry);
    const bool unusable = key && key->reveal().size() != crypto::kKeyBytes;
    if (unusable || (!key && key.error().kind == Error::Kind::NotFound)) {
        if (!self || m_state != KeyState::Opening)
            co_return;
        key = Secret(crypto::randomBytes(crypto::kKeyBytes));
        const Result<> written = co_await keychain->write(entry, key->copy());
        if (!written)
            key = fail(written.error());
    }
    if (!self)
        co_return;
    d->asking = false;
    if (m_state != KeyState::Opening) // the user did not want to wait
        co_return;
    if (!key) {
        qCWarning(lcStore).noquote() << key.error().text() << key.error().detail;
        enter(KeyState::NoKeychain, key.error().text());
        co_return;
    }
    d->useKey(*std::move(key));
    dropUnreadable();
    enter(KeyState::Ready);
}

void LoginStore::dropUnreadable()
{
    bool changed = false;
    for (Login &login : d->logins) {
        if (login.state == LoginState::NeedsLogin || d->open(login.id.value, kAccess))
            continue;
        qCWarning(lcStore) << "A sign-in was sealed with another key; it needs a new login";
        login.state = LoginState::NeedsLogin;
        changed = true;
        Result<> done = d->vault.removeSecrets(login.id.value);
        if (done)
            done = d->vault.saveLogin(login);
        if (!done)
            qCCritical(lcStore).noquote() << done.error().text();
    }
    if (changed)
        emit loginsChanged();
}

void LoginStore::useThisSessionOnly()
{
    if (m_state == KeyState::Ready || m_state == KeyState::SessionOnly)
        return;
    d->useKey(Secret(crypto::randomBytes(crypto::kKeyBytes)));
    for (Login &login : d->logins) {
        if (login.state == LoginState::Ok)
            login.state = LoginState::Suspended;
    }
    enter(KeyState::SessionOnly);
    if (!d->logins.isEmpty())
        emit loginsChanged();
}

void LoginStore::enter(KeyState state, const QString &problem)
{
    if (m_state == state && m_problem == problem)
        return;
    m_state = state;
    m_problem = problem;
    emit stateChanged();
}

QList<Login> LoginStore::logins() const
{
    return d->logins;
}

std::optional<Login> LoginStore::login(const LoginId &id) const
{
    const auto found = std::find_if(d->logins.cbegin(), d->logins.cend(),
                                    [&id](const Login &login) { return login.id == id; });
    return found == d->logins.cend() ? std::nullopt : std::optional(*found);
}

Login *LoginStore::find(const LoginId &id)
{
    const auto found = std::find_if(d->logins.begin(), d->logins.end(),
                                    [&id](const Login &login) { return login.id == id; });
    return found == d->logins.end() ? nullptr : &*found;
}

Result<> LoginStore::save(const Login &login, const Tokens &tokens)
{
    if (m_state == KeyState::SessionOnly) {
        d->sessionTokens[login.id] =
            std::make_shared<const Tokens>(Tokens{tokens.access.copy(), tokens.refresh.copy()});
    } else if (m_state == KeyState::Ready) {
        const QString owner = login.id.value;
        const Result<> saved =
            d->vault.saveLoginWithSecrets(login, d->seal(owner, kAccess, tokens.access),
                                          d->seal(owner, kRefresh, tokens.refresh));
        if (!saved)
            return saved;
    } else {
        return notReady();
    }
    d->unsaved.remove(login.id);
    put(login);
    return {};
}

void LoginStore::put(const Login &login)
{
    if (Login *known = find(login.id))
        *known = login;
    else
        d->logins.append(login);
    emit loginsChanged();
}

void LoginStore::keepRotated(const Login &login, const Tokens &tokens)
{
    const Result<> saved = save(login, tokens);
    if (saved)
        return;
    qCCritical(lcStore).noquote() << "The refreshed tokens of a sign-in cannot be stored yet:"
                                  << saved.error().text() << saved.error().detail;
    d->unsaved[login.id] =
        std::make_shared<const Tokens>(Tokens{tokens.access.copy(), tokens.refresh.copy()});
    put(login);
    d->saveAgain.start();
}

void LoginStore::saveRotated()
{
    for (const LoginId &id : d->unsaved.keys()) {
        const std::shared_ptr<const Tokens> held = d->unsaved.value(id);
        const auto known = login(id);
        if (known && save(*known, *held))
            qCInfo(lcStore) << "The refreshed tokens of a sign-in are stored now";
    }
    if (!d->unsaved.isEmpty())
        d->saveAgain.start();
}

Result<> LoginStore::setState(const LoginId &id, LoginState state)
{
    Login *login = find(id);
    if (!login)
        return fail(Error::Kind::NotFound, u"This sign-in does not exist any more."_s);
    if (login->state == state)
        return {};
    login->state = state;
    const Result<> saved =
        m_state == KeyState::SessionOnly ? Result<>() : d->vault.saveLogin(*login);
    emit loginsChanged();
    return saved;
}

Result<> LoginStore::remove(const LoginId &id)
{
    // Also in SessionOnly: the user wants it gone, and one from an earlier run may be in the vault.
    if (const Result<> removed = d->vault.removeLogin(id); !removed)
        return removed;
    d->sessionTokens.remove(id);
    d->unsaved.remove(id);
    d->logins.removeIf([&id](const Login &login) { return login.id == id; });
    emit loginsChanged();
    return {};
}

Result<LoginStore::Tokens> LoginStore::tokens(const LoginId &id) const
{
    const auto missing = [] {
        return fail(Error::Kind::Unauthorized, u"There is no usable Cloudflare sign-in."_s,
                    u"Sign in to Cloudflare again."_s);
    };
    if (m_state == KeyState::SessionOnly) {
        const auto held = d->sessionTokens.value(id);
        if (!held)
            return missing();
        return Tokens{held->access.copy(), held->refresh.copy()};
    }
    if (m_state != KeyState::Ready)
        return notReady();
    if (const auto held = d->unsaved.value(id))
        return Tokens{held->access.copy(), held->refresh.copy()};
    Result<Secret> access = d->open(id.value, kAccess);
    Result<Secret> refresh = d->open(id.value, kRefresh);
    if (!access || !refresh) {
        const Error &error = access ? refresh.error() : access.error();
        if (error.kind == Error::Kind::NotFound)
            return missing();
        return fail(error);
    }
    return Tokens{*std::move(access), *std::move(refresh)};
}

Result<> LoginStore::saveSecret(const QString &name, const Secret &value)
{
    if (m_state == KeyState::SessionOnly) {
        if (value.isEmpty())
            d->sessionSecrets.remove(name);
        else
            d->sessionSecrets[name] = std::make_shared<const Secret>(value.copy());
        return {};
    }
    if (m_state != KeyState::Ready)
        return notReady();
    const QString owner = ownerOf(name);
    if (value.isEmpty())
        return d->vault.removeSecrets(owner);
    return d->vault.saveSealedSecret(owner, kValue, d->seal(owner, kValue, value));
}

Result<Secret> LoginStore::secret(const QString &name) const
{
    if (m_state == KeyState::SessionOnly) {
        if (const auto held = d->sessionSecrets.value(name))
            return held->copy();
        return fail(Error::Kind::NotFound, u"No such secret is stored."_s);
    }
    if (m_state != KeyState::Ready)
        return notReady();
    Result<Secret> value = d->open(ownerOf(name), kValue);
    if (!value && value.error().kind != Error::Kind::NotFound)
        return fail(Error::Kind::Storage,
                    u"A stored secret was sealed with a key that the keychain has lost."_s,
                    u"Enter the secret again in Settings."_s);
    return value;
}

Secret LoginStore::derivedKey(const QByteArray &purpose) const
{
    return d->key.isEmpty() ? Secret() : crypto::deriveKey(d->key, purpose);
}

tl::unexpected<Error> LoginStore::notReady() const
{
    if (m_state == KeyState::Opening)
        return fail(Error::Kind::Storage, u"The system's keychain has not answered yet."_s,
                    u"Unlock it if it asks for a password."_s);
    return fail(Error::Kind::Storage, m_problem);
}

} // namespace flaredeck::store
