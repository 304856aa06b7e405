#include "bridge/sessionenvironment.h"

#include <QFile>
#include <QProcess>

#include <unistd.h>

namespace flaredeck::bridge {

using namespace Qt::StringLiterals;

/// The places where the session has what is missing.
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

} // namespace flaredeck::bridge
