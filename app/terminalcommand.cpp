#include "app/terminalcommand.h"

#include "app/commandsocket.h"
#include "app/coredumps.h"
#include "app/doctor.h"
#include "app/forgetting.h"
#include "app/secretinput.h"
#include "app/standardstreams.h"
#include "app/start.h"
#include "app/terminalconnect.h"
#include "app/terminaltable.h"
#include "core/base/paths.h"
#include "core/base/plaintext.h"
#include "core/service/localverbs.h"

#include <cstdio>

namespace flaredeck::app {

using namespace Qt::StringLiterals;
using service::LocalVerb;

namespace {

constexpr int kPatienceMs = 10'000;
constexpr int kWrongVerb = 400;
constexpr int kForbidden = 403;

using Answer = CommandSocket::Answer;

/// With the options, as the app reads them.
QStringList wordsOf(const CommandLine &line)
{
    QStringList words = line.words;
    if (line.follows)
        words << u"--follow"_s;
    if (line.count > 0)
        words << u"--count"_s << QString::number(line.count);
    if (!line.client.isEmpty())
        words << u"--client"_s << line.client;
    return words + line.connectOptions;
}

void sayAddress(const Json &piece)
{
    const QString port = QString::number(json::integerAt(piece, "port").value_or(0));
    say(CommandLine::tr("Open this address in a browser on this computer to sign in to "
                        "Cloudflare:\n%1\n")
            .arg(json::stringAt(piece, "address").value_or(QString())));
    say(CommandLine::tr("A browser on another computer comes back here through\n"
                        "ssh -L %1:localhost:%1 USER@THIS-COMPUTER\n")
            .arg(port));
    say(CommandLine::tr("Waiting for the sign-in; Ctrl-C cancels it."));
}

/// What a person sees of an answer in pieces; false when nobody reads it any more.
class Pieces
{
public:
    Pieces(const QString &verb, bool asJson)
        : m_table(verb)
        , m_asJson(asJson)
    {
    }

    bool take(const Json &piece)
    {
        const Json *row = json::find(piece, "row");
        if (json::find(piece, "follows"))
            return m_asJson || m_table.printHead();
        if (m_asJson)
            return sayJson(row ? *row : piece);
        if (row)
            return m_table.printNext(*row);
        if (const auto missed = json::integerAt(piece, "missed"))
            std::fputs(qUtf8Printable(CommandLine::tr("%1 lines were missed.\n").arg(*missed)),
                       stderr);
        if (json::find(piece, "address"))
            sayAddress(piece);
        return true;
    }

private:
    TerminalTable m_table;
    const bool m_asJson;
};

int refuse(const Answer &answer)
{
    const QString reason = json::stringAt(answer.body, "error_description")
                               .value_or(json::stringAt(answer.body, "error").value_or(QString()));
    return giveUp(reason.isEmpty()
                      ? CommandLine::tr("Flaredeck answered with HTTP %1.").arg(answer.status)
                      : reason,
                  answer.status == kWrongVerb   ? kCommandWrong
                  : answer.status == kForbidden ? kCommandDenied
                                                : kCommandFailed);
}

int examine(const CommandLine &line, CommandSocket &socket)
{
    std::optional<Json> running;
    const bool isRunning = socket.isConnected();
    if (isRunning) {
        const Answer answer =
            socket.ask(line.words, {}, kPatienceMs, [](const Json &) { return true; });
        if (answer.state == Answer::State::Whole && json::find(answer.body, "rows"))
            running = answer.body;
        else
            running = doctor::silent();
    }
    const Json report = doctor::examine(line, running);
    if (line.json)
        sayJson(report);
    else
        doctor::print(report);
    if (!isRunning)
        return kNotRunning;
    return doctor::hasProblem(report) ? kCommandFailed : 0;
}

int noAnswer(const CommandLine &line)
{
    if (line.follows)
        return giveUp(CommandLine::tr("The connection to Flaredeck was lost."), kCommandFailed);
    return giveUp(CommandLine::tr("Flaredeck did not answer in time. Look whether it carried the "
                                  "command out before you repeat it."),
                  kCommandFailed);
}

int carryOut(const CommandLine &line, const LocalVerb &verb, CommandSocket &socket)
{
    Secret input;
    if (verb.takesInput) {
        (void)forbidCoreDumps();
        input = readSecret(kStandardInput, kStandardError);
    }
    const QString name = QString::fromLatin1(verb.words);
    Pieces pieces(name, line.json);
    std::optional<Answer> got;
    int code = 0;
    if (verb.forgets)
        got = forgetEverything(line, wordsOf(line), socket, code);
    else if (verb.connects)
        got = connectClient(line, wordsOf(line), socket);
    else
        got =
            socket.ask(wordsOf(line), input.reveal(),
                       verb.pace == LocalVerb::Pace::AtOnce ? kPatienceMs : CommandSocket::kForEver,
                       [&pieces](const Json &piece) { return pieces.take(piece); });
    if (!got)
        return code;
    const Answer &answer = *got;
    if (answer.state == Answer::State::Unwanted) // of what is followed somebody has seen enough
        return line.follows ? 0 : kCommandFailed;
    if (answer.state == Answer::State::None)
        return noAnswer(line);
    if (answer.status != 200)
        return refuse(answer);

    const Json *rows = json::find(answer.body, "rows");
    const QString done = json::stringAt(answer.body, "done").value_or(QString());
    if (line.follows)
        std::fputs(qUtf8Printable(done + u'\n'), stderr); // it is no line of what was followed
    else if (line.json)
        sayJson(rows ? *rows : answer.body);
    else if (rows)
        TerminalTable(name).print(*rows);
    else
        say(plaintext::line(done)); // it may name accounts
    if (std::ferror(stdout) != 0)
        return giveUp(CommandLine::tr("Standard output cannot be written."), kCommandFailed);
    return 0;
}

} // namespace

int giveCommand(int argc, char **argv, const CommandLine &line)
{
    const QCoreApplication application(argc, argv);
    const auto order = service::readOrder(wordsOf(line));
    const LocalVerb *verb = service::findVerb(line.words);
    if (!order || !verb)
        return giveUp(order ? QString() : order.error().text(), kCommandWrong);
    CommandSocket socket(DataDir::at(line.dataDir, line.sandbox).root);
    if (line.words == QStringList(u"doctor"_s))
        return examine(line, socket);
    if (!socket.isConnected())
        return giveUp(CommandLine::tr("Flaredeck is not running with this data directory. Start "
                                      "flaredeck or flaredeck-core first."),
                      kNotRunning);
    return carryOut(line, *verb, socket);
}

} // namespace flaredeck::app
