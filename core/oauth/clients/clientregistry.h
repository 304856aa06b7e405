#pragma once

#include "core/oauth/endpoints/oautherror.h"
#include "core/store/vault/vault.h"

#include <QHash>
#include <QObject>
#include <QTimer>

#include <optional>

namespace flaredeck::oauth {

/// The clients that we know: in memory, written through to the vault. A registration by itself
/// opens nothing, so records that nobody ever approved go after a day.
class ClientRegistry : public QObject
{
    Q_OBJECT

public:
    /// Registrations without a live grant; those with one are as many as a person allowed. The
    /// program that has the most makes room.
    static constexpr int kMaxClients = 200;

    ClientRegistry(store::Vault &vault, const Clock &clock, QObject *parent = nullptr);

    [[nodiscard]] QList<store::Client> all() const;
    [[nodiscard]] std::optional<store::Client> find(const ClientId &id) const;

    struct Registered {
        store::Client client;
        QByteArray secret;            ///< empty for public clients; stored as a hash only
        QByteArray registrationToken; ///< `cfl_reg_…`; stored as a hash only; empty = has none
    };
    Result<Registered> add(store::Client draft, const store::AuditPeer &peer = {});
    /// A client that a person vouches for: it never expires, is not pushed out, and nobody but a
    /// person takes it back.
    Result<Registered> addByPerson(store::Client draft);
    /// The client as its document or its program describes it now; what we noted about it stays.
    Result<> saveDocument(store::Client document);
    /// `itself`: see Clients::remove().
    Result<> remove(const ClientId &id, const std::optional<store::AuditPeer> &itself = {});

    /// A blocked client stays known, so that it is refused rather than told to register anew. Holds
    /// when it returns; an error of the kind Storage says that it waits in the vault's outbox.
    Result<> setBlocked(const ClientId &id, bool blocked);

    /// How often a person approved the client, as far as grants are on record. Reads the vault.
    [[nodiscard]] int approvals(const ClientId &id) const;
    /// A person approved the client.
    void noteAuthorized(const ClientId &id);
    /// The client used a token. Written at most once an hour: its only purpose is the expiry.
    void noteUsed(const ClientId &id, Millis when);
    /// Lets the vault forget what ended long ago: once an hour, and only by a clock that has stood.
    /// Asked for each minute.
    void tidy();

signals:
    void changed();
    /// A person approved the client, and never before.
    void firstAuthorized(const flaredeck::ClientId &id);
    /// Expired or pushed out by newer registrations; the vault has dropped its grants, too.
    void expired(const flaredeck::ClientId &id);

private:
    /// Gives it its secret and stores it.
    Result<Registered> keep(store::Client client, const store::AuditPeer &peer);
    void purge(int keepAtMost);

    store::Vault &m_vault;
    const Clock &m_clock;
    QHash<ClientId, store::Client> m_clients;
    QHash<ClientId, Millis> m_lastWritten;
    QTimer m_tidying;
    std::optional<Millis> m_tidiedAt; ///< monotonic
};

} // namespace flaredeck::oauth
