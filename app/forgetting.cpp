#include "app/forgetting.h"

#include "app/standardstreams.h"
#include "app/terminaltable.h"
#include "core/base/erase.h"
#include "core/base/origin.h"
#include "core/base/plaintext.h"
#include "ui/text/connecttext.h"
#include "ui/text/origintext.h"

#include <QDir>
#include <QEventLoop>
#include <QFile>
#include <QFileSystemWatcher>
#include <QTimer>

#include <cstdio>

namespace flaredeck::app {

using namespace Qt::StringLiterals;

namespace {

constexpr int kPlanPatienceMs = 10'000;
constexpr int kEndPatienceMs = 30'000;
constexpr int kNotForgotten = 1;

struct ForgetTexts {
    Q_DECLARE_TR_FUNCTIONS(flaredeck::app::forgetting)
};

/// What a person has to type; a script gives --yes.
QString theWord()
{
    return ForgetTexts::tr("forget");
}

void showPlan(const Json &plan)
{
    say(ForgetTexts::tr("This goes, for good:"));
    const auto line = [](const QString &text) { say(plaintext::line(u"  "_s + text)); };
    for (const QString &name : json::stringsAt(plan, "signIns"))
        line(ForgetTexts::tr("The sign-in of %1, which Cloudflare is asked to revoke").arg(name));
    line(ForgetTexts::tr("%1 grants and %2 clients")
             .arg(json::integerAt(plan, "grants").value_or(0))
             .arg(json::integerAt(plan, "clients").value_or(0)));
    for (const QString &entry : json::stringsAt(plan, "keychainEntries"))
        line(ForgetTexts::tr("In the keychain: “%1” of “Flaredeck”").arg(entry));
    if (const Json *setups = json::find(plan, "setups")) {
        for (const Json &setup : *setups) {
            const QString file =
                ui::connecttext::shortPath(json::stringAt(setup, "file").value_or(u""_s));
            const QString problem = json::stringAt(setup, "problem").value_or(u""_s);
            const QString difference = json::stringAt(setup, "difference").value_or(u""_s);
            if (!problem.isEmpty())
                line(ForgetTexts::tr("NOT the entry in %1: %2").arg(file, problem));
            else if (json::boolAt(setup, "removesFile").value_or(false))
                line(ForgetTexts::tr("%1, which had not been there before").arg(file));
            else if (!difference.isEmpty())
                line(ForgetTexts::tr("What Flaredeck wrote in %1:").arg(file));
            if (problem.isEmpty() && !difference.isEmpty())
                say(plaintext::block(difference));
        }
    }
    for (const QString &start : json::stringsAt(plan, "starts"))
        line(ForgetTexts::tr("%1, which starts Flaredeck").arg(ui::connecttext::shortPath(start)));
    for (const QString &file : json::stringsAt(plan, "files"))
        line(file);
    for (const QString &stays : json::stringsAt(plan, "stays"))
        line(ForgetTexts::tr("NOT: %1").arg(stays));
}

bool isWordTyped()
{
    if (!isTerminal(kStandardInput))
        return false;
    std::fputs(qUtf8Printable(ForgetTexts::tr("Type “%1” to take all of it away: ").arg(theWord())),
               stderr);
    char answer[64] = {};
    return std::fgets(answer, sizeof answer, stdin) &&
           QString::fromLocal8Bit(answer).trimmed() == theWord();
}

/// The lock is what goes last.
bool hasEnded(const DataDir &data)
{
    QFileSystemWatcher watcher;
    QEventLoop loop;
    QTimer patience;
    const auto look = [&] {
        if (!QFile::exists(data.lockFile()))
            loop.quit();
    };
    QObject::connect(&watcher, &QFileSystemWatcher::directoryChanged, &loop, look);
    QObject::connect(&watcher, &QFileSystemWatcher::fileChanged, &loop, look);
    QObject::connect(&patience, &QTimer::timeout, &loop, &QEventLoop::quit);
    watcher.addPaths({data.root, data.lockFile()});
    patience.start(kEndPatienceMs);
    if (QFile::exists(data.lockFile()))
        loop.exec();
    return !QFile::exists(data.lockFile());
}

} // namespace

QStringList finishForgetting(const DataDir &data, QStringList left)
{
    return left + eraseData(data);
}

QString farewell(const QStringList &left)
{
    const QString programs = ui::origintext::howToRemove(origin());
    if (left.isEmpty())
        return ForgetTexts::tr("Flaredeck has forgotten everything. The next start is a first "
                               "start.") +
               u'\n' + programs;
    QString text = ForgetTexts::tr("Flaredeck has forgotten everything but this:") + u'\n';
    for (const QString &line : left)
        text += u"• "_s + line + u'\n';
    return text + programs;
}

std::optional<CommandSocket::Answer> forgetEverything(const CommandLine &line,
                                                      const QStringList &words,
                                                      CommandSocket &socket, int &code)
{
    const auto whole = [](const Json &) { return true; };
    CommandSocket::Answer answer = socket.ask(words, {}, kPlanPatienceMs, whole);
    const Json *rows = json::find(answer.body, "rows");
    if (answer.status != 200 || !rows || rows->empty() || (line.prints && line.json))
        return answer;
    const Json &plan = rows->at(0);
    if (!line.json)
        showPlan(plan);
    if (line.prints)
        return std::nullopt;
    if (!line.isSure && !isWordTyped()) {
        std::fputs(qUtf8Printable(ForgetTexts::tr("Nothing was removed. Type the word on a "
                                                  "terminal, or give --yes.\n")),
                   stderr);
        code = kNotForgotten;
        return std::nullopt;
    }
    const DataDir data = DataDir::at(line.dataDir, line.sandbox);
    CommandSocket second(data.root); // one connection carries one command
    const QString token = u"--token="_s + json::stringAt(plan, "token").value_or(u""_s);
    // The provider is waited for, and a keychain that asks its owner.
    CommandSocket::Answer done =
        second.ask(words + QStringList{token}, {}, CommandSocket::kForEver, whole);
    if (done.status != 200)
        return done;
    QStringList left = json::stringsAt(done.body, "left");
    if (hasEnded(data))
        left += eraseData(data);
    else
        left << ForgetTexts::tr("Flaredeck has not ended yet; the files in %1 go when it does. "
                                "Quit it, then remove that folder.")
                    .arg(QDir::toNativeSeparators(data.root));
    code = left.isEmpty() ? 0 : kNotForgotten;
    if (line.json) {
        Json list = Json::array();
        for (const QString &one : left)
            list.push_back(json::fromQString(one));
        sayJson({{"left", std::move(list)}});
    } else {
        say(plaintext::block(farewell(left)));
    }
    return std::nullopt;
}

} // namespace flaredeck::app
