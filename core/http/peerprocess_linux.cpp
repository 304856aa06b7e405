#include "core/base/logging.h"
#include "core/base/plaintext.h"
#include "core/http/peerlookup.h"

#include <QDir>
#include <QFile>

#include <algorithm>
#include <functional>

// The kernel lists sockets with their inode in /proc/net/tcp and tcp6 (proc(5)), and processes show
// the inodes of their sockets in /proc/<pid>/fd. Descriptors of other users' processes are hidden.
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
    QByteArray inode;
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

bool isWildcard(const QHostAddress &address)
{
    return address == QHostAddress(QHostAddress::AnyIPv6) ||
           address.isEqual(QHostAddress(QHostAddress::AnyIPv4),
                           QHostAddress::ConvertV4MappedToIPv4);
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
    row.inode = fields[9];
    return row;
}

/// The inodes of the sockets that match.
QList<QByteArray> findInodes(const std::function<bool(const SocketRow &)> &matches)
{
    QList<QByteArray> inodes;
    for (const QString &table : {u"/proc/net/tcp"_s, u"/proc/net/tcp6"_s}) {
        QFile file(table);
        if (!file.open(QIODevice::ReadOnly))
            continue;
        file.readLine(); // the titles
        while (true) {
            const QByteArray line = file.readLine(); // sizes in /proc are 0, so atEnd() is no help
            if (line.isEmpty())
                break;
            if (const auto row = readSocketRow(line); row && row->inode != "0" && matches(*row))
                inodes << row->inode;
        }
    }
    return inodes;
}

QString executableOf(qint64 pid)
{
    QString path = QFile::symLinkTarget(u"/proc/%1/exe"_s.arg(pid));
    // An update replaces the file of a program that runs; it is still the same program.
    static const QString gone = u" (deleted)"_s;
    if (path.endsWith(gone) && !QFile::exists(path))
        path.chop(gone.size());
    return path;
}

/// Parent and start time: fields 4 and 22 of /proc/<pid>/stat. The second field is the name in
/// parentheses and may itself hold blanks and parentheses.
void readStat(PeerProcess &process)
{
    QFile file(u"/proc/%1/stat"_s.arg(process.pid));
    if (!file.open(QIODevice::ReadOnly))
        return;
    const QByteArray stat = file.readAll();
    const QList<QByteArray> fields = stat.mid(stat.lastIndexOf(')') + 1).simplified().split(' ');
    constexpr qsizetype kParent = 4 - 3;
    constexpr qsizetype kStart = 22 - 3;
    if (fields.size() <= kStart)
        return;
    process.parentPid = fields[kParent].toLongLong();
    process.startedAt = fields[kStart].toLongLong();
}

/// The executable's file name, or what the kernel calls the process when its executable is hidden.
QString shortName(qint64 pid)
{
    const QString executable = executableOf(pid);
    if (!executable.isEmpty())
        return executable.section(u'/', -1);
    QFile file(u"/proc/%1/comm"_s.arg(pid));
    return file.open(QIODevice::ReadOnly) ? QString::fromLocal8Bit(file.readAll().trimmed())
                                          : QString();
}

PeerProcess describe(qint64 pid)
{
    PeerProcess process;
    process.pid = pid;
    process.executable = executableOf(pid);
    QFile file(u"/proc/%1/cmdline"_s.arg(pid));
    if (file.open(QIODevice::ReadOnly)) {
        QByteArray arguments = file.readAll();
        arguments.replace('\0', ' ');
        process.commandLine =
            plaintext::cut(redact(QString::fromLocal8Bit(arguments.trimmed())), kMaxCommandLine);
    }
    readStat(process);
    if (process.parentPid > 0)
        process.parentName = shortName(process.parentPid);
    return process;
}

QList<qint64> runningProcesses()
{
    QList<qint64> pids;
    for (const QString &name : QDir(u"/proc"_s).entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
        bool isNumber = false;
        const qint64 pid = name.toLongLong(&isNumber);
        if (isNumber)
            pids << pid;
    }
    // A child may hold its parent's sockets, too; as a rule the parent has the smaller number.
    std::sort(pids.begin(), pids.end());
    return pids;
}

/// The owner of each socket, in the order of the sockets; no pid where it is hidden.
QList<PeerProcess> findOwners(const QList<QByteArray> &inodes)
{
    QList<PeerProcess> owners(inodes.size());
    qsizetype missing = inodes.size();
    if (missing == 0)
        return owners;
    QStringList targets;
    for (const QByteArray &inode : inodes)
        targets << u"socket:[%1]"_s.arg(QLatin1StringView(inode));
    const QList<qint64> pids = runningProcesses();
    for (const qint64 pid : pids) {
        const QDir descriptors(u"/proc/%1/fd"_s.arg(pid));
        // System: a link to a socket points to nothing in the file system.
        const QStringList links = descriptors.entryList(QDir::Files | QDir::System);
        for (const QString &link : links) {
            const QString target = QFile::symLinkTarget(descriptors.filePath(link));
            for (qsizetype i = 0; i < inodes.size(); ++i) {
                if (owners.at(i).pid > 0 || !target.endsWith(targets.at(i)))
                    continue;
                owners[i] = describe(pid);
                if (--missing == 0)
                    return owners;
            }
        }
    }
    return owners;
}

} // namespace

std::optional<PeerProcess> lookUpPeer(const Peer &peer)
{
    const QList<QByteArray> inodes = findInodes([&peer](const SocketRow &row) {
        return row.localPort == peer.port && row.remotePort == peer.localPort &&
               row.localAddress.isEqual(peer.address, QHostAddress::ConvertV4MappedToIPv4);
    });
    const QList<PeerProcess> owners = findOwners(inodes.mid(0, 1));
    const bool isKnown = !owners.isEmpty() && owners.first().pid > 0;
    return isKnown ? std::optional(owners.first()) : std::nullopt;
}

QList<PeerProcess> lookUpListeners(quint16 port)
{
    // Loopback and wildcard: whoever listens elsewhere cannot be reached by a loopback address.
    return findOwners(findInodes([port](const SocketRow &row) {
        return row.state == kListenState && row.localPort == port &&
               (row.localAddress.isLoopback() || isWildcard(row.localAddress));
    }));
}

} // namespace flaredeck::http
