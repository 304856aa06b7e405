#include "core/base/plaintext.h"
#include "core/base/redact.h"
#include "core/http/peerlookup.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <algorithm>
#include <array>
#include <cstring>
#include <dirent.h>
#include <functional>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <memory>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

// The kernel lists sockets with their inode and owner in /proc/net/tcp and tcp6 (proc(5)), tells
// about a single one over netlink (sock_diag(7)), and processes show the inodes of their sockets in
// /proc/<pid>/fd. Descriptors of other users' processes are hidden.
namespace flaredeck::http {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype kMaxCommandLine = 512;
constexpr quint8 kListenState = 0x0A;

struct SocketRow {
    QHostAddress localAddress;
    quint16 localPort = 0;
    quint16 remotePort = 0;
    quint8 state = 0;
    uint uid = 0;
    QByteArray inode;
};

/// The other end of an accepted connection, as the kernel tells.
struct DiagAnswer {
    bool isAnswered = false; ///< the kernel could be asked
    bool isFound = false;
    uint uid = 0;
    quint32 inode = 0; ///< 0 = no process holds it any more
};

/// "0100007F:1F90": 32-bit words in the machine's byte order.
bool readEndpoint(QByteArrayView text, QHostAddress &address, quint16 &port)
{
    const qsizetype colon = text.indexOf(':');
    if (colon < 0)
        return false;
    const QByteArray bytes = QByteArray::fromHex(text.first(colon).toByteArray());
    port = text.sliced(colon + 1).toByteArray().toUShort(nullptr, 16);
    QByteArray ordered;
    for (qsizetype word = 0; word + 4 <= bytes.size(); word += 4) {
        for (int byte = 0; byte < 4; ++byte)
            ordered.append(Q_BYTE_ORDER == Q_LITTLE_ENDIAN ? bytes[word + 3 - byte]
                                                           : bytes[word + byte]);
    }
    if (ordered.size() == 4) {
        const auto octet = [&ordered](int i) { return quint32(quint8(ordered[i])); };
        address = QHostAddress(octet(0) << 24 | octet(1) << 16 | octet(2) << 8 | octet(3));
        return true;
    }
    if (ordered.size() == 16) {
        address = QHostAddress(reinterpret_cast<const quint8 *>(ordered.constData()));
        return true;
    }
    return false;
}

std::optional<SocketRow> readSocketRow(const QByteArray &line)
{
    // sl local_address rem_address st tx:rx tr:when retrnsmt uid timeout inode …
    const QList<QByteArray> fields = line.simplified().split(' ');
    if (fields.size() < 10)
        return std::nullopt;
    SocketRow row;
    QHostAddress remoteAddress;
    if (!readEndpoint(fields[1], row.localAddress, row.localPort) ||
        !readEndpoint(fields[2], remoteAddress, row.remotePort))
        return std::nullopt;
    row.state = static_cast<quint8>(fields[3].toUInt(nullptr, 16));
    row.uid = fields[7].toUInt();
    row.inode = fields[9];
    return row;
}

QList<SocketRow> findSockets(const std::function<bool(const SocketRow &)> &matches)
{
    QList<SocketRow> rows;
    for (const QString &table : {u"/proc/net/tcp"_s, u"/proc/net/tcp6"_s}) {
        QFile file(table);
        if (!file.open(QIODevice::ReadOnly))
            continue;
        file.readLine(); // the titles
        while (true) {
            const QByteArray line = file.readLine(); // sizes in /proc are 0, so atEnd() is no help
            if (line.isEmpty())
                break;
            if (const auto row = readSocketRow(line); row && matches(*row))
                rows << *row;
        }
    }
    return rows;
}

/// The inodes of the sockets that match and that a process holds.
QList<QByteArray> findInodes(const std::function<bool(const SocketRow &)> &matches)
{
    QList<QByteArray> inodes;
    for (const SocketRow &row : findSockets(matches)) {
        if (row.inode != "0")
            inodes << row.inode;
    }
    return inodes;
}

bool isOtherEnd(const SocketRow &row, const Peer &peer)
{
    return row.localPort == peer.port && row.remotePort == peer.localPort &&
           row.localAddress.isEqual(peer.address, QHostAddress::ConvertV4MappedToIPv4);
}

/// Bytes of an address in the order of the network, as inet_diag_sockid wants them.
void putAddress(const QHostAddress &address, __be32 (&words)[4])
{
    bool isV4 = false;
    const quint32 v4 = address.toIPv4Address(&isV4);
    if (isV4) {
        words[0] = htonl(v4);
        return;
    }
    const Q_IPV6ADDR v6 = address.toIPv6Address();
    std::memcpy(words, &v6, sizeof(v6));
}

/// sock_diag(7): one socket by its exact addresses. Our end is always the plain loopback address.
DiagAnswer askKernel(const Peer &peer)
{
    DiagAnswer answer;
    const int netlink = ::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    if (netlink < 0)
        return answer;
    struct {
        nlmsghdr head;
        inet_diag_req_v2 request;
    } question{};
    question.head.nlmsg_len = sizeof(question);
    question.head.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    question.head.nlmsg_flags = NLM_F_REQUEST;
    bool isV4 = false;
    (void)peer.address.toIPv4Address(&isV4);
    question.request.sdiag_family = isV4 ? AF_INET : AF_INET6;
    question.request.sdiag_protocol = IPPROTO_TCP;
    question.request.idiag_states = ~0U;
    question.request.id.idiag_sport = htons(peer.port);
    question.request.id.idiag_dport = htons(peer.localPort);
    putAddress(peer.address, question.request.id.idiag_src);
    putAddress(QHostAddress(isV4 ? QHostAddress::LocalHost : QHostAddress::LocalHostIPv6),
               question.request.id.idiag_dst);
    question.request.id.idiag_cookie[0] = INET_DIAG_NOCOOKIE;
    question.request.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;

    alignas(nlmsghdr) std::array<char, 1024> buffer{};
    const bool isSent = ::send(netlink, &question, sizeof(question), 0) == sizeof(question);
    const auto size = isSent ? ::recv(netlink, buffer.data(), buffer.size(), 0) : -1;
    ::close(netlink);
    if (size < static_cast<ssize_t>(sizeof(nlmsghdr)))
        return answer;
    nlmsghdr head{};
    std::memcpy(&head, buffer.data(), sizeof(head));
    if (head.nlmsg_type == NLMSG_ERROR &&
        size >= static_cast<ssize_t>(NLMSG_HDRLEN + sizeof(nlmsgerr))) {
        nlmsgerr error{};
        std::memcpy(&error, buffer.data() + NLMSG_HDRLEN, sizeof(error));
        answer.isAnswered = error.error == -ENOENT;
        return answer;
    }
    if (head.nlmsg_type != SOCK_DIAG_BY_FAMILY ||
        size < static_cast<ssize_t>(NLMSG_HDRLEN + sizeof(inet_diag_msg)))
        return answer;
    inet_diag_msg found{};
    std::memcpy(&found, buffer.data() + NLMSG_HDRLEN, sizeof(found));
    answer.isAnswered = true;
    // The kernel answers with a listener of that port when there is no such connection.
    answer.isFound = found.id.idiag_dport == question.request.id.idiag_dport;
    answer.uid = found.idiag_uid;
    answer.inode = found.idiag_inode;
    return answer;
}

bool isSameFile(const QByteArray &one, const QByteArray &other)
{
    struct stat left {
    };
    struct stat right {
    };
    return ::stat(one.constData(), &left) == 0 && ::stat(other.constData(), &right) == 0 &&
           left.st_dev == right.st_dev && left.st_ino == right.st_ino;
}

/// Any program may give itself a file system in which another file has the path
/// (mount_namespaces(7)).
bool isPathOfOurs(qint64 pid, const QString &path)
{
    const QByteArray process = "/proc/" + QByteArray::number(pid);
    return isSameFile(process + "/ns/mnt", "/proc/self/ns/mnt") ||
           isSameFile(process + "/exe", QFile::encodeName(path));
}

QString executableOf(qint64 pid)
{
    QString path = QFile::symLinkTarget(u"/proc/%1/exe"_s.arg(pid));
    if (!path.isEmpty() && !isPathOfOurs(pid, path))
        return path + u" (in a file system of its own)"_s;
    // An update replaces the file of a program that runs; it is still the same program.
    static const QString gone = u" (deleted)"_s;
    if (path.endsWith(gone) && !QFile::exists(path))
        path.chop(gone.size());
    return path;
}

struct Stat {
    qint64 parentPid = 0;
    qint64 startedAt = 0;
};

/// Parent and start time: fields 4 and 22 of /proc/<pid>/stat. The second field is the name in
/// parentheses and may itself hold blanks and parentheses.
Stat statOf(qint64 pid)
{
    QFile file(u"/proc/%1/stat"_s.arg(pid));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    const QByteArray stat = file.readAll();
    const QList<QByteArray> fields = stat.mid(stat.lastIndexOf(')') + 1).simplified().split(' ');
    constexpr qsizetype kParent = 4 - 3;
    constexpr qsizetype kStart = 22 - 3;
    if (fields.size() <= kStart)
        return {};
    return {fields[kParent].toLongLong(), fields[kStart].toLongLong()};
}

/// What the kernel calls the process, when its executable is hidden.
QString kernelName(qint64 pid)
{
    QFile file(u"/proc/%1/comm"_s.arg(pid));
    return file.open(QIODevice::ReadOnly) ? QString::fromLocal8Bit(file.readAll().trimmed())
                                          : QString();
}

/// The first argument that is a file and no option: what an interpreter runs.
QString scriptOf(qint64 pid, const QList<QByteArray> &arguments)
{
    const QString directory = QFile::symLinkTarget(u"/proc/%1/cwd"_s.arg(pid));
    for (const QByteArray &argument : arguments.mid(1)) {
        if (argument.startsWith('-'))
            continue;
        // A first word that is no file ("run", "-m module") names nothing that can be told again.
        const QFileInfo file(QDir(directory), QFile::decodeName(argument));
        return file.isFile() ? file.canonicalFilePath() : QString();
    }
    return {};
}

void describeAncestors(PeerProcess &process)
{
    const Stat own = statOf(process.pid);
    process.startedAt = own.startedAt;
    process.parentPid = own.parentPid;
    for (qint64 pid = own.parentPid;
         pid > 1 && process.ancestors.size() < PeerProcess::kMostAncestors;
         pid = statOf(pid).parentPid)
        process.ancestors << pid;
    if (process.parentPid <= 0)
        return;
    process.parentExecutable = executableOf(process.parentPid);
    process.parentName = process.parentExecutable.section(u'/', -1);
    if (process.parentName.isEmpty())
        process.parentName = kernelName(process.parentPid);
}

struct CloseDirectory {
    void operator()(DIR *directory) const { ::closedir(directory); }
};
using Directory = std::unique_ptr<DIR, CloseDirectory>;

/// Calls `visit` with the name of each entry.
template <typename Visit>
void forEachEntry(const char *path, Visit visit)
{
    const Directory directory(::opendir(path));
    if (!directory)
        return;
    while (const dirent *entry = ::readdir(directory.get()))
        visit(::dirfd(directory.get()), static_cast<const char *>(entry->d_name));
}

/// The processes that hold each socket, in the order of the sockets and by pid. A socket is
/// inherited by children and can be handed to anybody, so that each holder counts.
QList<QList<qint64>> findHolders(const QList<QByteArray> &inodes)
{
    QList<QList<qint64>> holders(inodes.size());
    if (inodes.isEmpty())
        return holders;
    QList<QByteArray> targets;
    for (const QByteArray &inode : inodes)
        targets << "socket:[" + inode + ']';
    forEachEntry("/proc", [&](int, const char *name) {
        bool isNumber = false;
        const qint64 pid = QByteArrayView(name).toLongLong(&isNumber);
        if (!isNumber)
            return;
        const QByteArray descriptors = "/proc/" + QByteArray(name) + "/fd";
        forEachEntry(descriptors.constData(), [&](int directory, const char *link) {
            std::array<char, 64> target{};
            const auto size = ::readlinkat(directory, link, target.data(), target.size());
            if (size <= 0)
                return;
            const QByteArrayView found(target.data(), size);
            for (qsizetype i = 0; i < targets.size(); ++i) {
                if (found == targets.at(i) && !holders.at(i).contains(pid))
                    holders[i] << pid;
            }
        });
    });
    for (QList<qint64> &pids : holders)
        std::sort(pids.begin(), pids.end());
    return holders;
}

} // namespace

PeerProcess describeProcess(qint64 pid)
{
    PeerProcess process;
    process.pid = pid;
    process.executable = executableOf(pid);
    QFile file(u"/proc/%1/cmdline"_s.arg(pid));
    if (file.open(QIODevice::ReadOnly)) {
        QByteArray arguments = file.readAll();
        if (arguments.endsWith('\0'))
            arguments.chop(1);
        const QList<QByteArray> words = arguments.split('\0');
        if (process.isInterpreter())
            process.script = scriptOf(pid, words);
        process.commandLine = plaintext::cut(redaction::commandLine(words), kMaxCommandLine);
    }
    describeAncestors(process);
    return process;
}

std::optional<Peer> localPeer(qintptr socket)
{
    ucred who = {};
    socklen_t size = sizeof who;
    if (::getsockopt(static_cast<int>(socket), SOL_SOCKET, SO_PEERCRED, &who, &size) != 0 ||
        who.uid != ::geteuid() || who.pid <= 0)
        return std::nullopt;
    Peer peer;
    peer.pid = who.pid;
    peer.startedAt = statOf(who.pid).startedAt;
    return peer.startedAt > 0 ? std::optional(peer) : std::nullopt;
}

std::optional<PeerProcess> lookUpPeer(const Peer &peer)
{
    QList<QByteArray> inodes;
    if (const DiagAnswer answer = askKernel(peer); answer.isAnswered) {
        if (answer.isFound && answer.inode > 0)
            inodes << QByteArray::number(answer.inode);
    } else {
        inodes = findInodes([&peer](const SocketRow &row) { return isOtherEnd(row, peer); });
    }
    const QList<QList<qint64>> holders = findHolders(inodes.mid(0, 1));
    if (holders.isEmpty() || holders.first().isEmpty())
        return std::nullopt;
    const PeerProcess first = describeProcess(holders.first().constFirst());
    for (const qint64 pid : holders.first().mid(1)) {
        const PeerProcess other = describeProcess(pid);
        if (other.executable == first.executable && other.script == first.script)
            continue;
        PeerProcess unnamed;
        unnamed.pid = first.pid;
        unnamed.startedAt = first.startedAt;
        return unnamed;
    }
    return first;
}

QList<PeerProcess> lookUpListeners(quint16 port, const QHostAddress &at)
{
    const QList<SocketRow> rows = findSockets([port](const SocketRow &row) {
        return row.state == kListenState && row.localPort == port && row.inode != "0";
    });
    QList<QHostAddress> addresses;
    for (const SocketRow &row : rows)
        addresses << row.localAddress;
    const QList<QHostAddress> reached = listeningFor(at, addresses);
    QList<QByteArray> inodes;
    for (const SocketRow &row : rows) {
        if (reached.contains(row.localAddress))
            inodes << row.inode;
    }
    const QList<QList<qint64>> holders = findHolders(inodes);
    QList<QList<PeerProcess>> found;
    for (const QList<qint64> &pids : holders) {
        found << QList<PeerProcess>();
        for (const qint64 pid : pids)
            found.last() << describeProcess(pid);
    }
    // A child that its parent has just forked holds the socket until it becomes another program.
    const QList<QList<qint64>> still = findHolders(inodes);
    QList<PeerProcess> listeners;
    for (qsizetype i = 0; i < found.size(); ++i) {
        if (found[i].isEmpty())
            listeners << PeerProcess();
        for (const PeerProcess &one : std::as_const(found[i])) {
            if (found[i].size() == 1 || still.value(i).contains(one.pid))
                listeners << one;
        }
    }
    return listeners;
}

PeerOwner peerOwner(const Peer &peer)
{
    DiagAnswer answer = askKernel(peer);
    if (!answer.isAnswered) {
        const QList<SocketRow> rows =
            findSockets([&peer](const SocketRow &row) { return isOtherEnd(row, peer); });
        answer.isFound = !rows.isEmpty();
        if (answer.isFound) {
            answer.uid = rows.constFirst().uid;
            answer.inode = rows.constFirst().inode.toUInt();
        }
    }
    if (!answer.isFound || answer.inode == 0)
        return PeerOwner::Gone;
    return answer.uid == ::geteuid() ? PeerOwner::ThisUser : PeerOwner::OtherUser;
}

} // namespace flaredeck::http
