#include "core/service/localverbs.h"

#include <algorithm>

namespace flaredeck::service {

using namespace Qt::StringLiterals;

namespace {

const QString kSeeHelp = u"`flaredeck-core --help` lists the commands."_s;

/// Like `token`, whose neighbours may be secrets that were typed by mistake.
bool mayHoldSecret(const QString &group)
{
    return group == "token"_L1;
}

Error noSuchVerb(const QStringList &words)
{
    const QString group = words.value(0);
    QStringList known;
    for (const LocalVerb &verb : localVerbs()) {
        const QString text = QString::fromLatin1(verb.words);
        if (text.startsWith(group + u' '))
            known << u"`%1`"_s.arg(text);
    }
    const QString typed =
        mayHoldSecret(group) ? group : words.mid(0, known.isEmpty() ? 1 : 2).join(u' ');
    return {Error::Kind::InvalidInput, u"There is no command '%1'."_s.arg(typed),
            known.isEmpty() ? kSeeHelp : u"There is %1."_s.arg(known.join(u", "_s))};
}

} // namespace

const QList<LocalVerb> &localVerbs()
{
    using Names = LocalVerb::Names;
    using Pace = LocalVerb::Pace;
    using namespace localverb;
    static const QList<LocalVerb> verbs{
        {"status", "", "Print whether it listens, who is signed in, and how much is granted.",
         status},
        {"doctor", "", "Check what a report of a bug should say; also when it does not run.",
         doctor},
        {"sign-in", "", "Sign in to Cloudflare: prints the address to open, and waits.", signIn,
         Names::Nothing, Pace::Pieces},
        {"sign-out", "EMAIL", "End a sign-in, and every grant that stands on it.", signOut,
         Names::SignIns, Pace::Waits},
        {"token add", "", "Add an API token, which is read from standard input.", addToken,
         Names::Nothing, Pace::Waits, false, true},
        {"accounts", "", "List the accounts of the sign-ins.", accounts},
        {"grants list", "", "List what clients may do.", listGrants},
        {"grants show", "ID", "Print all about a grant.", showGrant, Names::Grants},
        {"grants revoke", "ID", "Take a grant back; `all` takes all of them.", revokeGrant,
         Names::Grants},
        {"clients list", "", "List the clients that are known.", listClients},
        {"clients block", "ID", "End a client's access, and refuse it from now on.", blockClient,
         Names::Clients},
        {"clients unblock", "ID", "Let a client ask again.", unblockClient, Names::Clients},
        {"clients forget", "ID", "End a client's access, and remove it.", forgetClient,
         Names::Clients},
        {"tools list", "", "List the tools and what happens to their calls.", listTools,
         Names::Nothing, Pace::AtOnce, false, false, false, true},
        {"tools policy", "SUBJECT [POLICY]",
         "Print what happens to the calls of a tool, of toolset:NAME or of effect:NAME, or have "
         "it be ask, off or usual.",
         toolPolicy, Names::Tools, Pace::AtOnce, false, false, false, true},
        {"servers list", "", "List the remote MCP servers, and which are on.", listServers},
        {"servers add", "URL", "Add a remote MCP server by its address.", addServer, Names::Nothing,
         Pace::Waits},
        {"servers remove", "NAME", "Remove a server that was added, with its sign-in.",
         removeServer},
        {"servers on", "NAME", "Offer a server's tools to clients.", switchServerOn},
        {"servers off", "NAME", "Offer them no more.", switchServerOff},
        {"servers test", "NAME", "Connect to a server, and count its tools.", testServer,
         Names::Nothing, Pace::Waits},
        {"servers sign-in", "NAME", "Sign in to a server: prints the address to open, and waits.",
         signInToServer, Names::Nothing, Pace::Pieces},
        {"servers sign-out", "NAME", "End the sign-in to a server.", signOutOfServer,
         Names::Nothing, Pace::Waits},
        {"connect", "[CLIENT]",
         "List the clients of this computer, or enter Flaredeck into one's configuration.",
         connectClient, Names::Setups, Pace::AtOnce, false, false, true},
        {"forget-everything", "",
         "Revoke the sign-ins, undo what was written for clients, remove all data, and end.",
         forgetEverything, Names::Nothing, Pace::Waits, false, false, false, false, true},
        {"calls", "", "Print the last calls of tools; with -f those that follow, too.", calls,
         Names::Nothing, Pace::AtOnce, true},
        {"logs", "", "Print the last lines of the log; with -f those that follow, too.", logs,
         Names::Nothing, Pace::AtOnce, true},
    };
    return verbs;
}

const LocalVerb *findVerb(const QStringList &words)
{
    for (const LocalVerb &verb : localVerbs()) {
        const QString text = QString::fromLatin1(verb.words);
        if (words.mid(0, text.count(u' ') + 1).join(u' ') == text)
            return &verb;
    }
    return nullptr;
}

bool beginsVerb(const QString &word)
{
    const QList<LocalVerb> &verbs = localVerbs();
    return std::any_of(verbs.begin(), verbs.end(), [&word](const LocalVerb &verb) {
        return QString::fromLatin1(verb.words).section(u' ', 0, 0) == word;
    });
}

Result<LocalOrder> readOrder(const QStringList &words)
{
    const LocalVerb *verb = findVerb(words);
    if (!verb)
        return fail(noSuchVerb(words));
    const QString name = QString::fromLatin1(verb->words);
    LocalOrder order;
    order.count = kLocalLines;
    for (QStringList rest = words.mid(name.count(u' ') + 1); !rest.isEmpty();) {
        const QString word = rest.takeFirst();
        if (verb->lists && word == "--follow"_L1) {
            order.follows = true;
        } else if (verb->lists && word == "--count"_L1 && !rest.isEmpty()) {
            bool isNumber = false;
            order.count = rest.takeFirst().toInt(&isNumber);
            if (!isNumber || order.count < 1 || order.count > kMostLocalLines)
                return fail(Error::Kind::InvalidInput,
                            u"COUNT is a number from 1 to %1."_s.arg(kMostLocalLines));
        } else if (verb->isOfClient && word == "--client"_L1 && !rest.isEmpty()) {
            order.client = rest.takeFirst();
        } else if ((verb->connects || verb->forgets) && word.startsWith("--"_L1)) {
            order.options << word;
        } else {
            order.arguments << word;
        }
    }
    const QString argument = QString::fromLatin1(verb->argument);
    const QStringList places = argument.split(u' ', Qt::SkipEmptyParts);
    const auto least = std::count_if(places.begin(), places.end(), [&order](const QString &place) {
        return !place.startsWith(u'[') || !order.options.isEmpty(); // options say what to do to it
    });
    if (order.arguments.size() >= least && order.arguments.size() <= places.size())
        return order;
    if (verb->takesInput)
        return fail(
            Error::Kind::InvalidInput,
            u"`%1` takes nothing behind it: other programs can read a command line."_s.arg(name),
            u"Give the secret on standard input."_s);
    return fail(Error::Kind::InvalidInput,
                places.isEmpty() ? u"`%1` takes nothing behind it."_s.arg(name)
                : places.size() > 1
                    ? u"`%1` needs %2."_s.arg(name, argument)
                    : u"`%1` needs one %2."_s.arg(name, argument == "ID"_L1 ? u"id"_s : argument),
                kSeeHelp);
}

} // namespace flaredeck::service
