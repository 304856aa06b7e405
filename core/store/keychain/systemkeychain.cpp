#include "core/base/logging.h"
#include "core/base/waiting.h"
#include "core/store/keychain/keychain.h"
#include "core/store/keychain/keychainservice.h"

#include <qt6keychain/keychain.h>

#include <functional>

using namespace Qt::StringLiterals;

namespace flaredeck::store {

namespace {

const QString kService = u"Flaredeck"_s;

/// Creates the job of one operation; called again for a retry.
using MakeJob = std::function<QKeychain::Job *()>;
/// Takes the result from a successful job.
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

/// Runs a job to its end. The job deletes itself and outlives the coroutine when the keychain
/// answers too late.
Task<KeychainResult<>> finished(MakeJob make, TakeResult take, QString entry,
                                std::chrono::milliseconds patience, std::stop_token stop)
{
    const auto result = std::make_shared<QPromise<KeychainResult<>>>();
    result->start();
    const auto settle = [result](const KeychainResult<> &value) {
        if (result->future().isFinished())
            return;
        result->addResult(value);
        result->finish();
    };
    QKeychain::Job *job = make();
    job->setKey(entry);
    job->setInsecureFallback(false);
    QObject::connect(job, &QKeychain::Job::finished, job, [settle, take](QKeychain::Job *done) {
        if (done->error() != QKeychain::NoError)
            return settle(tl::unexpected<KeychainError>(errorOf(*done)));
        take(*done);
        settle({});
    });
    QTimer::singleShot(patience, job, [settle] { settle(refused(KeychainFault::Silent)); });
    job->start();
    const auto done = co_await waitFor(result->future(), std::move(stop));
    co_return done.value_or(refused(KeychainFault::Silent));
}

Task<KeychainResult<>> run(MakeJob make, TakeResult take, QString entry,
                           std::chrono::milliseconds patience, std::stop_token stop)
{
    if (!keychain::isReachable())
        co_return refused(KeychainFault::Missing, u"there is no D-Bus session bus"_s);
    KeychainResult<> done = co_await finished(make, take, entry, patience, stop);
    if (done || done.error().fault != KeychainFault::Failed)
        co_return done;
    const bool isThere = co_await keychain::answers(patience, stop);
    if (!isThere)
        co_return refused(KeychainFault::Missing, done.error().detail);
    // It may be another keychain than the one that this process first connected to.
    if (keychain::reconnect())
        done = co_await finished(make, take, entry, patience, stop);
    co_return done;
}

void takeNothing(const QKeychain::Job &) {}

Task<KeychainResult<Secret>> readEntry(QString entry, std::chrono::milliseconds patience,
                                       std::stop_token stop)
{
    const auto value = std::make_shared<Secret>();
    const MakeJob make = [] { return new QKeychain::ReadPasswordJob(kService); };
    const TakeResult take = [value](const QKeychain::Job &job) {
        *value = Secret(static_cast<const QKeychain::ReadPasswordJob &>(job).binaryData());
    };
    const KeychainResult<> done = co_await run(make, take, entry, patience, stop);
    if (done)
        co_return std::move(*value);
    // A dismissed unlock dialog looks like a missing entry or a refusal. Treating it as a missing
    // entry would replace the key.
    const KeychainFault fault = done.error().fault;
    if (fault == KeychainFault::NotFound || fault == KeychainFault::Denied) {
        const bool isLocked = co_await keychain::holdsLocked(kService, entry, patience, stop);
        if (isLocked)
            co_return refused(KeychainFault::Locked, done.error().detail);
    }
    co_return tl::unexpected<KeychainError>(done.error());
}

// NOLINTNEXTLINE(performance-unnecessary-value-param): a coroutine outlives its caller
Task<KeychainResult<>> writeEntry(QString entry, std::shared_ptr<Secret> value,
                                  std::chrono::milliseconds patience, std::stop_token stop)
{
    const MakeJob make = [value] {
        auto *job = new QKeychain::WritePasswordJob(kService);
        job->setBinaryData(value->reveal());
        return job;
    };
    return run(make, takeNothing, std::move(entry), patience, std::move(stop));
}

Task<KeychainResult<>> removeEntry(QString entry, std::chrono::milliseconds patience,
                                   std::stop_token stop)
{
    const MakeJob make = [] { return new QKeychain::DeletePasswordJob(kService); };
    const KeychainResult<> done = co_await run(make, takeNothing, entry, patience, std::move(stop));
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

    Task<KeychainResult<Secret>> read(QString entry, std::stop_token stop) override
    {
        return readEntry(std::move(entry), m_patience, std::move(stop));
    }
    Task<KeychainResult<>> write(QString entry, Secret value, std::stop_token stop) override
    {
        return writeEntry(std::move(entry), std::make_shared<Secret>(std::move(value)), m_patience,
                          std::move(stop));
    }
    Task<KeychainResult<>> remove(QString entry, std::stop_token stop) override
    {
        return removeEntry(std::move(entry), m_patience, std::move(stop));
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
