#include "bridge/parentwatch.h"

#include <QWinEventNotifier>

#include <windows.h>

#include <tlhelp32.h>

// Unproven: no Windows has run this.
namespace flaredeck::bridge {

namespace {

HANDLE s_told = nullptr;

BOOL WINAPI tell(DWORD)
{
    SetEvent(s_told);
    return TRUE;
}

DWORD parentPid()
{
    HANDLE snapshot = CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
    if (snapshot == INVALID_HANDLE_VALUE)
        return 0;
    PROCESSENTRY32W entry{};
    entry.dwSize = sizeof(entry);
    DWORD parent = 0;
    for (BOOL more = Process32FirstW(snapshot, &entry); more && parent == 0;
         more = Process32NextW(snapshot, &entry)) {
        if (entry.th32ProcessID == GetCurrentProcessId())
            parent = entry.th32ParentProcessID;
    }
    CloseHandle(snapshot);
    return parent;
}

/// The parent's number may have been given to a younger process, which did not start us.
bool isOlderThanUs(HANDLE process)
{
    FILETIME theirs{};
    FILETIME ours{};
    FILETIME unused{};
    return GetProcessTimes(process, &theirs, &unused, &unused, &unused) &&
           GetProcessTimes(GetCurrentProcess(), &ours, &unused, &unused, &unused) &&
           CompareFileTime(&theirs, &ours) <= 0;
}

} // namespace

ParentWatch::ParentWatch(QObject *parent)
    : QObject(parent)
{
    const auto endOn = [this](HANDLE event) {
        auto *notifier = new QWinEventNotifier(event, this);
        connect(notifier, &QWinEventNotifier::activated, this, [this, notifier] {
            notifier->setEnabled(false);
            emit ended();
        });
    };
    s_told = CreateEventW(nullptr, FALSE, FALSE, nullptr);
    if (s_told && SetConsoleCtrlHandler(tell, TRUE))
        endOn(s_told);
    // The handle stays open as long as the process, which is as long as this.
    HANDLE host = OpenProcess(SYNCHRONIZE | PROCESS_QUERY_LIMITED_INFORMATION, FALSE, parentPid());
    if (host && isOlderThanUs(host))
        endOn(host);
    else if (host)
        CloseHandle(host);
}

ParentWatch::~ParentWatch()
{
    SetConsoleCtrlHandler(tell, FALSE);
}

} // namespace flaredeck::bridge
