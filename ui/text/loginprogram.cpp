#include "ui/text/loginprogram.h"

#include <QCoreApplication>
#include <QDir>
#include <QFileInfo>

namespace flaredeck::ui {

QString loginProgram()
{
    const QDir here(QCoreApplication::applicationDirPath());
    for (const char *place : {"flaredeck-login", "../libexec/flaredeck/flaredeck-login"}) {
        const QFileInfo file(QDir::cleanPath(here.filePath(QString::fromLatin1(place))));
        if (file.isFile() && file.isExecutable())
            return file.filePath();
    }
    return {};
}

} // namespace flaredeck::ui
