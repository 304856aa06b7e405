#include "core/base/processuser_win.h"

#include <windows.h>

#include <aclapi.h>

// Unproven: no Windows has run this.
namespace flaredeck::windows {

namespace {

/// TOKEN_USER or TOKEN_OWNER of a process, which hold a SID; empty when the system refuses.
QByteArray tokenFact(HANDLE process, TOKEN_INFORMATION_CLASS fact)
{
    HANDLE raw = nullptr;
    if (!OpenProcessToken(process, TOKEN_QUERY, &raw))
        return {};
    const Handle token(raw);
    DWORD size = 0;
    GetTokenInformation(raw, fact, nullptr, 0, &size);
    QByteArray bytes(static_cast<qsizetype>(size), '\0');
    if (size == 0 || !GetTokenInformation(raw, fact, bytes.data(), size, &size))
        return {};
    return bytes;
}

PSID userIn(QByteArray &fact)
{
    return fact.isEmpty() ? nullptr : reinterpret_cast<TOKEN_USER *>(fact.data())->User.Sid;
}

PSID ownerIn(QByteArray &fact)
{
    return fact.isEmpty() ? nullptr : reinterpret_cast<TOKEN_OWNER *>(fact.data())->Owner;
}

} // namespace

void HandleCloser::operator()(void *handle) const
{
    CloseHandle(handle);
}

std::optional<quint32> pipePeer(qintptr pipe)
{
    auto *const handle = reinterpret_cast<HANDLE>(pipe);
    DWORD flags = 0;
    if (!GetNamedPipeInfo(handle, &flags, nullptr, nullptr, nullptr))
        return std::nullopt;
    ULONG pid = 0;
    const BOOL isTold = (flags & PIPE_SERVER_END) != 0 ? GetNamedPipeClientProcessId(handle, &pid)
                                                       : GetNamedPipeServerProcessId(handle, &pid);
    return isTold && pid != 0 ? std::optional(quint32(pid)) : std::nullopt;
}

bool isOurProcess(quint32 pid)
{
    HANDLE raw = OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, pid);
    if (!raw)
        return false;
    const Handle process(raw);
    QByteArray theirs = tokenFact(raw, TokenUser);
    QByteArray ours = tokenFact(GetCurrentProcess(), TokenUser);
    return userIn(theirs) && userIn(ours) && EqualSid(userIn(theirs), userIn(ours));
}

std::optional<bool> isOurFile(const wchar_t *path)
{
    PSID owner = nullptr;
    PSECURITY_DESCRIPTOR description = nullptr;
    if (GetNamedSecurityInfoW(path, SE_FILE_OBJECT, OWNER_SECURITY_INFORMATION, &owner, nullptr,
                              nullptr, nullptr, &description) != ERROR_SUCCESS)
        return std::nullopt;
    QByteArray user = tokenFact(GetCurrentProcess(), TokenUser);
    QByteArray asOwner = tokenFact(GetCurrentProcess(), TokenOwner);
    const bool isOurs = (userIn(user) && EqualSid(owner, userIn(user))) ||
                        (ownerIn(asOwner) && EqualSid(owner, ownerIn(asOwner)));
    LocalFree(description);
    return isOurs;
}

} // namespace flaredeck::windows
