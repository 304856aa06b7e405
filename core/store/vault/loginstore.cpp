#include "core/store/vault/loginstore.h"

#include "core/base/logging.h"

#include <QHash>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace flaredeck::store {

namespace {

const QString kAccess = u"access"_s;
const QString kRefresh = u"refresh"_s;
const QString kValue = u"value"_s;

QString ownerOf(const QString &secretName)
{
    return u"app:"_s + secretName;
}

QString rotatedKey(const LoginId &id)
{
    return u"tokens "_s + id.value;
}

} // namespace

class LoginStore::Private
{
public:
    Private(Vault &store, std::unique_ptr<Keychain> chain)
        : vault(store)
        , key(store, std::move(chain))
        , logins(store.logins.all())
    {
    }

    /// NotFound when nothing is stored there.
    [[nodiscard]] Result<Secret> open(const QString &owner, const QString &name) const
    {
        const SealedSecret found{owner, name, vault.keys.secret(owner, name)};
        if (found.sealed.isEmpty())
            return fail(Error::Kind::NotFound, u"No such secret is stored."_s);
        return key.open(found);
    }

    Vault &vault;
    VaultKey key;
    QList<Login> logins;
    QHash<LoginId, std::shared_ptr<const Tokens>> unsaved; ///< newer than those in the vault

    // SessionOnly
    QHash<LoginId, std::shared_ptr<const Tokens>> sessionTokens;
    QHash<QString, std::shared_ptr<const Secret>> sessionSecrets;
};

LoginStore::LoginStore(Vault &vault, std::unique_ptr<Keychain> keychain, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(vault, std::move(keychain)))
{
    connect(&d->key, &VaultKey::stateChanged, this, &LoginStore::keyChanged);
}

LoginStore::~LoginStore()
{
    const QSignalBlocker nobodyListensAnyMore(this);
    d->vault.outbox.retry();
    for (const LoginId &id : d->unsaved.keys())
        d->vault.outbox.drop(rotatedKey(id));
}

Task<> LoginStore::unlock(std::stop_token stop)
{
    return d->key.unlock(std::move(stop));
}

void LoginStore::useThisSessionOnly()
{
    d->key.useThisSessionOnly();
}

Task<Result<>> LoginStore::startAnew(std::stop_token stop)
{
    return d->key.startAnew(std::move(stop));
}

Task<Result<>> LoginStore::rotateKey(std::stop_token stop)
{
    return d->key.rotate(std::move(stop));
}

QStringList LoginStore::keyEntries() const
{
    return d->key.entries();
}

Task<QStringList> LoginStore::removeKeyEntries(std::stop_token stop)
{
    return d->key.removeEntries(std::move(stop));
}

KeyState LoginStore::state() const
{
    return d->key.state();
}

KeyProblem LoginStore::problem() const
{
    return d->key.problem();
}

std::pair<int, Millis> LoginStore::keyInUse() const
{
    return {d->key.record().number, d->key.record().since};
}

Secret LoginStore::successorKey() const
{
    return d->key.successorKey();
}

Error LoginStore::closedError() const
{
    return describe(problem());
}

void LoginStore::keyChanged()
{
    if (state() == KeyState::Ready)
        markUnreadable();
    if (state() == KeyState::SessionOnly) {
        for (Login &login : d->logins) {
            if (login.state == LoginState::Ok)
                login.state = LoginState::Suspended;
        }
        if (!d->logins.isEmpty())
            emit loginsChanged();
    }
    emit stateChanged();
}

void LoginStore::markUnreadable()
{
    bool changed = false;
    for (Login &login : d->logins) {
        if (login.state == LoginState::NeedsLogin || d->open(login.id.value, kAccess))
            continue;
        qCWarning(lcStore) << "The secrets of a sign-in are gone; it needs a new login";
        login.state = LoginState::NeedsLogin;
        changed = true;
        if (const Result<> saved = d->vault.logins.save(login); !saved)
            qCCritical(lcStore).noquote() << saved.error().text();
    }
    if (changed)
        emit loginsChanged();
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
    if (state() == KeyState::SessionOnly) {
        d->sessionTokens[login.id] =
            std::make_shared<const Tokens>(Tokens{tokens.access.copy(), tokens.refresh.copy()});
    } else if (state() == KeyState::Ready) {
        const QString owner = login.id.value;
        const Result<> saved =
            d->vault.logins.save(login, {d->key.seal(owner, kAccess, tokens.access),
                                         d->key.seal(owner, kRefresh, tokens.refresh)});
        if (!saved)
            return saved;
    } else {
        return fail(closedError());
    }
    d->unsaved.remove(login.id);
    put(login);
    emit loginsChanged();
    return {};
}

void LoginStore::put(const Login &login)
{
    if (Login *known = find(login.id))
        *known = login;
    else
        d->logins.append(login);
}

void LoginStore::keepRotated(const Login &login, const Tokens &tokens)
{
    d->unsaved[login.id] =
        std::make_shared<const Tokens>(Tokens{tokens.access.copy(), tokens.refresh.copy()});
    put(login);
    const Result<> saved = d->vault.outbox.write(
        rotatedKey(login.id),
        u"The renewed tokens of a Cloudflare sign-in cannot be stored yet: a restart would lose "
        "the sign-in."_s,
        [this, id = login.id]() -> Result<> {
            const auto held = d->unsaved.value(id);
            return held ? save(*this->login(id), *held) : Result<>();
        });
    if (!saved)
        emit loginsChanged();
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
        d->key.state() == KeyState::SessionOnly ? Result<>() : d->vault.logins.save(*login);
    emit loginsChanged();
    return saved;
}

Result<> LoginStore::update(const Login &login)
{
    Login *known = find(login.id);
    if (!known || *known == login)
        return {};
    *known = login;
    const Result<> saved =
        d->key.state() == KeyState::SessionOnly ? Result<>() : d->vault.logins.save(login);
    emit loginsChanged();
    return saved;
}

Result<> LoginStore::remove(const LoginId &id)
{
    // Also in SessionOnly: the user wants it gone, and one from an earlier run may be in the vault.
    if (const Result<> removed = d->vault.logins.remove(id); !removed)
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
    if (state() == KeyState::SessionOnly) {
        const auto held = d->sessionTokens.value(id);
        if (!held)
            return missing();
        return Tokens{held->access.copy(), held->refresh.copy()};
    }
    if (state() != KeyState::Ready)
        return fail(closedError());
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
    if (state() == KeyState::SessionOnly) {
        if (value.isEmpty())
            d->sessionSecrets.remove(name);
        else
            d->sessionSecrets[name] = std::make_shared<const Secret>(value.copy());
        return {};
    }
    if (state() != KeyState::Ready)
        return fail(closedError());
    const QString owner = ownerOf(name);
    if (value.isEmpty())
        return d->vault.keys.removeSecrets(owner);
    return d->vault.keys.saveSecret(d->key.seal(owner, kValue, value));
}

Result<Secret> LoginStore::secret(const QString &name) const
{
    if (state() == KeyState::SessionOnly) {
        if (const auto held = d->sessionSecrets.value(name))
            return held->copy();
        return fail(Error::Kind::NotFound, u"No such secret is stored."_s);
    }
    if (state() != KeyState::Ready)
        return fail(closedError());
    Result<Secret> value = d->open(ownerOf(name), kValue);
    if (!value && value.error().kind != Error::Kind::NotFound)
        return fail(Error::Kind::Storage, u"A stored secret is damaged."_s,
                    u"Enter the secret again in Settings."_s);
    return value;
}

Result<SealedSecret> LoginStore::seal(const QString &owner, const QString &name,
                                      const Secret &value) const
{
    if (state() != KeyState::Ready)
        return fail(closedError());
    return d->key.seal(owner, name, value);
}

Result<Secret> LoginStore::open(const QString &owner, const QString &name) const
{
    if (state() != KeyState::Ready)
        return fail(closedError());
    return d->open(owner, name);
}

} // namespace flaredeck::store
