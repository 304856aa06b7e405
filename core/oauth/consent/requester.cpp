#include "core/oauth/consent/requester.h"

#include "core/oauth/clients/programproof.h"

#include <QFileInfo>

#include <algorithm>
#include <array>

namespace flaredeck::oauth {

using namespace Qt::Literals::StringLiterals;

namespace {

/// File names of executables, without ".exe", in lower case.
constexpr std::array kBrowsers{
    "firefox"_L1,
    "firefox-esr"_L1,
    "firefox-bin"_L1,
    "librewolf"_L1,
    "waterfox"_L1,
    "floorp"_L1,
    "zen"_L1,
    "chrome"_L1,
    "google-chrome"_L1,
    "chromium"_L1,
    "chromium-browser"_L1,
    "msedge"_L1,
    "microsoft-edge"_L1,
    "brave"_L1,
    "brave-browser"_L1,
    "vivaldi"_L1,
    "vivaldi-bin"_L1,
    "opera"_L1,
    "epiphany"_L1,
    "epiphany-browser"_L1,
    "falkon"_L1,
    "konqueror"_L1,
    "google chrome"_L1,
    "microsoft edge"_L1,
    "com.apple.webkit.networking"_L1,
};

/// Where programs are installed for all users. What lies elsewhere any program of the user can have
/// put there under any name.
constexpr std::array kInstalled{
    "/usr/"_L1,
    "/opt/"_L1,
    "/snap/"_L1,
    "/nix/store/"_L1,
    "/gnu/store/"_L1,
    "/Applications/"_L1,
    "/System/"_L1,
    "C:\\Program Files"_L1,
    "C:/Program Files"_L1,
};

bool isBrowser(const http::PeerProcess &program)
{
    QString name = program.name().toLower();
    if (name.endsWith(".exe"_L1))
        name.chop(4);
    const QFileInfo file(program.executable);
    constexpr auto kOthersWrite = QFile::WriteGroup | QFile::WriteOther;
    return std::find(kBrowsers.begin(), kBrowsers.end(), name) != kBrowsers.end() &&
           std::any_of(kInstalled.begin(), kInstalled.end(),
                       [&program](QLatin1StringView start) {
                           return program.executable.startsWith(start);
                       }) &&
           !(file.permissions() & kOthersWrite);
}

/// The listener that is this program or has started it; 0 when none has.
qint64 clientOf(const http::PeerProcess &program, const QList<http::PeerProcess> &listeners)
{
    const auto found =
        std::find_if(listeners.begin(), listeners.end(), [&program](const auto &listener) {
            return listener.pid > 0 &&
                   (listener.pid == program.pid || program.ancestors.contains(listener.pid));
        });
    return found == listeners.end() ? 0 : found->pid;
}

} // namespace

Requester Requester::identify(const std::optional<http::PeerProcess> &program,
                              const QList<http::PeerProcess> &listeners,
                              const http::Headers &headers)
{
    Requester requester;
    if (!program || program->pid <= 0)
        return requester;
    requester.program = *program;
    if (program->executable.isEmpty())
        return requester;
    const QByteArray site = headers.value("Sec-Fetch-Site");
    requester.kind = Kind::Program;
    if (isBrowser(*program)) {
        requester.kind = Kind::Browser;
        requester.ledByPage = !site.isEmpty() && site != "none";
    }
    requester.meet(listeners);
    return requester;
}

void Requester::meet(const QList<http::PeerProcess> &listeners)
{
    clientPid = kind == Kind::Unknown ? 0 : clientOf(program, listeners);
    if (clientPid > 0) {
        kind = Kind::Client;
        ledByPage = false;
    }
}

bool Requester::isOneOf(const QList<http::PeerProcess> &listeners) const
{
    return std::any_of(listeners.begin(), listeners.end(), [this](const auto &listener) {
        return listener.pid > 0 && listener.pid == program.pid &&
               listener.startedAt == program.startedAt;
    });
}

bool Requester::isSameProcessAs(const Requester &other) const
{
    return kind != Kind::Unknown && other.kind != Kind::Unknown &&
           program.pid == other.program.pid && program.startedAt == other.program.startedAt;
}

bool Requester::isSameAs(const Requester &other) const
{
    if (isSameProcessAs(other))
        return true;
    if (kind != other.kind)
        return false;
    switch (kind) {
    case Kind::Unknown:
        return false;
    case Kind::Browser:
        return program.executable == other.program.executable;
    case Kind::Client:
        return clientPid == other.clientPid;
    case Kind::Program:
        break;
    }
    return program.isSameProgramAs(other.program);
}

QByteArray Requester::proof() const
{
    switch (kind) {
    case Kind::Unknown:
        return {};
    case Kind::Browser:
        return "browser " + program.executable.toUtf8();
    case Kind::Client:
        return "client";
    case Kind::Program:
        break;
    }
    return programProof({program});
}

QByteArray Requester::key() const
{
    return program.title().toUtf8();
}

QString Requester::inWords() const
{
    if (program.pid <= 0)
        return u"a program that is not known"_s;
    return u"%1 (process %2)"_s.arg(program.executable.isEmpty() ? u"a program that is not known"_s
                                                                 : program.title(),
                                    QString::number(program.pid));
}

} // namespace flaredeck::oauth
