#pragma once

#include "core/base/result.h"

#include <QString>
#include <QStringList>

namespace flaredeck::app {

/// The lock of one instance, which the system releases when its holder ends, however it ends. A pid
/// in a file would not do: in a container the next program often gets the same pid.
class InstanceLock
{
public:
    InstanceLock() = default;
    ~InstanceLock();
    InstanceLock(const InstanceLock &) = delete;
    InstanceLock &operator=(const InstanceLock &) = delete;

    /// Writes our pid into the file. False: another instance holds it.
    [[nodiscard]] Result<bool> take(const QString &file);
    [[nodiscard]] bool isHeld() const { return m_file != kNone; }

private:
    static constexpr qintptr kNone = -1;

    qintptr m_file = kNone; ///< descriptor, or handle on Windows
};

/// Where the holder of that lock may listen, the best first. Both places, since a later start may
/// lack the session's environment. Never the temporary directory, where another user can create the
/// socket first.
[[nodiscard]] QStringList instanceSockets(const QString &lockFile);

} // namespace flaredeck::app
