#pragma once

#include "core/base/identity.h"
#include "core/http/peerprocess.h"

#include <QHash>
#include <QObject>

#include <optional>

namespace flaredeck::service {

/// Remembers which program was last seen at the other end of each client's connection.
class ClientPrograms : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    /// Looks the program up in the background. One look per client at a time, since each reads the
    /// whole process table: of many connections that come at once, the last one counts.
    void see(const ClientId &client, const http::Peer &peer);
    void forget(const ClientId &client) { m_programs.remove(client); }
    [[nodiscard]] std::optional<http::PeerProcess> of(const ClientId &client) const;

signals:
    void changed();

private:
    void look(const ClientId &client, const http::Peer &peer);
    void remember(const ClientId &client, const std::optional<http::PeerProcess> &program);

    QHash<ClientId, http::PeerProcess> m_programs;
    /// Clients that are being looked up, and the connection to look at next.
    QHash<ClientId, std::optional<http::Peer>> m_looking;
};

} // namespace flaredeck::service
