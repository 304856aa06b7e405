#include "core/store/vault/remotestore.h"

#include "core/base/logging.h"

#include <QUrl>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace flaredeck::store {

namespace {

const QString kRemoteAccess = u"access"_s;
const QString kRemoteRefresh = u"refresh"_s;
const QString kRemoteClient = u"client"_s;

using Secrets = RemoteStore::Secrets;
using SecretsPtr = std::shared_ptr<const Secrets>;

SecretsPtr copied(const Secrets &secrets)
{
    return std::make_shared<const Secrets>(
        Secrets{secrets.access.copy(), secrets.refresh.copy(), secrets.clientSecret.copy()});
}

/// Without path and query, which may hold a key.
QString nameAndSite(const Remote &remote)
{
    return u"%1 (%2)"_s.arg(remote.title, QUrl(remote.url).host());
}

AuditEvent of(AuditKind kind, const QString &outcome)
{
    return {.kind = kind, .outcome = outcome};
}

Error gone()
{
    return {Error::Kind::NotFound, u"This server is not there any more."_s};
}

QString rotatedKey(const QString &name)
{
    return u"tokens of remote "_s + name;
}

void forgetSignIn(Remote &remote)
{
    remote.scopes.clear();
    remote.signedInAt = 0;
    remote.refreshedAt = 0;
    remote.expiresAt = 0;
}

void forgetRegistration(Remote &remote)
{
    remote.clientId.clear();
    remote.clientIssuer.clear();
    remote.redirectUri.clear();
    remote.secretEndsAt = 0;
    remote.registeredAt = 0;
}

} // namespace

class RemoteStore::Private
{
public:
    Private(Vault &store, LoginStore &keys)
        : vault(store)
        , logins(keys)
        , remotes(store.remotes.all())
    {
    }

    [[nodiscard]] Remote *find(const QString &name)
    {
        const auto found =
            std::find_if(remotes.begin(), remotes.end(),
                         [&name](const Remote &remote) { return remote.name == name; });
        return found == remotes.end() ? nullptr : &*found;
    }
    [[nodiscard]] bool isSessionOnly() const { return logins.state() == KeyState::SessionOnly; }
    /// What of it is stored: in a session of its own, the sign-in as the vault has it.
    [[nodiscard]] Remote storable(Remote remote) const;
    Result<> write(const Remote &remote, const std::optional<AuditEvent> &event = {});
    Result<QList<SealedSecret>> sealed(const QString &name, const Secrets &secrets) const;
    Result<> keep(const Remote &remote, const Secrets &secrets,
                  const std::optional<AuditEvent> &event);

    Vault &vault;
    LoginStore &logins;
    QList<Remote> remotes;
    QHash<QString, SecretsPtr> unsaved; ///< newer than those in the vault
    QHash<QString, SecretsPtr> session; ///< SessionOnly
};

Remote RemoteStore::Private::storable(Remote remote) const
{
    if (!isSessionOnly())
        return remote;
    Remote stored;
    for (const Remote &known : vault.remotes.all()) {
        if (known.name == remote.name)
            stored = known;
    }
    remote.state = remote.state == RemoteState::Open ? RemoteState::Open : stored.state;
    remote.clientId = stored.clientId;
    remote.clientIssuer = stored.clientIssuer;
    remote.redirectUri = stored.redirectUri;
    remote.secretEndsAt = stored.secretEndsAt;
    remote.scopes = stored.scopes;
    remote.registeredAt = stored.registeredAt;
    remote.signedInAt = stored.signedInAt;
    remote.refreshedAt = stored.refreshedAt;
    remote.refreshProblem = stored.refreshProblem;
    remote.expiresAt = stored.expiresAt;
    return remote;
}

Result<> RemoteStore::Private::write(const Remote &remote, const std::optional<AuditEvent> &event)
{
    return vault.remotes.save(storable(remote), {}, event);
}

Result<QList<SealedSecret>> RemoteStore::Private::sealed(const QString &name,
                                                         const Secrets &secrets) const
{
    QList<SealedSecret> all;
    for (const auto &[kind, secret] :
         {std::pair(&kRemoteAccess, &secrets.access), std::pair(&kRemoteRefresh, &secrets.refresh),
          std::pair(&kRemoteClient, &secrets.clientSecret)}) {
        const Result<SealedSecret> one = logins.seal(Remotes::ownerOf(name), *kind, *secret);
        if (!one)
            return fail(one.error());
        all << *one;
    }
    return all;
}

Result<> RemoteStore::Private::keep(const Remote &remote, const Secrets &secrets,
                                    const std::optional<AuditEvent> &event)
{
    if (isSessionOnly()) {
        const Result<> recorded = write(remote, event);
        if (!recorded)
            return recorded;
        session[remote.name] = copied(secrets);
        return {};
    }
    const Result<QList<SealedSecret>> closed = sealed(remote.name, secrets);
    if (!closed)
        return fail(closed.error());
    const Result<> saved = vault.remotes.save(remote, *closed, event);
    if (saved)
        unsaved.remove(remote.name);
    return saved;
}

RemoteStore::RemoteStore(Vault &vault, LoginStore &logins, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(vault, logins))
{
    connect(&logins, &LoginStore::stateChanged, this, &RemoteStore::keyChanged);
    keyChanged();
}

RemoteStore::~RemoteStore()
{
    const QSignalBlocker nobodyListensAnyMore(this);
    d->vault.outbox.retry();
    for (const QString &name : d->unsaved.keys())
        d->vault.outbox.drop(rotatedKey(name));
}

/// What the key in use does not open has to be done again; without the keychain for this session
/// only.
void RemoteStore::keyChanged()
{
    const KeyState state = d->logins.state();
    if (state != KeyState::Ready && state != KeyState::SessionOnly)
        return;
    QStringList lost;
    for (Remote &remote : d->remotes) {
        if (remote.state != RemoteState::Ok || secrets(remote.name))
            continue;
        remote.state = RemoteState::NeedsSignIn;
        remote.refreshProblem = state == KeyState::Ready
                                    ? u"The stored sign-in cannot be read."_s
                                    : u"It is in the keychain, which is not used now."_s;
        lost << remote.name;
        if (state != KeyState::Ready)
            continue;
        qCWarning(lcStore) << "The secrets of a remote server's sign-in are gone";
        if (const Result<> saved = d->write(remote); !saved)
            qCCritical(lcStore).noquote() << saved.error().text();
    }
    for (const QString &name : lost)
        emit changed(name);
}

LoginStore &RemoteStore::keys() const
{
    return d->logins;
}

QList<Remote> RemoteStore::remotes() const
{
    return d->remotes;
}

std::optional<Remote> RemoteStore::remote(const QString &name) const
{
    const Remote *known = d->find(name);
    return known ? std::optional(*known) : std::nullopt;
}

Result<> RemoteStore::add(const Remote &remote)
{
    if (d->find(remote.name)) {
        return fail(Error::Kind::InvalidInput, u"There is a server named %1."_s.arg(remote.name),
                    u"Give this one another name."_s);
    }
    const Result<> saved = d->write(remote, of(AuditKind::ServerAdded, nameAndSite(remote)));
    if (!saved)
        return saved;
    d->remotes << remote;
    emit changed(remote.name);
    return {};
}

Result<> RemoteStore::remove(const QString &name)
{
    const Remote *known = d->find(name);
    if (!known)
        return fail(gone());
    const Result<> removed =
        d->vault.remotes.remove(name, of(AuditKind::ServerRemoved, nameAndSite(*known)));
    if (!removed)
        return removed;
    d->vault.outbox.drop(rotatedKey(name));
    d->unsaved.remove(name);
    d->session.remove(name);
    d->remotes.removeIf([&name](const Remote &remote) { return remote.name == name; });
    emit changed(name);
    return {};
}

Result<> RemoteStore::setOn(const QString &name, bool isOn)
{
    Remote *known = d->find(name);
    if (!known)
        return fail(gone());
    if (known->isOn == isOn)
        return {};
    Remote switched = *known;
    switched.isOn = isOn;
    const Result<> saved =
        d->write(switched, of(AuditKind::ServerSwitched,
                              u"%1: %2"_s.arg(known->title, isOn ? u"on"_s : u"off"_s)));
    if (!saved)
        return saved;
    known->isOn = isOn;
    emit changed(name);
    return {};
}

Result<> RemoteStore::update(const Remote &remote)
{
    Remote *known = d->find(remote.name);
    if (!known)
        return fail(gone());
    if (*known == remote)
        return {};
    *known = remote;
    const Result<> saved = d->write(remote);
    emit changed(remote.name);
    return saved;
}

Result<> RemoteStore::signIn(const Remote &remote, const Secrets &secrets)
{
    Remote *known = d->find(remote.name);
    if (!known)
        return fail(gone());
    const QString scopes = remote.scopes.join(u' ');
    const Result<> saved =
        d->keep(remote, secrets,
                of(AuditKind::SignedIn,
                   scopes.isEmpty() ? remote.title : u"%1: %2"_s.arg(remote.title, scopes)));
    if (!saved)
        return saved;
    d->vault.outbox.drop(rotatedKey(remote.name));
    *known = remote;
    emit changed(remote.name);
    return {};
}

void RemoteStore::keepRotated(const Remote &remote, const Secrets &secrets)
{
    Remote *known = d->find(remote.name);
    if (!known)
        return;
    *known = remote;
    d->unsaved[remote.name] = copied(secrets);
    const Result<> saved = d->vault.outbox.write(
        rotatedKey(remote.name),
        u"The renewed tokens of the sign-in to %1 cannot be stored yet: a restart would lose the "
        "sign-in."_s.arg(remote.title),
        [this, name = remote.name]() -> Result<> {
            const SecretsPtr held = d->unsaved.value(name);
            const Remote *current = d->find(name);
            return held && current ? d->keep(*current, *held, {}) : Result<>();
        });
    if (saved)
        d->unsaved.remove(remote.name);
    emit changed(remote.name);
}

Result<> RemoteStore::end(const QString &name, const QString &why, bool isRegistrationLost)
{
    Remote *known = d->find(name);
    if (!known)
        return fail(gone());
    if (known->state == RemoteState::NeedsSignIn)
        return {};
    known->state = RemoteState::NeedsSignIn;
    known->refreshProblem = why;
    if (isRegistrationLost)
        forgetRegistration(*known);
    const Result<> saved =
        d->write(*known, of(AuditKind::SignInEnded, u"%1: %2"_s.arg(known->title, why)));
    emit changed(name);
    return saved;
}

Result<> RemoteStore::signOut(const QString &name)
{
    Remote *known = d->find(name);
    if (!known)
        return fail(gone());
    Remote left = *known;
    forgetSignIn(left);
    left.state = RemoteState::SignedOut;
    left.refreshProblem.clear();
    // The registration serves the next sign-in; one with a secret goes with its secrets.
    const Result<Secrets> held = secrets(name);
    if (!held || !held->clientSecret.isEmpty())
        forgetRegistration(left);
    // Also without the keychain: the person wants it gone, and one from an earlier run may be
    // there.
    const Result<> saved =
        d->vault.remotes.saveWithoutSecrets(left, {}, of(AuditKind::SignedOut, left.title));
    if (!saved)
        return saved;
    d->vault.outbox.drop(rotatedKey(name));
    d->unsaved.remove(name);
    d->session.remove(name);
    *known = left;
    emit changed(name);
    return {};
}

Result<RemoteStore::Secrets> RemoteStore::secrets(const QString &name) const
{
    const auto missing = [] {
        return fail(Error::Kind::Unauthorized, u"There is no usable sign-in to this server."_s,
                    u"The user must sign in to it in Flaredeck."_s);
    };
    const SecretsPtr held = d->isSessionOnly() ? d->session.value(name) : d->unsaved.value(name);
    if (held) {
        return Secrets{held->access.copy(), held->refresh.copy(), held->clientSecret.copy()};
    }
    if (d->isSessionOnly())
        return missing();
    Secrets secrets;
    for (const auto &[kind, secret] :
         {std::pair(&kRemoteAccess, &secrets.access), std::pair(&kRemoteRefresh, &secrets.refresh),
          std::pair(&kRemoteClient, &secrets.clientSecret)}) {
        Result<Secret> opened = d->logins.open(Remotes::ownerOf(name), *kind);
        if (!opened) {
            if (opened.error().kind == Error::Kind::NotFound)
                return missing();
            return fail(opened.error());
        }
        *secret = std::move(*opened);
    }
    return secrets;
}

QList<RemoteTool> RemoteStore::tools(const QString &server) const
{
    return d->vault.remotes.tools(server);
}

Result<> RemoteStore::saveTools(const QString &server, const QList<RemoteTool> &tools)
{
    const Remote *known = d->find(server);
    if (!known)
        return fail(gone());
    const Result<> saved = d->vault.remotes.saveTools(*known, tools);
    if (saved)
        emit changed(server);
    return saved;
}

} // namespace flaredeck::store
