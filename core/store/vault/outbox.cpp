#include "core/store/vault/outbox.h"

#include "core/base/logging.h"

#include <utility>

namespace flaredeck::store {

using namespace Qt::StringLiterals;

namespace {

constexpr int kRetryMs = 2000;

bool isWritten(const Result<> &written)
{
    return written || written.error().kind == Error::Kind::NotFound;
}

} // namespace

Outbox::Outbox()
{
    m_timer.setInterval(kRetryMs);
    connect(&m_timer, &QTimer::timeout, this, &Outbox::retry);
}

Result<> Outbox::write(const QString &key, const QString &problem, Write write)
{
    drop(key);
    const Result<> written = write();
    if (isWritten(written))
        return {};
    m_error = written.error();
    qCCritical(lcStore).noquote() << problem << m_error.text() << m_error.detail;
    m_entries.push_back({key, problem, std::move(write)});
    m_timer.start();
    emit changed();
    return fail({Error::Kind::Storage, problem + u' ' + m_error.message,
                 (m_error.action.isEmpty() ? QString() : m_error.action + u' ') +
                     u"Flaredeck tries again every few seconds."_s,
                 m_error.detail});
}

void Outbox::drop(const QString &key)
{
    if (std::erase_if(m_entries, [&key](const Entry &entry) { return entry.key == key; }) > 0)
        emit changed();
}

void Outbox::retry()
{
    // By itself, since what is written may come back here.
    std::vector<Entry> waiting = std::exchange(m_entries, {});
    const auto before = waiting.size();
    std::erase_if(waiting, [this](const Entry &entry) {
        const Result<> written = entry.write();
        if (!isWritten(written))
            m_error = written.error();
        return isWritten(written);
    });
    m_entries.insert(m_entries.begin(), std::make_move_iterator(waiting.begin()),
                     std::make_move_iterator(waiting.end()));
    if (m_entries.empty())
        m_timer.stop();
    if (before == m_entries.size())
        return;
    if (m_entries.empty())
        qCInfo(lcStore) << "all that waited is written now";
    emit changed();
}

QString Outbox::problem() const
{
    return m_entries.empty() ? QString() : m_entries.front().problem + u' ' + m_error.text();
}

} // namespace flaredeck::store
