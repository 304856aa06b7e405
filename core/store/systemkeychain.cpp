#include "core/base/logging.h"
#include "core/store/keychain.h"
#include "core/store/keychainservice.h"

#include <QCoroSignal>

#include <qt6keychain/keychain.h>

#include <functional>

using namespace Qt::StringLiterals;

namespace flaredeck::store {

namespace {

const QString kService = u"Flaredeck"_s;

/// Makes the job of one operation; called again when it is tried again.
using MakeJob = std::function<QKeychain::Job *()>;
/// Takes from a job that has succeeded what it brought.
using TakeResult = std::function<void(const QKeychain::Job &)>;

KeychainError errorOf(const QKeychain::Job &job)
{
    const QString detail =
        u"QtKeychain %1: %2"_s.arg(QString::number(job.error()), job.errorString());
    switch (job.error()) {
    case QKeychain::EntryNotFound:
        return {KeychainFault::NotFound, detail};
    case QKeychain::AccessDeniedByUser:
    case QKeychain::AccessDenied:
        return {KeychainFault::Denied, detail};
    case QKeychain::NoBackendAvailable:
    case QKeychain::NotImplemented:
        return {KeychainFault::Missing, detail};
    default:
        return {KeychainFault::Failed, detail};
    }
}

/// Runs a job to its end. The job deletes itself; it outlives the coroutine when the keychain
/// answers too late. Nothing here needs the Keychain object, which may go meanwhile.
Task<KeychainResult<>> finished(MakeJob make, TakeResult take, QString entry,
                                std::chrono::milliseconds patience)
{
    QKeychain::Job *job = make();
    job->setKey(entry);
    job->setInsecureFallback(false);
    job->start();
    const auto done = co_await qCoro(job, &QKeychain::Job::finished, patience);
    if (!done)
        co_return refused(KeychainFault::Silent);
    if (job->error() != QKeychain::NoError)
        co_return tl::unexpected<KeychainError>(errorOf(*job));
    take(*job);
    co_return KeychainResult<>();
}

Task<KeychainResult<>> run(MakeJob make, TakeResult take, QString entry,
                           std::chrono::milliseconds patience)
{
    if (!keychain::isReachable())
        co_return refused(KeychainFault::Missing, u"there is no D-Bus session bus"_s);
    KeychainResult<> done = co_await finished(make, take, entry, patience);
    if (done || done.error().fault != KeychainFault::Failed)
        co_return done;
    const bool isThere = co_await keychain::answers(patience);
    if (!isThere)
        co_return refused(KeychainFault::Missing, done.error().detail);
    // It may be another keychain than the one that this process first spoke to.
    if (keychain::reconnect())
        done = co_await finished(make, take, entry, patience);
    co_return done;
}

void takeNothing(const QKeychain::Job &) {}

Task<KeychainResult<Secret>> readEntry(QString entry, std::chrono::milliseconds patience)
{
    const auto value = std::make_shared<Secret>();
    const MakeJob make = [] { return new QKeychain::ReadPasswordJob(kService); };
    const TakeResult take = [value](const QKeychain::Job &job) {
        *value = Secret(static_cast<const QKeychain::ReadPasswordJob &>(job).binaryData());
    };
    const KeychainResult<> done = co_await run(make, take, entry, patience);
    if (done)
        co_return std::move(*value);
    // A dismissed unlock dialog looks like a missing entry, or like a refusal. Taking it for a
    // missing one would replace the key.
    const KeychainFault fault = done.error().fault;
    if (fault == KeychainFault::NotFound || fault == KeychainFault::Denied) {
        const bool isLocked = co_await keychain::holdsLocked(kService, entry, patience);
        if (isLocked)
            co_return refused(KeychainFault::Locked, done.error().detail);
    }
    co_return tl::unexpected<KeychainError>(done.error());
}

// NOLINTNEXTLINE(performance-unnecessary-value-param): a coroutine outlives its caller
Task<KeychainResult<>> writeEntry(QString entry, std::shared_ptr<Secret> value,
                                  std::chrono::milliseconds patience)
{
    const MakeJob make = [value] {
        auto *job = new QKeychain::WritePasswordJob(kService);
        job->setBinaryData(value->reveal());
        return job;
    };
    return run(make, takeNothing, std::move(entry), patience);
}

Task<KeychainResult<>> removeEntry(QString entry, std::chrono::milliseconds patience)
{
    const MakeJob make = [] { return new QKeychain::DeletePasswordJob(kService); };
    const KeychainResult<> done = co_await run(make, takeNothing, entry, patience);
    if (!done && done.error().fault == KeychainFault::NotFound)
        co_return KeychainResult<>();
    co_return done;
}

class SystemKeychain final : public Keychain
{
public:
    explicit SystemKeychain(std::chrono::milliseconds patience)
        : m_patience(patience)
    {
    }

    Task<KeychainResult<Secret>> read(QString entry) override
    {
        return readEntry(std::move(entry), m_patience);
    }
    Task<KeychainResult<>> write(QString entry, Secret value) override
    {
        return writeEntry(std::move(entry), std::make_shared<Secret>(std::move(value)), m_patience);
    }
    Task<KeychainResult<>> remove(QString entry) override
    {
        return removeEntry(std::move(entry), m_patience);
    }

private:
    const std::chrono::milliseconds m_patience;
};

} // namespace

std::unique_ptr<Keychain> Keychain::system(std::chrono::milliseconds patience)
{
    return std::make_unique<SystemKeychain>(patience);
}

} // namespace flaredeck::store
