#pragma once

#include <QList>
#include <QString>
#include <QStringList>

namespace flaredeck::app::doctor {

/// Who has a port at one of the two loopback addresses.
struct PortView {
    QString address; ///< "127.0.0.1" or "::1"
    bool isWell = true;
    QString found; ///< "127.0.0.1:8788 is free"
    QString remedy = {};
};

/// `ours`: the process of the running app; 0 = it does not run. Both address families; one that the
/// computer lacks is left out.
[[nodiscard]] QList<PortView> lookAtPort(quint16 port, qint64 ours);
/// What the name "localhost" stands for, beside where the port was looked at: a client takes the
/// name's first address, and not every one tries the next.
[[nodiscard]] PortView lookAtLocalhost(const QStringList &addresses, const QList<PortView> &port);
/// What the name stands for on this computer, as far as it is loopback.
[[nodiscard]] QStringList localhostAddresses();

} // namespace flaredeck::app::doctor
