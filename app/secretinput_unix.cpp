#include "app/secretinput.h"

#include "app/commandline.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <optional>
#include <termios.h>
#include <unistd.h>

namespace flaredeck::app {

namespace {

constexpr qsizetype kLongest = 4096;
constexpr std::array kEnding{SIGINT, SIGTERM, SIGHUP, SIGQUIT};

// A signal handler may use few things; tcsetattr() is one (POSIX.1, signal-safety(7)).
int s_terminal = -1;
termios s_before;

void restoreAndEnd(int signal)
{
    ::tcsetattr(s_terminal, TCSAFLUSH, &s_before);
    ::raise(signal); // SA_RESETHAND: this one ends the program, once the handler returns
}

/// Does not show what is typed, and leaves no terminal like that behind.
class Hidden
{
public:
    explicit Hidden(int terminal)
    {
        if (::tcgetattr(terminal, &s_before) != 0)
            return;
        s_terminal = terminal;
        struct sigaction action {
        };
        action.sa_handler = restoreAndEnd;
        action.sa_flags = SA_RESETHAND;
        for (const int signal : kEnding)
            ::sigaction(signal, &action, nullptr);
        std::signal(SIGTSTP, SIG_IGN); // the shell would show what is typed
        termios hidden = s_before;
        hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        ::tcsetattr(terminal, TCSAFLUSH, &hidden);
    }
    ~Hidden()
    {
        if (s_terminal < 0)
            return;
        ::tcsetattr(s_terminal, TCSAFLUSH, &s_before);
        s_terminal = -1;
        for (const int signal : kEnding)
            std::signal(signal, SIG_DFL);
        std::signal(SIGTSTP, SIG_DFL);
    }
    Q_DISABLE_COPY_MOVE(Hidden)
};

void write(int output, const QByteArray &text)
{
    [[maybe_unused]] const auto written =
        ::write(output, text.constData(), static_cast<size_t>(text.size()));
}

Secret readLine(int input)
{
    QByteArray line(kLongest, '\0'); // at once, so that no copy is left behind where it grew
    qsizetype length = 0;
    while (length < kLongest) {
        const auto count =
            ::read(input, line.data() + length, static_cast<size_t>(kLongest - length));
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            break;
        length += count;
        if (std::memchr(line.constData(), '\n', static_cast<size_t>(length)))
            break;
    }
    const Secret whole(std::move(line));
    const QByteArrayView read(whole.reveal().constData(), length);
    const qsizetype end = read.indexOf('\n');
    return Secret((end < 0 ? read : read.first(end)).trimmed().toByteArray());
}

} // namespace

Secret readSecret(int input, int output)
{
    if (::isatty(input) == 0)
        return readLine(input);
    std::optional<Hidden> hidden(input);
    write(output,
          CommandLine::tr("Paste the API token and press Enter; it is not shown: ").toUtf8());
    Secret secret = readLine(input);
    hidden.reset();
    write(output, "\n");
    return secret;
}

} // namespace flaredeck::app
