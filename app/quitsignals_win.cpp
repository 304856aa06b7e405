#include "app/quitsignals.h"

#include <windows.h>

#include <array>
#include <cstdlib>

// Unproven: no Windows has run this.
namespace flaredeck::app {

namespace {

// For the whole life of the process: the system's own thread may still wait for the second one.
HANDLE s_signal = nullptr;
HANDLE s_left = nullptr;

BOOL WINAPI wake(DWORD why)
{
    SetEvent(s_signal);
    // After these the system ends the process as soon as this returns, and in some seconds anyway.
    if (why == CTRL_CLOSE_EVENT || why == CTRL_LOGOFF_EVENT || why == CTRL_SHUTDOWN_EVENT)
        WaitForSingleObject(s_left, INFINITE);
    return TRUE;
}

} // namespace

bool QuitSignals::prepare()
{
    if (!s_signal)
        s_signal = CreateEventW(nullptr, FALSE, FALSE, nullptr);
    if (!s_left)
        s_left = CreateEventW(nullptr, TRUE, FALSE, nullptr);
    if (s_left)
        ResetEvent(s_left);
    return s_signal && s_left;
}

void QuitSignals::listen()
{
    SetConsoleCtrlHandler(wake, TRUE);
}

void QuitSignals::stopListening()
{
    SetConsoleCtrlHandler(wake, FALSE);
}

void QuitSignals::leave()
{
    SetEvent(s_left);
}

void QuitSignals::cleanUp() {}

bool QuitSignals::waitForSignal()
{
    const std::array events{s_signal, s_left};
    return WaitForMultipleObjects(static_cast<DWORD>(events.size()), events.data(), FALSE,
                                  INFINITE) == WAIT_OBJECT_0;
}

void QuitSignals::complain(std::string_view text)
{
    DWORD written = 0;
    WriteFile(GetStdHandle(STD_ERROR_HANDLE), text.data(), static_cast<DWORD>(text.size()),
              &written, nullptr);
}

void QuitSignals::endProcess(int code)
{
    // Without the libraries' own endings, for which the hanging thread may hold a lock.
    TerminateProcess(GetCurrentProcess(), static_cast<UINT>(code));
    std::abort();
}

} // namespace flaredeck::app
