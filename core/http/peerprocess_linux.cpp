#include "core/base/logging.h"
#include "core/http/peerlookup.h"

#include <QDir>
#include <QFile>

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

/// The inode of the first socket that matches; empty when there is none.
QByteArray findInode(const std::function<bool(const SocketRow &)> &matches)
{
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
                return row->inode;
        }
    }
    return {};
}

PeerProcess describe(const QString &pid)
{
    PeerProcess process;
    process.pid = pid.toLongLong();
    process.executable = QFile::symLinkTarget(u"/proc/%1/exe"_s.arg(pid));
    QFile file(u"/proc/%1/cmdline"_s.arg(pid));
    if (file.open(QIODevice::ReadOnly)) {
        QByteArray arguments = file.readAll();
        arguments.replace('\0', ' ');
        process.commandLine = redact(QString::fromLocal8Bit(arguments.trimmed()));
        process.commandLine.truncate(kMaxCommandLine);
    }
    return process;
}

std::optional<PeerProcess> findOwner(const QByteArray &inode)
{
    if (inode.isEmpty())
        return std::nullopt;
    const QString target = u"socket:[%1]"_s.arg(QLatin1StringView(inode));
    const QStringList processes = QDir(u"/proc"_s).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
    for (const QString &pid : processes) {
        if (!pid.front().isDigit())
            continue;
        const QDir descriptors(u"/proc/%1/fd"_s.arg(pid));
        // System: a link to a socket points to nothing in the file system.
        const QStringList links = descriptors.entryList(QDir::Files | QDir::System);
        for (const QString &link : links) {
            if (QFile::symLinkTarget(descriptors.filePath(link)).endsWith(target))
                return describe(pid);
        }
    }
    return std::nullopt;
}

} // namespace

std::optional<PeerProcess> lookUpPeer(const Peer &peer)
{
    return findOwner(findInode([&peer](const SocketRow &row) {
        return row.localPort == peer.port && row.remotePort == peer.localPort &&
               row.localAddress.isEqual(peer.address, QHostAddress::ConvertV4MappedToIPv4);
    }));
}

std::optional<PeerProcess> lookUpListener(quint16 port)
{
    return findOwner(findInode([port](const SocketRow &row) {
        return row.state == kListenState && row.localPort == port;
    }));
}

} // namespace flaredeck::http
