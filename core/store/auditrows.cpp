// The vault's part in the audit trail.

#include "core/store/auditlog.h"
#include "core/store/rows.h"
#include "core/store/vault.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace flaredeck::store {

namespace {

Result<> nameAuditParties(Database &database, AuditEvent &event)
{
    const auto text = [](const QSqlQuery &row) { return row.value(0).toString(); };
    if (event.client.isEmpty() && !event.grant.isEmpty()) {
        const auto client = fetchOne(database, u"SELECT client_id FROM grants WHERE id = ?"_s,
                                     {event.grant.value}, text);
        if (!client)
            return fail(client.error());
        event.client.value = client->value_or(QString());
    }
    if (event.clientName.isEmpty() && !event.client.isEmpty()) {
        const auto name = fetchOne(database, u"SELECT name FROM clients WHERE id = ?"_s,
                                   {event.client.value}, text);
        if (!name)
            return fail(name.error());
        event.clientName = name->value_or(QString());
    }
    return {};
}

} // namespace

Result<> Vault::record(const AuditEvent &event)
{
    return transaction([&] { return append(event); });
}

void Vault::note(const AuditEvent &event)
{
    if (const auto first = m_notes.take(event, m_clock->monotonic()))
        writeNoted({*first});
    tellListener();
}

void Vault::writeNotes(bool all)
{
    writeNoted(all ? m_notes.takeAll() : m_notes.due(m_clock->monotonic()));
}

std::optional<Millis> Vault::notesDueIn() const
{
    const auto due = m_notes.nextDue();
    return due ? std::optional(std::max<Millis>(0, *due - m_clock->monotonic())) : std::nullopt;
}

void Vault::setAuditListener(std::function<void()> listener)
{
    m_listener = std::move(listener);
}

Result<> Vault::transaction(const std::function<Result<>()> &work)
{
    m_appended = false;
    const Result<> done = m_database.transaction(work);
    if (done && m_appended)
        tellListener();
    return done;
}

Result<> Vault::append(AuditEvent event)
{
    if (const Result<> named = nameAuditParties(m_database, event); !named)
        return named;
    m_appended = true;
    return auditlog::append(m_database, event, m_clock->now());
}

/// Tells of the end of the live ones among the grants `g` that `which` picks.
Result<> Vault::appendRevoked(const QString &which, const QVariantList &values,
                              const QString &reason)
{
    const auto ending = fetchAll(
        m_database,
        u"SELECT g.id FROM grants g WHERE g.revoked_at = 0 AND %1 ORDER BY g.created_at, g.id"_s
            .arg(which),
        values, [](const QSqlQuery &row) { return GrantId{row.value(0).toString()}; });
    if (!ending)
        return fail(ending.error());
    for (const GrantId &id : *ending) {
        const Result<> told = append({.kind = AuditKind::Revoked, .grant = id, .outcome = reason});
        if (!told)
            return told;
    }
    return {};
}

void Vault::writeNoted(const QList<AuditEvent> &events)
{
    if (events.isEmpty())
        return;
    const Result<> written = transaction([&]() -> Result<> {
        for (const AuditEvent &event : events) {
            if (const Result<> told = append(event); !told)
                return told;
        }
        return {};
    });
    if (!written)
        qCCritical(lcStore).noquote()
            << "An event is missing in the audit trail:" << written.error().text();
}

void Vault::tellListener() const
{
    if (m_listener)
        m_listener();
}

} // namespace flaredeck::store
