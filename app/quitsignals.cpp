#include "app/quitsignals.h"

#include <array>
#include <csignal>
#include <fcntl.h>
#include <unistd.h>

namespace flaredeck::app {

namespace {

// A handler may do next to nothing; writing to a pipe is allowed (POSIX.1, signal-safety(7)).
std::array<int, 2> s_pipe{-1, -1};

void wake(int)
{
    const char byte = 1;
    [[maybe_unused]] const auto written = ::write(s_pipe[1], &byte, 1);
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

QuitSignals::QuitSignals(QObject *parent)
    : QObject(parent)
{
    if (::pipe2(s_pipe.data(), O_CLOEXEC | O_NONBLOCK) != 0)
        return;
    m_notifier = std::make_unique<QSocketNotifier>(s_pipe[0], QSocketNotifier::Read);
    connect(m_notifier.get(), &QSocketNotifier::activated, this, [this] {
        std::array<char, 16> bytes{};
        while (::read(s_pipe[0], bytes.data(), bytes.size()) > 0) {
        }
        emit quitRequested();
    });
    install(wake, SA_RESTART);
    // A peer that leaves in the middle of a write is an error of that write, not the end of the
    // program.
    std::signal(SIGPIPE, SIG_IGN);
}

QuitSignals::~QuitSignals()
{
    install(SIG_DFL, 0);
    m_notifier.reset();
    for (int &end : s_pipe) {
        if (end >= 0)
            ::close(end);
        end = -1;
    }
}

} // namespace flaredeck::app
