#include "core/oauth/clients/clientregistry.h"

#include "core/base/crypto.h"
#include "core/base/logging.h"

#include <QPointer>

#include <algorithm>

namespace flaredeck::oauth {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr Millis kHour = 60LL * 60 * 1000;
constexpr int kTidyEveryMs = 60'000;
constexpr Millis kNeverAuthorizedLifetime = 24 * kHour;
constexpr Millis kUnusedLifetime = 90LL * 24 * kHour;

/// 16 characters behind the prefix, 96 bits.
ClientId newId(QLatin1String prefix)
{
    return {prefix + QString::fromLatin1(crypto::toBase64Url(crypto::randomBytes(12)))};
}

} // namespace

ClientRegistry::ClientRegistry(store::Vault &vault, const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_vault(vault)
    , m_clock(clock)
{
    for (const store::Client &client : m_vault.clients.all())
        m_clients.insert(client.id, client);
    m_tidying.setInterval(kTidyEveryMs);
    connect(&m_tidying, &QTimer::timeout, this, &ClientRegistry::tidy);
    m_tidying.start();
}

QList<store::Client> ClientRegistry::all() const
{
    QList<store::Client> clients = m_clients.values();
    std::sort(clients.begin(), clients.end(), [](const store::Client &a, const store::Client &b) {
        return a.createdAt != b.createdAt ? a.createdAt < b.createdAt : a.id.value < b.id.value;
    });
    return clients;
}

std::optional<store::Client> ClientRegistry::find(const ClientId &id) const
{
    const auto found = m_clients.constFind(id);
    return found == m_clients.cend() ? std::nullopt : std::optional(*found);
}

Result<ClientRegistry::Registered> ClientRegistry::add(store::Client draft,
                                                       const store::AuditPeer &peer)
{
    purge(kMaxClients - 1);
    const QByteArray token = "cfl_reg_" + crypto::randomToken();
    draft.registrationTokenHash = crypto::sha256(token);
    draft.id = newId("d_"_L1);
    draft.registeredBy = peer.program;
    auto registered = keep(std::move(draft), peer);
    if (registered)
        registered->registrationToken = token;
    return registered;
}

Result<ClientRegistry::Registered> ClientRegistry::addByPerson(store::Client draft)
{
    draft.kind = store::ClientKind::Person;
    draft.id = newId("c_"_L1);
    return keep(std::move(draft), {});
}

Result<ClientRegistry::Registered> ClientRegistry::keep(store::Client client,
                                                        const store::AuditPeer &peer)
{
    QByteArray secret;
    if (client.authMethod != "none"_L1) {
        secret = crypto::randomToken();
        client.secretHash = crypto::sha256(secret);
    }
    client.createdAt = m_clock.now();
    if (const auto saved = m_vault.clients.add(client, peer); !saved)
        return fail(saved.error());
    m_clients.insert(client.id, client);
    qCInfo(lcOAuth).noquote() << "registered client" << client.id.value << client.name;
    emit changed();
    return Registered{client, secret, {}};
}

Result<> ClientRegistry::saveDocument(store::Client document)
{
    const auto known = find(document.id);
    if (known) {
        document.createdAt = known->createdAt;
        document.firstAuthorizedAt = known->firstAuthorizedAt;
        document.lastUsedAt = known->lastUsedAt;
        document.blockedAt = known->blockedAt;
    } else {
        purge(kMaxClients - 1);
        document.createdAt = m_clock.now();
    }
    const auto saved = known ? m_vault.clients.save(document) : m_vault.clients.add(document);
    if (!saved)
        return saved;
    m_clients.insert(document.id, document);
    if (!known)
        qCInfo(lcOAuth).noquote() << "client by document" << document.id.value << document.name;
    emit changed();
    return {};
}

Result<> ClientRegistry::remove(const ClientId &id, const std::optional<store::AuditPeer> &itself)
{
    if (!m_clients.contains(id))
        return fail(Error::Kind::NotFound, u"There is no such client."_s);
    if (const auto removed = m_vault.clients.remove(id, itself); !removed)
        return removed;
    m_clients.remove(id);
    m_lastWritten.remove(id);
    emit changed();
    return {};
}

Result<> ClientRegistry::setBlocked(const ClientId &id, bool blocked)
{
    const auto client = m_clients.find(id);
    if (client == m_clients.end())
        return fail(Error::Kind::NotFound, u"There is no such client."_s);
    if (client->isBlocked() == blocked)
        return {};
    client->blockedAt = blocked ? m_clock.now() : 0;
    const auto saved = m_vault.outbox.write(
        u"block "_s + id.value,
        blocked ? u"The block of a client could not be saved: a restart would lift it."_s
                : u"The end of a block could not be saved: a restart would bring it back."_s,
        [registry = QPointer(this), id]() -> Result<> {
            const auto known = registry ? registry->find(id) : std::nullopt;
            return known ? registry->m_vault.clients.saveBlock(*known) : Result<>();
        });
    emit changed();
    return saved;
}

int ClientRegistry::approvals(const ClientId &id) const
{
    return m_vault.grants.count(id);
}

void ClientRegistry::noteAuthorized(const ClientId &id)
{
    const auto client = m_clients.find(id);
    if (client == m_clients.end())
        return;
    const Millis now = m_clock.now();
    const bool isFirst = client->firstAuthorizedAt == 0;
    if (isFirst)
        client->firstAuthorizedAt = now;
    client->lastUsedAt = now;
    if (const auto saved = m_vault.clients.save(*client); !saved)
        qCWarning(lcOAuth).noquote() << "cannot note the use of a client:" << saved.error().text();
    m_lastWritten.insert(id, now);
    if (isFirst)
        emit firstAuthorized(id);
    emit changed();
}

void ClientRegistry::noteUsed(const ClientId &id, Millis when)
{
    const auto client = m_clients.find(id);
    if (client == m_clients.end() || client->lastUsedAt >= when)
        return;
    client->lastUsedAt = when;
    if (when - m_lastWritten.value(id) < kHour)
        return;
    if (const auto saved = m_vault.clients.save(*client); !saved)
        qCWarning(lcOAuth).noquote() << "cannot note the use of a client:" << saved.error().text();
    m_lastWritten.insert(id, when);
}

void ClientRegistry::tidy()
{
    // Looks at the clock each time, which is how a jump is noticed.
    const Millis now = m_clock.monotonic();
    if (m_vault.time().olderThan(0) == 0 || (m_tidiedAt && now - *m_tidiedAt < kHour))
        return;
    m_tidiedAt = now;
    if (const auto purged = m_vault.purge(); !purged)
        qCWarning(lcOAuth).noquote() << "cannot remove what is old:" << purged.error().text();
    purge(kMaxClients);
}

void ClientRegistry::purge(int keepAtMost)
{
    const ClockWatch &time = m_vault.time();
    const auto purged = m_vault.clients.purge(time.olderThan(kNeverAuthorizedLifetime),
                                              time.olderThan(kUnusedLifetime), keepAtMost);
    if (!purged) {
        qCWarning(lcOAuth).noquote() << "cannot remove old clients:" << purged.error().text();
        return;
    }
    for (const ClientId &id : *purged) {
        m_lastWritten.remove(id);
        m_clients.remove(id);
        emit expired(id);
    }
}

} // namespace flaredeck::oauth
