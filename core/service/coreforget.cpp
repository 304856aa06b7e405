// The commands of Core that take everything away.
#include "core/base/crypto.h"
#include "core/base/erase.h"
#include "core/base/waiting.h"
#include "core/provider/facts.h"
#include "core/service/coreparts.h"
#include "core/service/selfstart.h"

#include <QDir>

namespace flaredeck::service {

using namespace Qt::StringLiterals;

namespace {

constexpr std::chrono::minutes kKeychainPatience{2};

/// Of what a person reads before they agree. Files are not part of it: SQLite makes and removes
/// some all the time.
QByteArray tokenOf(const ForgetPlan &plan)
{
    QStringList parts = plan.signIns + plan.keychainEntries + plan.starts + plan.stays;
    parts << u"%1 grants, %2 clients"_s.arg(plan.grants).arg(plan.clients);
    for (const connect::UndoPlan &setup : plan.setups)
        parts << setup.file << setup.difference << setup.problem;
    return crypto::toBase64Url(crypto::sha256(parts.join(u'\0').toUtf8()));
}

/// Why a sign-in goes on to be valid at the provider, when that is known beforehand.
QString staysOf(const store::Login &login, const store::LoginStore &logins)
{
    const QString name = provider::facts().name;
    if (login.kind == store::LoginKind::ApiToken)
        return u"%1: the API token stays valid. Delete it in the settings of %2."_s.arg(login.email,
                                                                                        name);
    if (login.state != store::LoginState::NeedsLogin && !logins.tokens(login.id))
        return u"%1: its tokens cannot be read, so %2 cannot be asked to revoke them. Open the "
               "keychain and look again, or end the access in the settings of %2."_s.arg(
                   login.email, name);
    return {};
}

/// What became of a sign-in at the provider, when that is not that it was revoked.
QString leftOf(const Result<provider::SignedOut> &done, const QString &label)
{
    using At = provider::SignedOut::At;
    if (!done)
        return u"%1: %2"_s.arg(label, done.error().text());
    if (done->upstream == At::Unconfirmed)
        return u"%1: %2"_s.arg(label, done->problem);
    return {};
}

} // namespace

Task<Result<ForgetPlan>> Core::planForgetting()
{
    // A keychain may be asking for its password.
    if (d->logins.state() == store::KeyState::Opening)
        co_await waitForSignal(&d->logins, &store::LoginStore::stateChanged, kKeychainPatience,
                               d->tasks.token());
    if (d->tasks.isStopped())
        co_return fail(shuttingDown());
    auto setups = co_await d->setups.planUndo(d->tasks.token());
    if (!setups)
        co_return fail(setups.error());
    ForgetPlan plan;
    for (const store::Login &login : d->logins.logins()) {
        plan.signIns << login.email;
        if (const QString stays = staysOf(login, d->logins); !stays.isEmpty())
            plan.stays << stays;
    }
    for (const remote::RemoteView &view : d->remotes.views()) {
        if (view.remote.state == store::RemoteState::Ok)
            plan.signIns << view.remote.title;
    }
    const SnapshotPtr shot = d->makeSnapshot();
    plan.grants = shot->grants.size();
    plan.clients = shot->clients.size();
    plan.keychainEntries = d->logins.keyEntries();
    plan.setups = *std::move(setups);
    plan.files = dataFiles(d->options.dataDir);
    // They start it with the usual directory.
    if (d->options.dataDir.root == DataDir::at().root)
        plan.starts = selfstart::find(connect::Places::ofUser().xdg, u"" FLAREDECK_ID ""_s);
    plan.directory = d->options.dataDir.root;
    plan.token = tokenOf(plan);
    co_return plan;
}

Task<Result<QStringList>> Core::forgetEverything(QByteArray token)
{
    const Result<ForgetPlan> plan = co_await planForgetting();
    if (!plan)
        co_return fail(plan.error());
    if (plan->token != token)
        co_return fail(Error::Kind::Cancelled,
                       u"What would go is not what was shown: something has changed since."_s,
                       u"Look at it again, as it is now. Nothing was removed."_s);
    // Nobody gets in any more, whatever follows; the terminal that asked waits for its answer.
    d->server.closePort();
    d->view.state = ServerState::Stopped;
    QStringList left = plan->stays;
    RevokeOrder all;
    all.all = true;
    if (plan->grants > 0) {
        if (const Result<> done = revoke(all); !done)
            left << done.error().text();
    }
    for (const connect::UndoPlan &setup : plan->setups) {
        const Result<QString> undone = co_await undoSetup(setup.id);
        if (!undone)
            left << u"%1: %2 Take Flaredeck's entry out of %3 yourself."_s.arg(
                setup.name, undone.error().text(), setup.file);
    }
    const QList<store::Login> logins = d->logins.logins();
    for (const store::Login &login : logins) {
        const auto done = co_await d->signIns.signOut(login.id, d->tasks.token());
        if (const QString problem = leftOf(done, login.email); !problem.isEmpty())
            left << problem;
    }
    const QList<remote::RemoteView> servers = d->remotes.views();
    for (const remote::RemoteView &view : servers) {
        if (view.remote.state != store::RemoteState::Ok)
            continue;
        auto signingOut = d->remotes.signOut(view.remote.name);
        const Result<provider::SignedOut> done = co_await signingOut;
        if (const QString problem = leftOf(done, view.remote.title); !problem.isEmpty())
            left << problem;
    }
    for (const QString &start : plan->starts) {
        if (const QString problem = selfstart::remove(start); !problem.isEmpty())
            left << problem;
    }
    const QStringList entries = co_await d->logins.removeKeyEntries(d->tasks.token());
    left += entries;
    if (d->tasks.isStopped())
        co_return fail(shuttingDown());
    emit forgotten(left);
    co_return left;
}

} // namespace flaredeck::service
