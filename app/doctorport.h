#pragma once

#include <QList>
#include <QString>
#include <QStringList>

namespace flaredeck::app::doctor {

/// Who has a port at one of the two loopback addresses.
struct PortView {
    bool isWell = true;
    QString found; ///< "127.0.0.1:8788 is free"
    QString remedy = {};
};

/// `ours`: the process of the running app; 0 = it does not run. Both address families; one that the
/// computer lacks is left out.
[[nodiscard]] QList<PortView> lookAtPort(quint16 port, qint64 ours);
/// What the name stands for on this computer, as far as it is loopback.
[[nodiscard]] QStringList localhostAddresses();

} // namespace flaredeck::app::doctor
