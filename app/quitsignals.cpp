#include "app/quitsignals.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <string_view>
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

/// Bypasses the log, whose lock the hanging thread may hold, and never blocks.
void complain(std::string_view text)
{
    pollfd out{STDERR_FILENO, POLLOUT, 0};
    if (::poll(&out, 1, 0) == 1 && (out.revents & POLLOUT) != 0) [[maybe_unused]]
        const auto written = ::write(STDERR_FILENO, text.data(), text.size());
}

} // namespace

QuitSignals::QuitSignals(std::function<bool()> endCore, QuitPatience patience, QObject *parent)
    : QObject(parent)
    , m_endCore(std::move(endCore))
    , m_patience(patience)
{
    if (::pipe2(s_pipe.data(), O_CLOEXEC) != 0)
        return;
    // The handler must not block, even when the pipe is full of unread signals.
    ::fcntl(s_pipe[1], F_SETFL, O_NONBLOCK);
    m_watcher = std::thread([this] { watch(); });
    install(wake, SA_RESTART);
    // A write to a peer that has disconnected fails instead of ending the program.
    std::signal(SIGPIPE, SIG_IGN);
}

QuitSignals::~QuitSignals()
{
    install(SIG_DFL, 0);
    if (m_watcher.joinable()) {
        {
            const std::lock_guard lock(m_mutex);
            m_ending = true;
        }
        m_changed.notify_all();
        send(kLeave);
        m_watcher.join();
    }
    for (int &end : s_pipe) {
        if (end >= 0)
            ::close(end);
        end = -1;
    }
}

bool QuitSignals::awaits(std::chrono::milliseconds patience, const bool &event)
{
    std::unique_lock lock(m_mutex);
    return m_changed.wait_for(lock, patience, [this, &event] { return event || m_ending; });
}

void QuitSignals::watch()
{
    char byte = 0;
    while (::read(s_pipe[0], &byte, 1) < 0) {
        if (errno != EINTR)
            return;
    }
    if (byte != kSignal)
        return;
    QMetaObject::invokeMethod(
        this,
        [this] {
            {
                const std::lock_guard lock(m_mutex);
                m_answered = true;
            }
            m_changed.notify_all();
            emit quitRequested();
        },
        Qt::QueuedConnection);
    if (awaits(m_patience.answer, m_answered) && awaits(m_patience.end, m_ending))
        return;
    complain("flaredeck: the window does not answer; Flaredeck ends without it\n");
    ::_exit(m_endCore() ? 0 : 1);
}

} // namespace flaredeck::app
