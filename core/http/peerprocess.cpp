#include "core/http/peerprocess.h"

#include "core/http/peerlookup.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QPromise>
#include <QThreadPool>

#include <algorithm>
#include <array>
#include <memory>

namespace flaredeck::http {

using namespace Qt::StringLiterals;

namespace {

/// File names up to the version: "python3.11", "node", "ruby-3.2".
constexpr std::array kInterpreters{
    "node"_L1,
    "nodejs"_L1,
    "bun"_L1,
    "deno"_L1,
    "tsx"_L1,
    "python"_L1,
    "pypy"_L1,
    "ruby"_L1,
    "perl"_L1,
    "php"_L1,
    "java"_L1,
    "lua"_L1,
    "luajit"_L1,
    "tclsh"_L1,
    "wish"_L1,
    "guile"_L1,
    "sh"_L1,
    "bash"_L1,
    "dash"_L1,
    "zsh"_L1,
    "fish"_L1,
    "ksh"_L1,
    "busybox"_L1,
    "dotnet"_L1,
    "mono"_L1,
    "pwsh"_L1,
    "electron"_L1,
    "qemu"_L1,
    "wine"_L1,
    "wine64"_L1,
    "Rscript"_L1,
    "R"_L1,
    "gjs"_L1,
    "qjs"_L1,
    "socat"_L1,
    // These run whatever they are told to, too.
    "env"_L1,
    "timeout"_L1,
    "xargs"_L1,
    "make"_L1,
    "tmux"_L1,
    "screen"_L1,
    "nohup"_L1,
    "setsid"_L1,
    "systemd"_L1,
    "init"_L1,
    "emacs"_L1,
    "vim"_L1,
    "nvim"_L1,
};

/// Names of files and folders that many programs have.
constexpr std::array kCommonNames{
    "index"_L1,   "main"_L1,     "cli"_L1,    "app"_L1,     "bin"_L1,       "dist"_L1,
    "bundle"_L1,  "build"_L1,    "lib"_L1,    "libexec"_L1, "src"_L1,       "out"_L1,
    "current"_L1, "versions"_L1, "server"_L1, "start"_L1,   "cli-entry"_L1,
};
constexpr std::array kSuffixes{".exe"_L1, ".js"_L1, ".mjs"_L1, ".cjs"_L1,
                               ".py"_L1,  ".rb"_L1, ".pl"_L1,  ".sh"_L1};

/// Empty when the name says nothing.
QString tellingName(QString file)
{
    for (const QLatin1String suffix : kSuffixes) {
        if (file.endsWith(suffix, Qt::CaseInsensitive) && file.size() > suffix.size())
            file.chop(suffix.size());
    }
    const bool isVersion =
        std::none_of(file.begin(), file.end(), [](QChar c) { return c.isLetter() && c != u'v'; });
    const bool isCommon =
        std::find(kCommonNames.begin(), kCommonNames.end(), file) != kCommonNames.end();
    return isVersion || isCommon ? QString() : file;
}

template <typename Lookup>
auto onWorker(Lookup lookup, LookUp whose = LookUp::ForAnybody)
{
    auto promise = std::make_shared<QPromise<decltype(lookup())>>();
    promise->start();
    const auto look = [promise, lookup = std::move(lookup)] {
        promise->addResult(lookup());
        promise->finish();
    };
    QThreadPool::globalInstance()->start(look, whose == LookUp::ForKnownClient ? 1 : 0);
    return promise->future();
}

#ifdef Q_OS_WIN
constexpr QLatin1String kProgramSuffix = ".exe"_L1;
constexpr auto kPathCase = Qt::CaseInsensitive;
#else
constexpr QLatin1String kProgramSuffix;
constexpr auto kPathCase = Qt::CaseSensitive;
#endif

/// Another program of this installation.
bool isOurs(const PeerProcess &process, const QString &name)
{
    static const QString folder = QCoreApplication::applicationDirPath() + u'/';
    return process.executable.compare(folder + name + kProgramSuffix, kPathCase) == 0;
}

/// A process that is still the one that started then.
std::optional<PeerProcess> find(qint64 pid, qint64 startedAt)
{
    PeerProcess process = describeProcess(pid);
    return startedAt > 0 && process.startedAt == startedAt ? std::optional(process) : std::nullopt;
}

std::optional<PeerProcess> lookUp(const Peer &peer)
{
    if (!peer.isLocal())
        return lookUpPeer(peer);
    const auto process = find(peer.pid, peer.startedAt);
    if (!process || !isBridge(*process))
        return process;
    // An orphan's parent is whoever adopted it.
    if (process->parentPid <= 1)
        return std::nullopt;
    PeerProcess parent = describeProcess(process->parentPid);
    const auto still = find(peer.pid, peer.startedAt);
    const bool isParent = still && still->parentPid == process->parentPid && parent.startedAt > 0 &&
                          parent.startedAt <= process->startedAt;
    return isParent ? std::optional(std::move(parent)) : std::nullopt;
}

} // namespace

QString PeerProcess::name() const
{
    return QFileInfo(executable).fileName();
}

QString PeerProcess::title() const
{
    return script.isEmpty() ? executable : executable + u' ' + script;
}

QString PeerProcess::plainName() const
{
    const QString path = script.isEmpty() ? executable : script;
    QStringList parts = path.split(u'/', Qt::SkipEmptyParts);
    while (!parts.isEmpty()) {
        if (const QString name = tellingName(parts.takeLast()); !name.isEmpty())
            return name;
    }
    return QFileInfo(path).fileName();
}

bool PeerProcess::isInterpreter() const
{
    QString file = name();
    if (file.endsWith(".exe"_L1))
        file.chop(4);
    while (!file.isEmpty() && (file.back().isDigit() || file.back() == u'.' || file.back() == u'-'))
        file.chop(1);
    return std::find(kInterpreters.begin(), kInterpreters.end(), file) != kInterpreters.end() ||
           name().startsWith("qemu-"_L1) || name().startsWith("ld-linux"_L1);
}

bool PeerProcess::isSameProgramAs(const PeerProcess &other) const
{
    if (pid <= 0 || other.pid <= 0 || executable.isEmpty() || executable != other.executable)
        return false;
    if (pid == other.pid && startedAt == other.startedAt)
        return true;
    return parentPid > 0 && parentPid == other.parentPid && commandLine == other.commandLine &&
           script == other.script;
}

bool isBridge(const PeerProcess &process)
{
    return isOurs(process, u"flaredeck-bridge"_s);
}

bool isFlaredeck(const PeerProcess &process)
{
    return isOurs(process, u"flaredeck"_s) || isOurs(process, u"flaredeck-core"_s);
}

QFuture<std::optional<PeerProcess>> findPeerProcess(const Peer &peer, LookUp whose)
{
    return onWorker([peer] { return lookUp(peer); }, whose);
}

QFuture<QList<PeerProcess>> findListeners(quint16 port)
{
    return onWorker([port] { return lookUpListeners(port); });
}

QList<QHostAddress> listeningFor(const QHostAddress &at, const QList<QHostAddress> &listening)
{
    const QHostAddress any4(QHostAddress::AnyIPv4);
    const QHostAddress any6(QHostAddress::AnyIPv6);
    const bool isV4 = at.protocol() == QAbstractSocket::IPv4Protocol;
    // An IPv6 socket for all addresses takes IPv4 as well, unless it was told not to.
    const QList<QHostAddress> order =
        isV4 ? QList<QHostAddress>{at, any4, any6} : QList<QHostAddress>{at, any6};
    const auto isEqual = [](const QHostAddress &one, const QHostAddress &other) {
        return one.isEqual(other, QHostAddress::ConvertV4MappedToIPv4);
    };
    QList<QHostAddress> found;
    if (at.isNull()) {
        std::copy_if(listening.begin(), listening.end(), std::back_inserter(found),
                     [&](const QHostAddress &one) {
                         return one.isLoopback() || isEqual(one, any4) || one == any6;
                     });
        return found;
    }
    for (const QHostAddress &wanted : order) {
        std::copy_if(listening.begin(), listening.end(), std::back_inserter(found),
                     [&](const QHostAddress &one) { return isEqual(one, wanted); });
        if (!found.isEmpty())
            break;
    }
    return found;
}

std::optional<PeerProcess> listenerNow(quint16 port)
{
    const QList<PeerProcess> listeners = lookUpListeners(port);
    const auto known = std::find_if(listeners.begin(), listeners.end(),
                                    [](const PeerProcess &process) { return process.pid > 0; });
    return known == listeners.end() ? std::nullopt : std::optional(*known);
}

} // namespace flaredeck::http
