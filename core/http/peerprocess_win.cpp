#include "core/base/processuser_win.h"
#include "core/http/peerlookup.h"

#include <QDir>
#include <QList>

#include <utility>
#include <vector>

// The order matters: winsock2 before windows, and both before the tables.
#include <winsock2.h>

#include <ws2tcpip.h>

#include <windows.h>

#include <iphlpapi.h>
#include <tlhelp32.h>

// Windows lists TCP connections and listeners with the process that owns each. The arguments of
// another process cannot be had by documented means, so that the command line stays empty.
// Unproven: no Windows has run this.
namespace flaredeck::http {

namespace {

constexpr int kAttempts = 4; ///< the table may grow between asking for its size and reading it

using windows::Handle;

struct SocketRow {
    QHostAddress localAddress;
    quint16 localPort = 0;
    quint16 remotePort = 0;
    bool listens = false;
    DWORD pid = 0;
};

quint16 portOf(DWORD networkOrder)
{
    return ntohs(static_cast<u_short>(networkOrder));
}

/// The bytes of one of the two tables; empty when the system does not give it.
std::vector<char> readTable(ULONG family)
{
    DWORD size = 0;
    std::vector<char> table;
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        const DWORD result = GetExtendedTcpTable(table.empty() ? nullptr : table.data(), &size,
                                                 FALSE, family, TCP_TABLE_OWNER_PID_ALL, 0);
        if (result == NO_ERROR && !table.empty())
            return table;
        if (result != ERROR_INSUFFICIENT_BUFFER || size == 0)
            break;
        table.resize(size);
    }
    return {};
}

QList<SocketRow> socketRows()
{
    QList<SocketRow> rows;
    if (const std::vector<char> bytes = readTable(AF_INET); !bytes.empty()) {
        const auto *table = reinterpret_cast<const MIB_TCPTABLE_OWNER_PID *>(bytes.data());
        for (DWORD i = 0; i < table->dwNumEntries; ++i) {
            const MIB_TCPROW_OWNER_PID &row = table->table[i];
            rows << SocketRow{QHostAddress(ntohl(row.dwLocalAddr)), portOf(row.dwLocalPort),
                              portOf(row.dwRemotePort), row.dwState == MIB_TCP_STATE_LISTEN,
                              row.dwOwningPid};
        }
    }
    if (const std::vector<char> bytes = readTable(AF_INET6); !bytes.empty()) {
        const auto *table = reinterpret_cast<const MIB_TCP6TABLE_OWNER_PID *>(bytes.data());
        for (DWORD i = 0; i < table->dwNumEntries; ++i) {
            const MIB_TCP6ROW_OWNER_PID &row = table->table[i];
            rows << SocketRow{QHostAddress(static_cast<const quint8 *>(row.ucLocalAddr)),
                              portOf(row.dwLocalPort), portOf(row.dwRemotePort),
                              row.dwState == MIB_TCP_STATE_LISTEN, row.dwOwningPid};
        }
    }
    return rows;
}

struct ProcessFacts {
    QString executable;
    qint64 startedAt = 0; ///< 100 ns since 1601
};

ProcessFacts factsOf(DWORD pid)
{
    ProcessFacts facts;
    const Handle process(OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, pid));
    if (!process)
        return facts;
    std::vector<wchar_t> path(32'768); // the longest path there is
    auto length = static_cast<DWORD>(path.size());
    if (QueryFullProcessImageNameW(process.get(), 0, path.data(), &length))
        facts.executable = QDir::fromNativeSeparators(
            QString::fromWCharArray(path.data(), static_cast<qsizetype>(length)));
    FILETIME created{};
    FILETIME unused{};
    if (GetProcessTimes(process.get(), &created, &unused, &unused, &unused))
        facts.startedAt = qint64(quint64(created.dwHighDateTime) << 32 | created.dwLowDateTime);
    return facts;
}

DWORD parentOf(DWORD pid)
{
    HANDLE raw = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    if (raw == INVALID_HANDLE_VALUE)
        return 0;
    const Handle snapshot(raw);
    PROCESSENTRY32W entry{};
    entry.dwSize = sizeof(entry);
    for (BOOL more = Process32FirstW(raw, &entry); more; more = Process32NextW(raw, &entry)) {
        if (entry.th32ProcessID == pid)
            return entry.th32ParentProcessID;
    }
    return 0;
}

PeerProcess describe(DWORD pid)
{
    const ProcessFacts own = factsOf(pid);
    PeerProcess process;
    process.pid = pid;
    process.executable = own.executable;
    process.startedAt = own.startedAt;
    const DWORD parent = parentOf(pid);
    const ProcessFacts above = parent > 0 ? factsOf(parent) : ProcessFacts{};
    // The number of a parent that has ended may have been given to a younger process.
    if (above.startedAt > 0 && above.startedAt <= own.startedAt) {
        process.parentPid = parent;
        process.ancestors = {process.parentPid};
        process.parentExecutable = above.executable;
        process.parentName = above.executable.section(QLatin1Char('/'), -1);
    }
    return process;
}

} // namespace

PeerProcess describeProcess(qint64 pid)
{
    return describe(static_cast<DWORD>(pid));
}

std::optional<Peer> localPeer(qintptr socket)
{
    const auto pid = windows::pipePeer(socket);
    if (!pid || !windows::isOurProcess(*pid))
        return std::nullopt;
    Peer peer;
    peer.pid = *pid;
    peer.startedAt = factsOf(*pid).startedAt;
    return peer.startedAt > 0 ? std::optional(peer) : std::nullopt;
}

std::optional<PeerProcess> lookUpPeer(const Peer &peer)
{
    const QList<SocketRow> rows = socketRows();
    for (const SocketRow &row : rows) {
        if (row.localPort == peer.port && row.remotePort == peer.localPort && row.pid > 0 &&
            row.localAddress.isEqual(peer.address, QHostAddress::ConvertV4MappedToIPv4))
            return describe(row.pid);
    }
    return std::nullopt;
}

QList<PeerProcess> lookUpListeners(quint16 port, const QHostAddress &at)
{
    const QList<SocketRow> rows = socketRows();
    QList<QHostAddress> addresses;
    for (const SocketRow &row : rows) {
        if (row.listens && row.localPort == port)
            addresses << row.localAddress;
    }
    const QList<QHostAddress> reached = listeningFor(at, addresses);
    QList<PeerProcess> listeners;
    for (const SocketRow &row : rows) {
        if (row.listens && row.localPort == port && reached.contains(row.localAddress))
            listeners << describe(row.pid);
    }
    return listeners;
}

// Nobody has written this for the system yet.
PeerOwner peerOwner(const Peer &)
{
    return PeerOwner::Unknown;
}

} // namespace flaredeck::http
