#include "app/handover.h"

#include <QProcess>
#include <QStringList>

#include <windows.h>

// Unproven: no Windows has run this.
namespace flaredeck::app {

bool isStandardErrorRead()
{
    const HANDLE stream = GetStdHandle(STD_ERROR_HANDLE);
    return stream && stream != INVALID_HANDLE_VALUE && GetFileType(stream) != FILE_TYPE_UNKNOWN;
}

int becomeProgram(const char *path, const std::vector<char *> &arguments)
{
    QStringList words;
    for (const char *argument : arguments) {
        if (argument && argument != arguments.front())
            words << QString::fromLocal8Bit(argument);
    }
    // A process cannot become another program here, so this one waits with its streams lent out.
    QProcess program;
    program.setProcessChannelMode(QProcess::ForwardedChannels);
    program.setInputChannelMode(QProcess::ForwardedInputChannel);
    program.start(QString::fromLocal8Bit(path), words);
    if (!program.waitForStarted(-1))
        return -1;
    program.waitForFinished(-1);
    return program.exitCode();
}

} // namespace flaredeck::app
