#include "core/store/history/history.h"

#include "core/store/history/historyfile.h"

#include <QThread>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace flaredeck::store {

namespace {

constexpr auto kBatchDelay = 50ms;
constexpr Millis kPurgeInterval = 3600LL * 1000;
constexpr Millis kClockInterval = 60LL * 1000; ///< until ClockWatch reports what is too old
constexpr Millis kRefusalReportInterval = 60'000;

// Limits of the queue. Records beyond them are refused: the core thread must not block, and memory
// must not grow with the load.
constexpr size_t kMostRows = 65'536;
constexpr qint64 kMostBytes = 64LL * 1024 * 1024;

qint64 bytesOf(const CallRecord &call)
{
    return static_cast<qint64>(sizeof call) + call.arguments.size() + call.result.size() +
           call.error.size() * 2;
}

} // namespace

/// The queue between the threads, and the storage thread's loop.
class HistoryWriter::Private
{
public:
    Private(HistoryWriter &writer, QString path, int days, const Clock &time)
        : q(writer)
        , file(std::move(path))
        , keepDays(days)
        , clock(time)
    {
    }

    void append(CallRecord call);
    void run();

    HistoryWriter &q;
    const QString file;
    const int keepDays;
    const Clock &clock;
    std::unique_ptr<QThread> thread;

    std::mutex mutex; // guards what follows
    std::condition_variable work;
    std::condition_variable progress;
    std::vector<CallRecord> pending;
    qint64 pendingBytes = 0;
    quint64 accepted = 0; ///< calls and clear()s so far
    quint64 finished = 0; ///< of those
    qint64 refused = 0;   ///< not reported yet
    bool clearing = false;
    bool flushing = false;
    bool stopping = false;

private:
    [[nodiscard]] bool isUrgent() const { return clearing || flushing || stopping; }
    void waitForWork(std::unique_lock<std::mutex> &lock, Millis atMost);
    void report(const QString &text);
    void reportRefusals(qint64 count);

    Millis m_refusalsReportedAt = -kRefusalReportInterval;
};

void HistoryWriter::Private::append(CallRecord call)
{
    const qint64 bytes = bytesOf(call);
    bool wake = false;
    {
        const std::lock_guard lock(mutex);
        if (pending.size() >= kMostRows || pendingBytes + bytes > kMostBytes) {
            ++refused;
            return;
        }
        pending.push_back(std::move(call));
        pendingBytes += bytes;
        ++accepted;
        // Otherwise the storage thread is awake or waits for the batch to fill.
        wake = pending.size() == 1 || pending.size() == HistoryFile::kRowsPerTransaction;
    }
    if (wake)
        work.notify_one();
}

void HistoryWriter::Private::waitForWork(std::unique_lock<std::mutex> &lock, Millis atMost)
{
    const auto some = [this] { return !pending.empty() || isUrgent(); };
    const auto enough = [this] {
        return pending.size() >= HistoryFile::kRowsPerTransaction || isUrgent();
    };
    if (work.wait_for(lock, std::chrono::milliseconds(atMost), some))
        work.wait_for(lock, kBatchDelay, enough);
}

void HistoryWriter::Private::run()
{
    HistoryFile database(file, keepDays, clock, [this](const QString &text) { report(text); });
    database.open();

    Millis purgeAt = clock.monotonic();
    qint64 reportedLastId = database.lastCallId();
    std::vector<CallRecord> batch;
    for (;;) {
        std::unique_lock lock(mutex);
        waitForWork(lock, std::clamp<Millis>(purgeAt - clock.monotonic(), 0, kPurgeInterval));
        std::swap(batch, pending);
        pendingBytes = 0;
        const bool clear = std::exchange(clearing, false);
        const qint64 refusals = std::exchange(refused, 0);
        const quint64 taken = accepted;
        const bool stop = stopping;
        flushing = false;
        lock.unlock();

        // clear() has already removed from the queue what was appended before it.
        if (clear && database.clear())
            emit q.cleared();
        if (!batch.empty())
            database.write(std::exchange(batch, {})); // freed here, not on the core thread
        if (std::exchange(reportedLastId, database.lastCallId()) != database.lastCallId())
            emit q.callsWritten(database.lastCallId());
        reportRefusals(refusals);

        lock.lock();
        finished = taken;
        lock.unlock();
        progress.notify_all();
        if (stop)
            return;
        // Deletes in parts, because new calls come first.
        const Millis now = clock.monotonic();
        if (now >= purgeAt && !database.purgeSome())
            purgeAt = now + (database.knowsAges() ? kPurgeInterval : kClockInterval);
    }
}

void HistoryWriter::Private::report(const QString &text)
{
    // Queued, because the owner connects only after the constructor, which starts this thread.
    QMetaObject::invokeMethod(
        &q, [this, text] { emit q.failed(text); }, Qt::QueuedConnection);
}

void HistoryWriter::Private::reportRefusals(qint64 count)
{
    if (count == 0)
        return;
    if (clock.monotonic() - m_refusalsReportedAt < kRefusalReportInterval) {
        const std::lock_guard lock(mutex);
        refused += count; // for the next report
        return;
    }
    m_refusalsReportedAt = clock.monotonic();
    qCWarning(lcStore) << count << "records were refused: the disk is too slow";
    report(u"%1 calls were not recorded, because they came faster than the disk could take "
           "them."_s.arg(count));
}

HistoryWriter::HistoryWriter(const QString &file, int keepDays, const Clock &clock, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(*this, file, keepDays, clock))
{
    d->thread.reset(QThread::create([this] { d->run(); }));
    d->thread->setObjectName(u"storage"_s);
    d->thread->start();
}

HistoryWriter::~HistoryWriter()
{
    {
        const std::lock_guard lock(d->mutex);
        d->stopping = true;
    }
    d->work.notify_one();
    d->thread->wait();
}

void HistoryWriter::append(CallRecord call)
{
    d->append(std::move(call));
}

void HistoryWriter::clear()
{
    std::vector<CallRecord> forgotten; // destroyed after the lock is released
    {
        const std::lock_guard lock(d->mutex);
        std::swap(forgotten, d->pending);
        d->pendingBytes = 0;
        d->clearing = true;
        ++d->accepted;
    }
    d->work.notify_one();
}

void HistoryWriter::flush()
{
    std::unique_lock lock(d->mutex);
    const quint64 ticket = d->accepted;
    d->flushing = true;
    d->work.notify_one();
    d->progress.wait(lock, [&] { return d->finished >= ticket; });
}

} // namespace flaredeck::store
