#pragma once

#include <QByteArray>
#include <QtGlobal>

#include <memory>
#include <optional>

/// Who a process and a file belong to, on Windows. QtCore alone, as the bridge needs it.
namespace flaredeck::windows {

struct HandleCloser {
    void operator()(void *handle) const;
};
/// A HANDLE that is neither null nor INVALID_HANDLE_VALUE.
using Handle = std::unique_ptr<void, HandleCloser>;

/// The process at the other end of a named pipe; nothing when the system does not tell.
[[nodiscard]] std::optional<quint32> pipePeer(qintptr pipe);
/// Whether a process runs as our user.
[[nodiscard]] bool isOurProcess(quint32 pid);
/// Whether our user owns a file or directory. Administrators' files belong to their group, which
/// counts when we are one of them. Nothing when it cannot be read.
[[nodiscard]] std::optional<bool> isOurFile(const wchar_t *path);

} // namespace flaredeck::windows
