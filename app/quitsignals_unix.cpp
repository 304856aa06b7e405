#include "app/quitsignals.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace flaredeck::app {

namespace {

// A signal handler may call few functions; write() is one (POSIX.1, signal-safety(7)).
std::array<int, 2> s_pipe{-1, -1};

constexpr char kSignal = 1;
constexpr char kLeave = 2;

void send(char byte)
{
    [[maybe_unused]] const auto written = ::write(s_pipe[1], &byte, 1);
}

void wake(int)
{
    const int before = errno; // of the interrupted code
    send(kSignal);
    errno = before;
}

void install(void (*handler)(int), int flags)
{
    struct sigaction action {
    };
    action.sa_handler = handler;
    action.sa_flags = flags;
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);
}

} // namespace

bool QuitSignals::prepare()
{
    if (::pipe2(s_pipe.data(), O_CLOEXEC) != 0)
        return false;
    // The handler must not block, even when the pipe is full of unread signals.
    ::fcntl(s_pipe[1], F_SETFL, O_NONBLOCK);
    return true;
}

void QuitSignals::listen()
{
    install(wake, SA_RESTART);
    // A write to a peer that has disconnected fails instead of ending the program.
    std::signal(SIGPIPE, SIG_IGN);
}

void QuitSignals::stopListening()
{
    install(SIG_DFL, 0);
}

void QuitSignals::leave()
{
    send(kLeave);
}

void QuitSignals::cleanUp()
{
    for (int &end : s_pipe) {
        if (end >= 0)
            ::close(end);
        end = -1;
    }
}

bool QuitSignals::waitForSignal()
{
    char byte = 0;
    while (::read(s_pipe[0], &byte, 1) < 0) {
        if (errno != EINTR)
            return false;
    }
    return byte == kSignal;
}

void QuitSignals::complain(std::string_view text)
{
    pollfd out{STDERR_FILENO, POLLOUT, 0};
    if (::poll(&out, 1, 0) == 1 && (out.revents & POLLOUT) != 0) [[maybe_unused]]
        const auto written = ::write(STDERR_FILENO, text.data(), text.size());
}

void QuitSignals::endProcess(int code)
{
    ::_exit(code);
}

} // namespace flaredeck::app
