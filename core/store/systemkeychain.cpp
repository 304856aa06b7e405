#include "core/base/logging.h"
#include "core/store/keychain.h"
#include "core/store/keychainservice.h"

#include <QCoroSignal>

#include <qt6keychain/keychain.h>

using namespace Qt::StringLiterals;

namespace flaredeck::store {

namespace {

const QString kService = u"Flaredeck"_s;

tl::unexpected<Error> storageError(QString message, QString detail = {})
{
    return fail(
        Error{Error::Kind::Storage, std::move(message), keychain::advice(), std::move(detail)});
}

tl::unexpected<Error> errorOf(const QKeychain::Job &job)
{
    const QString detail =
        u"QtKeychain %1: %2"_s.arg(QString::number(job.error()), job.errorString());
    switch (job.error()) {
    case QKeychain::EntryNotFound:
        return fail(Error{Error::Kind::NotFound, u"The keychain has no such entry."_s, {}, detail});
    case QKeychain::AccessDeniedByUser:
    case QKeychain::AccessDenied:
        return storageError(u"Access to the system's keychain was denied."_s, detail);
    case QKeychain::NoBackendAvailable:
    case QKeychain::NotImplemented:
        return storageError(u"This system has no keychain that Flaredeck can use."_s, detail);
    default:
        return storageError(
            u"The system's keychain cannot be used: %1."_s.arg(
                job.errorString().isEmpty() ? u"it gives no reason"_s : job.errorString()),
            detail);
    }
}

/// Starts a job and waits for its end. The job deletes itself; it outlives the coroutine when the
/// keychain answers too late. Nothing here needs the Keychain object, which may go meanwhile.
Task<Result<>> finished(QKeychain::Job *job, QString entry, std::chrono::milliseconds patience)
{
    job->setKey(entry);
    job->setInsecureFallback(false);
    job->start();
    const auto done = co_await qCoro(job, &QKeychain::Job::finished, patience);
    if (!done) {
        co_return fail(Error::Kind::Timeout,
                       u"The system's keychain did not answer within %1 seconds."_s.arg(
                           QString::number(std::chrono::duration<double>(patience).count())),
                       u"Unlock it and try again, or keep the sign-in for this session only."_s);
    }
    if (job->error() != QKeychain::NoError)
        co_return errorOf(*job);
    co_return {};
}

Task<Result<Secret>> readEntry(QString entry, std::chrono::milliseconds patience)
{
    if (const Result<> reachable = keychain::reachable(); !reachable)
        co_return fail(reachable.error());
    auto *job = new QKeychain::ReadPasswordJob(kService);
    const Result<> done = co_await finished(job, entry, patience);
    if (done)
        co_return Secret(job->binaryData());
    // A dismissed unlock dialog looks like a missing entry. Taking it for one would replace the
    // key.
    if (done.error().kind == Error::Kind::NotFound &&
        co_await keychain::holdsLocked(kService, entry, patience))
        co_return storageError(u"The system's keychain is locked."_s);
    co_return fail(done.error());
}

Task<Result<>> writeEntry(QString entry, Secret value, std::chrono::milliseconds patience)
{
    if (Result<> reachable = keychain::reachable(); !reachable)
        co_return reachable;
    auto *job = new QKeychain::WritePasswordJob(kService);
    job->setBinaryData(value.reveal());
    co_return co_await finished(job, entry, patience);
}

Task<Result<>> removeEntry(QString entry, std::chrono::milliseconds patience)
{
    if (Result<> reachable = keychain::reachable(); !reachable)
        co_return reachable;
    Result<> done = co_await finished(new QKeychain::DeletePasswordJob(kService), entry, patience);
    if (!done && done.error().kind == Error::Kind::NotFound)
        co_return {};
    co_return done;
}

class SystemKeychain final : public Keychain
{
public:
    explicit SystemKeychain(std::chrono::milliseconds patience)
        : m_patience(patience)
    {
    }

    Task<Result<Secret>> read(QString entry) override
    {
        return readEntry(std::move(entry), m_patience);
    }
    Task<Result<>> write(QString entry, Secret value) override
    {
        return writeEntry(std::move(entry), std::move(value), m_patience);
    }
    Task<Result<>> remove(QString entry) override
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
