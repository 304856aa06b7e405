#include "bridge/applauncher.h"

#include "bridge/sessionenvironment.h"

#include <QCoreApplication>
#include <QFile>
#include <QProcess>
#include <QProcessEnvironment>

namespace flaredeck::bridge {

using namespace Qt::StringLiterals;

namespace {

// An app that takes long is not started again and again.
constexpr int kPauseMs = 10'000;
#ifdef Q_OS_WIN
constexpr QLatin1String kProgramSuffix = ".exe"_L1;
#else
constexpr QLatin1String kProgramSuffix;
#endif

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
    const QString window = folder + u"/flaredeck"_s + kProgramSuffix;
    const bool hasWindow = QFile::exists(window);
    app.setProgram(hasWindow ? window : folder + u"/flaredeck-core"_s + kProgramSuffix);
    app.setArguments(hasWindow ? QStringList{u"--hidden"_s} + m_arguments : m_arguments);
    app.setProcessEnvironment(sessionEnvironment());
    // The host's streams are not the app's.
    app.setStandardInputFile(QProcess::nullDevice());
    app.setStandardOutputFile(QProcess::nullDevice());
    app.setStandardErrorFile(QProcess::nullDevice());
    return app.startDetached();
}

} // namespace flaredeck::bridge
