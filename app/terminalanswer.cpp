#include "app/terminalanswer.h"

#include "core/base/plaintext.h"
#include "core/provider/scopes.h"
#include "ui/text/format.h"
#include "ui/text/scopetext.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <utility>

namespace flaredeck::app::terminalanswer {

using namespace Qt::StringLiterals;

namespace {

constexpr std::array<std::pair<QLatin1StringView, qint64>, 3> kLifetimes{
    {{"1h"_L1, 3600}, {"1d"_L1, 86'400}, {"30d"_L1, 30 * 86'400}}};

struct QuestionTexts {
    Q_DECLARE_TR_FUNCTIONS(flaredeck::app::terminalanswer)
};

/// Values contain words of others, which must neither begin a line nor control the terminal.
QString fact(const QString &name, const QString &value)
{
    return u"  %1%2\n"_s.arg(name, -16).arg(plaintext::line(value));
}

QString quotedName(const QString &clientName)
{
    return clientName.isEmpty() ? QuestionTexts::tr("A client without a name")
                                : u"\"%1\""_s.arg(plaintext::inQuotes(clientName));
}

QString process(qint64 pid, const QString &executable, const QString &parent)
{
    const QString words =
        QuestionTexts::tr("%1, pid %2")
            .arg(executable.isEmpty() ? QuestionTexts::tr("unknown program") : executable,
                 QString::number(pid));
    return parent.isEmpty() ? words : QuestionTexts::tr("%1, started by %2").arg(words, parent);
}

QString program(const ConsentRequest &request)
{
    if (request.programPid == 0)
        return request.registeredBy.isEmpty()
                   ? QuestionTexts::tr("unknown")
                   : QuestionTexts::tr("registered by %1, not running now")
                         .arg(request.registeredBy);
    QString words = process(request.programPid, request.program, request.programParent);
    if (request.programRunsScripts)
        words = QuestionTexts::tr("%1 (another script of it can look the same)").arg(words);
    return request.hasChangedProgram()
               ? QuestionTexts::tr("%1 - but the client was registered by %2")
                     .arg(words, request.registeredBy)
               : words;
}

/// Who sent the request; empty when the client itself did.
QString asker(const ConsentRequest &request)
{
    using Asker = ConsentRequest::Asker;
    if (request.askerKind == Asker::Client)
        return {};
    const QString words = request.askerPid == 0
                              ? QuestionTexts::tr("unknown program")
                              : process(request.askerPid, request.asker, request.askerParent);
    QString lines = fact(QuestionTexts::tr("Asked by"), words);
    if (request.askerKind != Asker::Browser)
        lines +=
            fact(QuestionTexts::tr("WARNING"),
                 request.answersAsker
                     ? QuestionTexts::tr("that is no web browser, and it gets the answer")
                     : QuestionTexts::tr("that is no web browser; say no unless you started it"));
    return lines;
}

QString program(const CallApprovalRequest &request)
{
    return request.programPid == 0
               ? QuestionTexts::tr("unknown")
               : process(request.programPid, request.program, request.programParent);
}

QString history(const ConsentRequest &request)
{
    const QString seen = ui::format::moment(request.firstSeen, ui::format::now());
    return request.earlierApprovals == 0
               ? QuestionTexts::tr("%1, never allowed before").arg(seen)
               : QuestionTexts::tr("%1, last used %2, allowed before: %3")
                     .arg(seen, ui::format::ago(request.lastUsed, ui::format::now()),
                          QString::number(request.earlierApprovals));
}

QString accounts(const ConsentRequest &request)
{
    if (request.accounts.isEmpty())
        return fact(QuestionTexts::tr("Account"), QuestionTexts::tr("you sign in next"));
    if (request.accounts.size() == 1)
        return fact(
            QuestionTexts::tr("Account"),
            QuestionTexts::tr("%1 of %2").arg(request.accounts.first().name, request.loginLabel));
    QString lines =
        fact(QuestionTexts::tr("Accounts"), QuestionTexts::tr("of %1:").arg(request.loginLabel));
    for (qsizetype i = 0; i < request.accounts.size(); ++i)
        lines += fact({}, u"%1  %2"_s.arg(i + 1).arg(request.accounts.at(i).name));
    return lines;
}

QString inWords(const QString &scope)
{
    const QString meaning = ui::scopetext::meaning(scope);
    return ui::scopetext::isWrite(scope) ? QuestionTexts::tr("%1 (can change things)").arg(meaning)
                                         : meaning;
}

QString meanings(const QString &name, const ScopeSet &scopes)
{
    QString lines;
    for (const QString &scope : ui::scopetext::ordered(scopes))
        lines += fact(name, inWords(scope));
    return lines;
}

bool needsSignIn(const ConsentRequest &request)
{
    return std::any_of(
        request.preselected.begin(), request.preselected.end(),
        [&request](const QString &scope) { return request.lacking.contains(scope); });
}

QString scopeLines(const ConsentRequest &request)
{
    ScopeSet fresh;
    ScopeSet held;
    for (const QString &scope : request.preselected)
        (request.alreadyGranted.contains(scope) ? held : fresh).insert(scope);
    return meanings(QuestionTexts::tr("It would"), fresh) +
           meanings(QuestionTexts::tr("Already may"), held) +
           (needsSignIn(request)
                ? fact(QuestionTexts::tr("Sign-in"),
                       QuestionTexts::tr("yours lacks a part of that, so a new one comes next"))
                : QString());
}

/// "1,3" as account ids; nullopt when a number is wrong.
std::optional<QStringList> accountIds(const QString &word, const ConsentRequest &request)
{
    QStringList ids;
    for (const QString &part : word.split(u',')) {
        bool isNumber = false;
        const int number = part.toInt(&isNumber);
        if (!isNumber || number < 1 || number > request.accounts.size())
            return std::nullopt;
        const QString &id = request.accounts.at(number - 1).id;
        if (!ids.contains(id))
            ids << id;
    }
    return ids;
}

bool offersWriting(const ScopeSet &offered)
{
    return std::any_of(offered.begin(), offered.end(), &ui::scopetext::isWrite);
}

} // namespace

QString question(const ConsentRequest &request)
{
    QString text = QuestionTexts::tr("\n%1 asks to use your Cloudflare account.\n")
                       .arg(quotedName(request.clientName));
    // On its own line, so that no name can run into it.
    text += fact(QuestionTexts::tr("Name"),
                 request.addedByPerson ? QuestionTexts::tr("added by you")
                 : request.isFileName  ? QuestionTexts::tr("the name of its file")
                                       : QuestionTexts::tr("its own words, not checked"));
    if (!request.checkPhrase.isEmpty())
        text += fact(QuestionTexts::tr("Check phrase"), request.checkPhrase);
    if (!request.publishedAt.isEmpty())
        text +=
            fact(QuestionTexts::tr("Described at"),
                 request.leavesComputer ? request.publishedAt
                                        : QuestionTexts::tr("%1 (any program here can claim that)")
                                              .arg(request.publishedAt));
    text += fact(QuestionTexts::tr("Program"), program(request));
    if (!request.otherListener.isEmpty())
        text +=
            fact(QuestionTexts::tr("WARNING"),
                 QuestionTexts::tr("%1 listens at the same port, too").arg(request.otherListener));
    text += asker(request);
    text += fact(QuestionTexts::tr("First seen"), history(request));
    text += fact(QuestionTexts::tr("Answer goes to"),
                 request.redirectAddress.isEmpty()
                     ? request.redirectTarget
                     : QuestionTexts::tr("%1 (%2)", "words, address")
                           .arg(request.redirectTarget, request.redirectAddress));
    if (request.leavesComputer)
        text += fact(QuestionTexts::tr("WARNING"),
                     QuestionTexts::tr("the answer leaves this computer"));
    text += accounts(request);
    text += scopeLines(request);
    text += QuestionTexts::tr("Type yes to allow this until you revoke it. Behind the yes you can "
                              "say how long: 1h, 1d or 30d");
    if (request.accounts.size() > 1)
        text += QuestionTexts::tr("; for which accounts only: 1,2");
    if (offersWriting(request.preselected))
        text += QuestionTexts::tr("; or look, to let it change nothing");
    return text + QuestionTexts::tr(".\nAnything else denies: ");
}

std::optional<ConsentAnswer> parse(const QString &line, const ConsentRequest &request)
{
    const QStringList words = line.toLower().simplified().split(u' ');
    if (words.first() != "yes"_L1)
        return std::nullopt;
    ConsentAnswer answer;
    answer.allowed = true;
    answer.scopes = request.preselected;
    for (const QString &word : words.mid(1)) {
        const auto lifetime =
            std::find_if(kLifetimes.begin(), kLifetimes.end(),
                         [&word](const auto &known) { return known.first == word; });
        if (lifetime != kLifetimes.end() && answer.lifetimeSeconds == 0) {
            answer.lifetimeSeconds = lifetime->second;
        } else if (word == "look"_L1) {
            std::erase_if(answer.scopes, &ui::scopetext::isWrite);
        } else if (const auto ids = accountIds(word, request); ids && answer.accountIds.isEmpty()) {
            answer.accountIds = *ids;
        } else {
            return std::nullopt;
        }
    }
    return answer;
}

QString question(const CallApprovalRequest &request)
{
    const bool opens = !request.missing.empty();
    QString text =
        opens ? QuestionTexts::tr("\n%1 wants to use a tool that you have not allowed. The call "
                                  "waits.\n")
                    .arg(quotedName(request.clientName))
              : QuestionTexts::tr("\nA call of %1 waits for your word.\n")
                    .arg(quotedName(request.clientName));
    text += fact(QuestionTexts::tr("Name"), QuestionTexts::tr("its own words, not checked"));
    text += fact(QuestionTexts::tr("Program"), program(request));
    text += fact(QuestionTexts::tr("Tool"), u"%1 (%2)"_s.arg(request.toolTitle, request.tool));
    if (!request.change.isEmpty())
        text += fact(request.effect == Effect::Destroys ? QuestionTexts::tr("Deletes")
                                                        : QuestionTexts::tr("Changes"),
                     request.change);
    for (const auto &[caption, value] : request.before)
        text += fact(QuestionTexts::tr("%1 now").arg(caption), value);
    const QString &given = opens ? request.arguments : request.allArguments;
    for (const QString &argument : given.split(u'\n', Qt::SkipEmptyParts))
        text += fact(QuestionTexts::tr("With"), argument);
    if (!request.account.isEmpty())
        text += fact(QuestionTexts::tr("Account"),
                     QuestionTexts::tr("%1 of %2").arg(request.account, request.loginLabel));
    if (opens) {
        text += meanings(QuestionTexts::tr("It needs to"), request.missing);
        return text +
               QuestionTexts::tr("Type once to allow this call, or always to allow it as long as "
                                 "the client's grant lasts.\nAnything else denies: ");
    }
    if (!request.canLast)
        return text + QuestionTexts::tr("Type once to allow this call. Anything else denies: ");
    return text +
           QuestionTexts::tr("Type once to allow this call, session to allow this tool for the "
                             "client's session, or always to allow it to this client.\n"
                             "Anything else denies: ");
}

CallApprovalChoice parseCallApproval(const QString &line, const CallApprovalRequest &request)
{
    const QString word = line.toLower().simplified();
    if (word == "once"_L1)
        return CallApprovalChoice::Once;
    if (!request.missing.empty())
        return word == "always"_L1 ? CallApprovalChoice::Grant : CallApprovalChoice::Deny;
    if (request.canLast && word == "session"_L1)
        return CallApprovalChoice::Session;
    return request.canLast && word == "always"_L1 ? CallApprovalChoice::Always
                                                  : CallApprovalChoice::Deny;
}

} // namespace flaredeck::app::terminalanswer
