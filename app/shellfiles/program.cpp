#include "app/shellfiles/program.h"

#include "app/commandline.h"
#include "bridge/bridgeoptions.h"

namespace flaredeck::shellfiles {

using namespace Qt::StringLiterals;
using app::CommandLine;

QList<Program> programs()
{
    return {
        {u"flaredeck"_s, CommandLine::description(),
         CommandLine::options(CommandLine::Program::Window), true},
        {u"flaredeck-core"_s, CommandLine::description(),
         CommandLine::options(CommandLine::Program::Core), true},
        {u"flaredeck-bridge"_s, bridge::description(), bridge::options()},
    };
}

QString dashed(const QString &name)
{
    return (name.size() == 1 ? u"-"_s : u"--"_s) + name;
}

QStringList firstWords()
{
    QStringList words;
    for (const service::LocalVerb &verb : service::localVerbs()) {
        const QString word = QString::fromLatin1(verb.words).section(u' ', 0, 0);
        if (!words.contains(word))
            words << word;
    }
    return words;
}

QStringList secondWords(const QString &first)
{
    QStringList words;
    for (const service::LocalVerb &verb : service::localVerbs()) {
        const QStringList both = QString::fromLatin1(verb.words).split(u' ');
        if (both.size() == 2 && both.constFirst() == first)
            words << both.constLast();
    }
    return words;
}

} // namespace flaredeck::shellfiles
