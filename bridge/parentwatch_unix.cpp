#include "bridge/parentwatch.h"

#include <QTimer>

#include <array>
#include <cerrno>
#include <csignal>
#include <sys/socket.h>
#include <unistd.h>
#ifdef Q_OS_LINUX
#include <sys/prctl.h>
#endif

namespace flaredeck::bridge {

namespace {

constexpr int kLookEveryMs = 2000;

// A signal handler reaches nothing but these.
std::array<int, 2> ends{-1, -1};

#ifdef Q_OS_LINUX
/// It also comes when only the thread that started us has ended (prctl(2)), as worker threads of
/// hosts do.
constexpr int kParentChanged = SIGUSR2;
#endif
constexpr char kTold = 'e';
constexpr char kLook = 'l';

void tell(int signal)
{
#ifdef Q_OS_LINUX
    const char what = signal == kParentChanged ? kLook : kTold;
#else
    const char what = kTold;
    Q_UNUSED(signal)
#endif
    const int before = errno; // of the interrupted code
    [[maybe_unused]] const auto written = ::write(ends[0], &what, 1);
    errno = before;
}

} // namespace

ParentWatch::ParentWatch(QObject *parent)
    : QObject(parent)
{
    const pid_t host = ::getppid();
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0) {
        struct sigaction action = {};
        action.sa_handler = &tell;
        for (const int signal : {SIGINT, SIGTERM, SIGHUP})
            ::sigaction(signal, &action, nullptr);
#ifdef Q_OS_LINUX
        ::sigaction(kParentChanged, &action, nullptr);
        ::prctl(PR_SET_PDEATHSIG, kParentChanged);
#endif
        m_told = std::make_unique<QSocketNotifier>(ends[1], QSocketNotifier::Read);
        connect(m_told.get(), &QSocketNotifier::activated, this, [this, host] {
            char what = kTold;
            [[maybe_unused]] const auto count = ::read(ends[1], &what, 1);
            if (what == kTold || ::getppid() != host)
                emit ended();
        });
    }
    std::signal(SIGPIPE, SIG_IGN);
    // Where the system sends no signal, or the parent ended before it was asked to.
    auto *look = new QTimer(this);
    connect(look, &QTimer::timeout, this, [this, host] {
        if (::getppid() != host)
            emit ended();
    });
#ifdef Q_OS_LINUX
    look->setSingleShot(true);
    look->start(0);
#else
    look->start(kLookEveryMs);
#endif
}

ParentWatch::~ParentWatch() = default;

} // namespace flaredeck::bridge
