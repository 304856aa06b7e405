#pragma once

#include "core/http/hostgate.h"
#include "core/store/audit/audittrail.h"

#include <QHash>
#include <QObject>

#include <functional>

namespace flaredeck::service {

/// Puts what the host gate refuses into the audit trail, with the program that sent it. A flood of
/// refused requests costs neither rows nor a look through the process table for each.
class Refusals : public QObject
{
    Q_OBJECT

public:
    Refusals(store::AuditTrail &audit, const Clock &clock, QObject *parent = nullptr);

    void see(const http::Request &request, const http::Response &refusal);

private:
    struct Source {
        int waiting = 0; ///< refused while their program is being looked up
        store::AuditPeer peer;
        Millis lookedAt = 0;
    };
    void look(const QString &cause, const http::Peer &peer);
    void tell(const QString &cause, const store::AuditPeer &peer, int count);

    store::AuditTrail &m_audit;
    const Clock &m_clock;
    QHash<QString, Source> m_sources; ///< by cause
};

/// The host gate of the app: tells of each request that it refuses.
class WatchedGate : public http::HostGate
{
public:
    using Told = std::function<void(const http::Request &, const http::Response &)>;

    WatchedGate(CorsOf corsOf, IsNavigation isNavigation, Told told);
    [[nodiscard]] std::optional<http::Response> check(const http::Request &request) const override;

private:
    Told m_told;
};

} // namespace flaredeck::service
