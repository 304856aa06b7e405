#include "app/secretinput.h"

#include "app/commandline.h"
#include "app/standardstreams.h"

#include <cstring>
#include <io.h>
#include <optional>
#include <windows.h>

// Unproven: no Windows has run this.
namespace flaredeck::app {

namespace {

constexpr qsizetype kLongest = 4096;

HANDLE s_console = nullptr;
DWORD s_before = 0;

BOOL WINAPI restore(DWORD)
{
    SetConsoleMode(s_console, s_before);
    return FALSE; // the next handler ends the program
}

/// Does not show what is typed, and leaves no console like that behind.
class Hidden
{
public:
    explicit Hidden(HANDLE console)
    {
        if (!GetConsoleMode(console, &s_before))
            return;
        s_console = console;
        SetConsoleCtrlHandler(restore, TRUE);
        SetConsoleMode(console, s_before & ~static_cast<DWORD>(ENABLE_ECHO_INPUT));
    }
    ~Hidden()
    {
        if (!s_console)
            return;
        SetConsoleMode(s_console, s_before);
        SetConsoleCtrlHandler(restore, FALSE);
        s_console = nullptr;
    }
    Q_DISABLE_COPY_MOVE(Hidden)
};

void write(int output, const QByteArray &text)
{
    ::_write(output, text.constData(), static_cast<unsigned>(text.size()));
}

Secret readLine(int input)
{
    QByteArray line(kLongest, '\0'); // at once, so that no copy is left behind where it grew
    qsizetype length = 0;
    while (length < kLongest) {
        const int count =
            ::_read(input, line.data() + length, static_cast<unsigned>(kLongest - length));
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
    if (!isTerminal(input))
        return readLine(input);
    std::optional<Hidden> hidden(reinterpret_cast<HANDLE>(::_get_osfhandle(input)));
    write(output,
          CommandLine::tr("Paste the API token and press Enter; it is not shown: ").toUtf8());
    Secret secret = readLine(input);
    hidden.reset();
    write(output, "\n");
    return secret;
}

} // namespace flaredeck::app
