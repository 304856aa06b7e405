#include "core/base/plaintext.h"
#include "core/base/redact.h"
#include "core/http/peerlookup.h"

#include <QFile>

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>

#include <arpa/inet.h>
#include <libproc.h>
#include <sys/proc_info.h>
#include <sys/socket.h>
#include <sys/sysctl.h>
#include <sys/un.h>
#include <unistd.h>

// libproc lists the descriptors of each process, and tells address and state of those that are
// sockets. It answers for processes of this user only; others stay unseen.
namespace flaredeck::http {

namespace {

constexpr qsizetype kMaxCommandLine = 512;

QList<pid_t> runningProcesses()
{
    const int expected = proc_listallpids(nullptr, 0);
    if (expected <= 0)
        return {};
    QList<pid_t> pids(expected + 32); // some may start between the two calls
    const int found =
        proc_listallpids(pids.data(), static_cast<int>(pids.size() * qsizetype(sizeof(pid_t))));
    pids.resize(std::clamp<qsizetype>(found, 0, pids.size()));
    // A child may hold its parent's sockets, too; as a rule the parent has the smaller number.
    std::sort(pids.begin(), pids.end());
    return pids;
}

QHostAddress localAddressOf(const in_sockinfo &socket)
{
    if ((socket.insi_vflag & INI_IPV4) != 0)
        return QHostAddress(ntohl(socket.insi_laddr.ina_46.i46a_addr4.s_addr));
    return QHostAddress(reinterpret_cast<const quint8 *>(&socket.insi_laddr.ina_6));
}

quint16 portOf(int networkOrder)
{
    return ntohs(static_cast<uint16_t>(networkOrder));
}

/// How many TCP sockets of a process match.
int countSockets(pid_t pid, const std::function<bool(const tcp_sockinfo &)> &matches)
{
    const int size = proc_pidinfo(pid, PROC_PIDLISTFDS, 0, nullptr, 0);
    if (size <= 0)
        return 0;
    QList<proc_fdinfo> descriptors(size / int(sizeof(proc_fdinfo)));
    const int filled = proc_pidinfo(pid, PROC_PIDLISTFDS, 0, descriptors.data(), size);
    descriptors.resize(
        std::clamp<qsizetype>(filled / int(sizeof(proc_fdinfo)), 0, descriptors.size()));
    int found = 0;
    for (const proc_fdinfo &descriptor : std::as_const(descriptors)) {
        if (descriptor.proc_fdtype != PROX_FDTYPE_SOCKET)
            continue;
        socket_fdinfo socket{};
        if (proc_pidfdinfo(pid, descriptor.proc_fd, PROC_PIDFDSOCKETINFO, &socket,
                           sizeof(socket)) != int(sizeof(socket)) ||
            socket.psi.soi_kind != SOCKINFO_TCP)
            continue;
        if (matches(socket.psi.soi_proto.pri_tcp))
            ++found;
    }
    return found;
}

QString executableOf(pid_t pid)
{
    std::array<char, PROC_PIDPATHINFO_MAXSIZE> path{};
    const int length = proc_pidpath(pid, path.data(), path.size());
    return length > 0 ? QFile::decodeName(QByteArray(path.data(), length)) : QString();
}

/// KERN_PROCARGS2: the number of arguments, the executable's path, zeros, then the arguments, each
/// with a zero behind it, then the environment.
QString commandLineOf(pid_t pid)
{
    std::array<int, 3> name{CTL_KERN, KERN_PROCARGS2, pid};
    size_t size = 0;
    if (sysctl(name.data(), name.size(), nullptr, &size, nullptr, 0) != 0)
        return {};
    QByteArray block(qsizetype(size), '\0');
    if (sysctl(name.data(), name.size(), block.data(), &size, nullptr, 0) != 0)
        return {};
    block.truncate(qsizetype(size));
    int count = 0;
    if (block.size() < qsizetype(sizeof(count)))
        return {};
    std::memcpy(&count, block.constData(), sizeof(count));
    qsizetype at = block.indexOf('\0', sizeof(count));
    while (at >= 0 && at < block.size() && block.at(at) == '\0')
        ++at;
    QByteArrayList arguments;
    while (at >= 0 && at < block.size() && arguments.size() < count) {
        const qsizetype end = block.indexOf('\0', at);
        arguments << block.mid(at, end < 0 ? -1 : end - at);
        at = end < 0 ? -1 : end + 1;
    }
    return plaintext::cut(redaction::commandLine(arguments), kMaxCommandLine);
}

} // namespace

PeerProcess describeProcess(qint64 id)
{
    const auto pid = static_cast<pid_t>(id);
    PeerProcess process;
    process.pid = pid;
    process.executable = executableOf(pid);
    process.commandLine = commandLineOf(pid);
    proc_bsdinfo facts{};
    if (proc_pidinfo(pid, PROC_PIDTBSDINFO, 0, &facts, sizeof(facts)) == int(sizeof(facts))) {
        process.parentPid = facts.pbi_ppid;
        process.startedAt =
            qint64(facts.pbi_start_tvsec) * 1'000'000 + qint64(facts.pbi_start_tvusec);
    }
    if (process.parentPid > 0) {
        process.ancestors = {process.parentPid};
        process.parentExecutable = executableOf(pid_t(process.parentPid));
        process.parentName = process.parentExecutable.section(QLatin1Char('/'), -1);
    }
    return process;
}

std::optional<Peer> localPeer(qintptr socket)
{
    const int descriptor = static_cast<int>(socket);
    uid_t user = 0;
    gid_t group = 0;
    pid_t pid = 0;
    socklen_t size = sizeof pid;
    if (::getpeereid(descriptor, &user, &group) != 0 || user != ::geteuid() ||
        ::getsockopt(descriptor, SOL_LOCAL, LOCAL_PEERPID, &pid, &size) != 0)
        return std::nullopt;
    Peer peer;
    peer.pid = pid;
    peer.startedAt = describeProcess(pid).startedAt;
    return peer.startedAt > 0 ? std::optional(peer) : std::nullopt;
}

std::optional<PeerProcess> lookUpPeer(const Peer &peer)
{
    const auto matches = [&peer](const tcp_sockinfo &tcp) {
        const in_sockinfo &socket = tcp.tcpsi_ini;
        return portOf(socket.insi_lport) == peer.port &&
               portOf(socket.insi_fport) == peer.localPort &&
               localAddressOf(socket).isEqual(peer.address, QHostAddress::ConvertV4MappedToIPv4);
    };
    const QList<pid_t> pids = runningProcesses();
    for (const pid_t pid : pids) {
        if (countSockets(pid, matches) > 0)
            return describeProcess(pid);
    }
    return std::nullopt;
}

QList<PeerProcess> lookUpListeners(quint16 port, const QHostAddress &at)
{
    const auto listens = [port](const tcp_sockinfo &tcp) {
        return tcp.tcpsi_state == TSI_S_LISTEN && portOf(tcp.tcpsi_ini.insi_lport) == port;
    };
    const QList<pid_t> pids = runningProcesses();
    QList<QHostAddress> addresses;
    for (const pid_t pid : pids) {
        (void)countSockets(pid, [&](const tcp_sockinfo &tcp) {
            if (listens(tcp))
                addresses << localAddressOf(tcp.tcpsi_ini);
            return false;
        });
    }
    const QList<QHostAddress> reached = listeningFor(at, addresses);
    const auto matches = [&](const tcp_sockinfo &tcp) {
        return listens(tcp) && reached.contains(localAddressOf(tcp.tcpsi_ini));
    };
    QList<PeerProcess> listeners;
    for (const pid_t pid : pids) {
        if (countSockets(pid, matches) > 0)
            listeners << describeProcess(pid);
    }
    return listeners;
}

// Nobody has written this for the system yet.
PeerOwner peerOwner(const Peer &)
{
    return PeerOwner::Unknown;
}

} // namespace flaredeck::http
