#include "ui/text/loginprogram.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>

namespace flaredeck::ui {

namespace {

#ifdef Q_OS_WIN
constexpr const char *kPlaces[] = {"flaredeck-login.exe"};
#else
constexpr const char *kPlaces[] = {"flaredeck-login", "../libexec/flaredeck/flaredeck-login"};
#endif

} // namespace

QString loginProgram()
{
    const QDir here(QCoreApplication::applicationDirPath());
    for (const char *place : kPlaces) {
        const QFileInfo file(QDir::cleanPath(here.filePath(QString::fromLatin1(place))));
        if (file.isFile() && file.isExecutable())
            return file.filePath();
    }
    return {};
}

} // namespace flaredeck::ui
