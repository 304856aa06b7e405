#include "app/terminalconnect.h"

#include "app/standardstreams.h"
#include "app/terminaltable.h"
#include "core/base/paths.h"
#include "core/base/plaintext.h"
#include "ui/text/connecttext.h"

#include <cstdio>

namespace flaredeck::app {

using namespace Qt::StringLiterals;

namespace {

constexpr int kConnectPatienceMs = 10'000;

void show(const Json &plan)
{
    const QString file = ui::connecttext::shortPath(json::stringAt(plan, "file").value_or(u""_s));
    if (json::boolAt(plan, "changesNothing").value_or(false)) {
        say(CommandLine::tr("%1 leads here already; there is nothing to change.").arg(file));
        return;
    }
    say(json::boolAt(plan, "createsFile").value_or(false)
            ? CommandLine::tr("%1 is made:").arg(file)
            : CommandLine::tr("In %1 this changes, and nothing else:").arg(file));
    say(plaintext::block(json::stringAt(plan, "difference").value_or(QString())));
    for (const QString &line : json::stringsAt(plan, "replaces"))
        say(plaintext::line(CommandLine::tr("Replaced: %1").arg(line)));
    if (const QString note = json::stringAt(plan, "note").value_or(u""_s); !note.isEmpty())
        say(plaintext::line(CommandLine::tr("Note: %1").arg(note)));
}

/// Other ways to the same, for who only looks.
void showAlternatives(const Json &plan)
{
    if (const QString command = json::stringAt(plan, "command").value_or(u""_s); !command.isEmpty())
        say(plaintext::line(CommandLine::tr("Or type: %1").arg(command)));
    if (const QString link = json::stringAt(plan, "link").value_or(u""_s); !link.isEmpty())
        say(plaintext::line(CommandLine::tr("Or open: %1").arg(link)));
}

/// A script has said what it wants; a person has not seen it before.
bool isWanted()
{
    if (!isTerminal(kStandardInput))
        return true;
    std::fputs(qUtf8Printable(CommandLine::tr("Write it? [y/N] ")), stderr);
    char answer[16] = {};
    return std::fgets(answer, sizeof answer, stdin) && (answer[0] == 'y' || answer[0] == 'Y');
}

} // namespace

std::optional<CommandSocket::Answer> connectClient(const CommandLine &line,
                                                   const QStringList &words, CommandSocket &socket)
{
    const auto ask = [](CommandSocket &through, const QStringList &what) {
        return through.ask(what, {}, kConnectPatienceMs, [](const Json &) { return true; });
    };
    CommandSocket::Answer answer = ask(socket, words);
    const Json *rows = json::find(answer.body, "rows");
    if (line.words.size() < 2 || line.undoes || !rows || answer.status != 200)
        return answer;
    const Json &plan = rows->at(0);
    if (line.prints && line.json)
        return answer;
    if (!line.json)
        show(plan);
    if (!line.json && line.prints && !json::boolAt(plan, "changesNothing").value_or(false))
        showAlternatives(plan);
    if (line.prints || json::boolAt(plan, "changesNothing").value_or(false))
        return line.json ? std::optional(answer) : std::nullopt;
    if (!line.isSure && !isWanted()) {
        std::fputs(qUtf8Printable(CommandLine::tr("Nothing was written.\n")), stderr);
        return std::nullopt;
    }
    // One connection carries one command.
    CommandSocket second(DataDir::at(line.dataDir, line.sandbox).root);
    CommandSocket::Answer done = ask(
        second, words + QStringList{u"--token="_s + json::stringAt(plan, "token").value_or(u""_s)});
    if (done.status != 200 || line.json)
        return done;
    say(plaintext::line(json::stringAt(done.body, "done").value_or(QString())));
    for (const QString &step : json::stringsAt(plan, "next"))
        say(plaintext::line(step));
    return std::nullopt;
}

} // namespace flaredeck::app
