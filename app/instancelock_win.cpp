#include "app/instancelock.h"

#include "app/singleinstance.h"
#include "core/base/localsocket.h"
#include "core/base/logging.h"
#include "core/base/ownfile.h"

#include <QCoreApplication>
#include <QDir>

#include <windows.h>

// Unproven: no Windows has run this.
namespace flaredeck::app {

QStringList instanceSockets(const QString &lockFile)
{
    return {localsocket::nameFor(lockFile)};
}

InstanceLock::~InstanceLock()
{
    if (isHeld())
        CloseHandle(reinterpret_cast<HANDLE>(m_file));
}

Result<bool> InstanceLock::take(const QString &path)
{
    const QString name = QDir::toNativeSeparators(path);
    if (const Result<> own = requireOwnFile(path); !own)
        return fail(own.error());
    // Nobody else may write while this is open, which is the lock; who reads it finds the pid.
    HANDLE file = CreateFileW(name.toStdWString().c_str(), GENERIC_READ | GENERIC_WRITE,
                              FILE_SHARE_READ, nullptr, OPEN_ALWAYS,
                              FILE_ATTRIBUTE_NORMAL | FILE_FLAG_OPEN_REPARSE_POINT, nullptr);
    if (file == INVALID_HANDLE_VALUE) {
        const DWORD code = GetLastError();
        if (code == ERROR_SHARING_VIOLATION)
            return false;
        return fail(Error::Kind::Storage,
                    SingleInstance::tr("The lock file %1 cannot be used: %2.")
                        .arg(name, qt_error_string(static_cast<int>(code))),
                    SingleInstance::tr("Make the data directory and the file writable, or choose "
                                       "another with --data-dir."));
    }
    m_file = reinterpret_cast<qintptr>(file);
    const QByteArray pid = QByteArray::number(QCoreApplication::applicationPid());
    DWORD written = 0;
    if (!SetEndOfFile(file) ||
        !WriteFile(file, pid.constData(), static_cast<DWORD>(pid.size()), &written, nullptr))
        qCWarning(lcApp).noquote() << path << "cannot be written.";
    return true;
}

} // namespace flaredeck::app
