#include "bridge/applauncher.h"

#include <QCoreApplication>
#include <QFile>
#include <QProcess>
#include <QProcessEnvironment>

#include <unistd.h>

namespace flaredeck::bridge {

using namespace Qt::StringLiterals;

namespace {

// An app that takes long is not started again and again.
constexpr int kPauseMs = 10'000;

/// Hosts hand on little of the session's environment (SDK clients no display and no bus), without
/// which the app could neither show its window nor open the keychain. These are where the session
/// has them.
QProcessEnvironment sessionEnvironment()
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    const QString runtime = u"/run/user/%1"_s.arg(::geteuid());
    const auto add = [&environment](const QString &name, const QString &value) {
        if (!environment.contains(name))
            environment.insert(name, value);
    };
    if (QFile::exists(runtime))
        add(u"XDG_RUNTIME_DIR"_s, runtime);
    if (QFile::exists(runtime + u"/bus"_s))
        add(u"DBUS_SESSION_BUS_ADDRESS"_s, u"unix:path="_s + runtime + u"/bus"_s);
    if (environment.contains(u"DISPLAY"_s) || environment.contains(u"WAYLAND_DISPLAY"_s))
        return environment;
    QProcess systemd;
    systemd.setProcessEnvironment(environment);
    systemd.start(u"systemctl"_s, {u"--user"_s, u"show-environment"_s});
    constexpr int kPatienceMs = 1000;
    if (!systemd.waitForFinished(kPatienceMs) || systemd.exitCode() != 0)
        return environment;
    const QString shown = QString::fromLocal8Bit(systemd.readAllStandardOutput());
    for (const QString &line : shown.split(u'\n')) {
        const QString name = line.section(u'=', 0, 0);
        if (name == "DISPLAY"_L1 || name == "WAYLAND_DISPLAY"_L1 || name == "XAUTHORITY"_L1)
            add(name, line.section(u'=', 1));
    }
    return environment;
}

} // namespace

AppLauncher::AppLauncher(QStringList arguments, QObject *parent)
    : QObject(parent)
    , m_arguments(std::move(arguments))
{
    m_pause.setSingleShot(true);
}

bool AppLauncher::start()
{
    if (m_pause.isActive())
        return true;
    m_pause.start(kPauseMs);
    QProcess app;
    const QString folder = QCoreApplication::applicationDirPath();
    const QString window = folder + u"/flaredeck"_s;
    const bool hasWindow = QFile::exists(window);
    app.setProgram(hasWindow ? window : folder + u"/flaredeck-core"_s);
    app.setArguments(hasWindow ? QStringList{u"--hidden"_s} + m_arguments : m_arguments);
    app.setProcessEnvironment(sessionEnvironment());
    // The host's streams are not the app's.
    app.setStandardInputFile(QProcess::nullDevice());
    app.setStandardOutputFile(QProcess::nullDevice());
    app.setStandardErrorFile(QProcess::nullDevice());
    return app.startDetached();
}

} // namespace flaredeck::bridge
