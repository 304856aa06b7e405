#include "app/doctorport.h"

#include "app/commandline.h"
#include "core/base/plaintext.h"
#include "core/http/peerlookup.h"
#include "core/service/freeport.h"

#include <QHostAddress>
#include <QHostInfo>
#include <QTcpServer>

#include <algorithm>

namespace flaredeck::app::doctor {

using namespace Qt::StringLiterals;

namespace {

enum class Hold { Free, Taken, NoAddress, Forbidden };

Hold holdOf(const QHostAddress &address, quint16 port)
{
    QTcpServer probe;
    if (probe.listen(address, port))
        return Hold::Free;
    switch (probe.serverError()) {
    case QAbstractSocket::AddressInUseError:
        return Hold::Taken;
    case QAbstractSocket::SocketAccessError:
        return Hold::Forbidden;
    default:
        return Hold::NoAddress;
    }
}

/// The first whose name is known.
QString nameOf(const QList<http::PeerProcess> &holders)
{
    const auto known =
        std::find_if(holders.begin(), holders.end(),
                     [](const http::PeerProcess &one) { return !one.name().isEmpty(); });
    if (known == holders.end())
        return CommandLine::tr("a program that the system does not name");
    const QString name = http::isFlaredeck(*known) ? CommandLine::tr("another Flaredeck")
                                                   : plaintext::line(known->name());
    return CommandLine::tr("%1 (pid %2)").arg(name).arg(known->pid);
}

PortView viewOf(const QHostAddress &address, Hold hold, quint16 port, qint64 ours)
{
    const QString at = address.toString();
    const QString place = (at.contains(u':') ? u"[%1]:%2"_s : u"%1:%2"_s).arg(at).arg(port);
    const QList<http::PeerProcess> holders =
        hold == Hold::Taken ? http::lookUpListeners(port, address) : QList<http::PeerProcess>();
    const bool isOurs =
        ours > 0 && std::any_of(holders.begin(), holders.end(),
                                [ours](const http::PeerProcess &one) { return one.pid == ours; });
    switch (hold) {
    case Hold::Free:
        if (ours > 0)
            return {at, false, CommandLine::tr("nobody listens at %1").arg(place),
                    CommandLine::tr("See the server's problem, or start Flaredeck again.")};
        return {at, true, CommandLine::tr("%1 is free").arg(place)};
    case Hold::Forbidden:
        return {at, false, CommandLine::tr("%1 may not be used").arg(place),
                CommandLine::tr("Give a port above 1023 with --port.")};
    default:
        break;
    }
    if (isOurs)
        return {at, true, CommandLine::tr("Flaredeck listens at %1").arg(place)};
    const quint16 free = service::freePortAfter(port);
    return {at, false, CommandLine::tr("%1 is held by %2").arg(place, nameOf(holders)),
            free == 0 ? CommandLine::tr("End that program, or give another port with --port.")
                      : CommandLine::tr("End that program, or use --port %1.").arg(free)};
}

} // namespace

QList<PortView> lookAtPort(quint16 port, qint64 ours)
{
    QList<PortView> views;
    if (port == 0)
        return views;
    for (const auto address : {QHostAddress::LocalHost, QHostAddress::LocalHostIPv6}) {
        const Hold hold = holdOf(QHostAddress(address), port);
        if (hold != Hold::NoAddress)
            views << viewOf(QHostAddress(address), hold, port, ours);
    }
    return views;
}

PortView lookAtLocalhost(const QStringList &addresses, const QList<PortView> &port)
{
    const QString all = addresses.join(u", "_s);
    const QString remedy = CommandLine::tr("Name 127.0.0.1 localhost in /etc/hosts.");
    if (addresses.isEmpty())
        return {{}, false, CommandLine::tr("is not known"), remedy};
    const bool isThere =
        std::any_of(addresses.begin(), addresses.end(), [&port](const QString &one) {
            return std::any_of(port.begin(), port.end(),
                               [&one](const PortView &view) { return view.address == one; });
        });
    if (!port.isEmpty() && !isThere)
        return {{}, false, CommandLine::tr("%1, which this computer lacks").arg(all), remedy};
    return {{}, true, all};
}

QStringList localhostAddresses()
{
    QStringList texts;
    const QList<QHostAddress> addresses = QHostInfo::fromName(u"localhost"_s).addresses();
    for (const QHostAddress &address : addresses) {
        if (address.isLoopback() && !texts.contains(address.toString()))
            texts << address.toString();
    }
    return texts;
}

} // namespace flaredeck::app::doctor
