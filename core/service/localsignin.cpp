// Verbs about sign-ins. None of them gives a client anything: a grant still takes a person's word.
#include "core/base/waiting.h"
#include "core/service/localverbs.h"

#include <algorithm>

namespace flaredeck::service::localverb {

using namespace Qt::StringLiterals;

namespace {

Json signedIn(const store::Login &login, const QString &words)
{
    Json names = Json::array();
    for (const AccountRef &account : login.accounts)
        names.push_back(account.name);
    const auto count = login.accounts.size();
    return {
        {"done", words.arg(login.email, count == 1 ? u"1 account"_s : u"%1 accounts"_s.arg(count))},
        {"signIn", login.email},
        {"accounts", std::move(names)}};
}

Result<store::Login> findLogin(const Snapshot &shot, const QString &label)
{
    QList<store::Login> found;
    for (const store::Login &login : shot.logins) {
        if (login.id.value == label)
            return login;
        if (login.email.compare(label, Qt::CaseInsensitive) == 0)
            found << login;
    }
    if (found.size() == 1)
        return found.constFirst();
    if (found.isEmpty())
        return fail(Error::Kind::NotFound, u"There is no sign-in '%1'."_s.arg(label),
                    u"`flaredeck-core accounts` shows them."_s);
    return fail(Error::Kind::NotFound,
                u"%1 sign-ins are called '%2'."_s.arg(found.size()).arg(label),
                u"Give the id instead: `flaredeck-core accounts --json` has it as signInId."_s);
}

/// What became of it, from the receipt that the window shows.
Json signedOut(const Snapshot &shot, const QString &label)
{
    using Progress = Receipt::Progress;
    QString words = u"%1 is signed out."_s.arg(label);
    Json answer{{"signIn", label}};
    const QList<Receipt::SignOut> &lines = shot.receipt.signOuts;
    const auto found =
        std::find_if(lines.rbegin(), lines.rend(),
                     [&label](const Receipt::SignOut &line) { return line.label == label; });
    if (found != lines.rend()) { // or somebody has taken something else back meanwhile
        const Receipt::SignOut &line = *found;
        answer["grants"] = shot.receipt.grants;
        if (shot.receipt.grants > 0)
            words += shot.receipt.grants == 1 ? u" 1 grant ended."_s
                                              : u" %1 grants ended."_s.arg(shot.receipt.grants);
        const bool isRevoked = line.atProvider && line.progress == Progress::Done;
        answer["revokedAtCloudflare"] = isRevoked;
        if (isRevoked)
            words += u" Cloudflare revoked the sign-in."_s;
        else if (!line.problem.isEmpty())
            words += u' ' + line.problem;
        else if (!line.atProvider)
            words += u" The API token stays valid until you delete it at Cloudflare."_s;
    }
    answer["done"] = words;
    return answer;
}

} // namespace

Task<Result<Json>> signIn(LocalDesk &desk, LocalOrder order)
{
    LocalLines *lines = order.lines;
    const auto login = co_await desk.signIn(
        [lines](const SignInRequest &page) {
            lines->write({{"address", page.url.toString(QUrl::FullyEncoded)},
                          {"port", page.callback.port()}});
        },
        order.stop);
    co_return login ? Result<Json>(signedIn(*login, u"Signed in as %1, with %2."_s))
                    : fail(login.error());
}

Task<Result<Json>> signOut(LocalDesk &desk, LocalOrder order)
{
    const auto login = findLogin(*desk.snapshot(), order.arguments.constFirst());
    if (!login)
        co_return fail(login.error());
    const Result<> done = co_await desk.commands.signOut(login->id);
    if (order.stop.stop_requested())
        co_return fail(shuttingDown());
    co_return done ? Result<Json>(signedOut(*desk.snapshot(), login->email)) : fail(done.error());
}

Task<Result<Json>> addToken(LocalDesk &desk, LocalOrder order)
{
    if (order.input.isEmpty())
        co_return fail(Error::Kind::InvalidInput, u"No token came on standard input."_s,
                       u"Give it there: flaredeck-core token add < FILE"_s);
    const auto login = co_await desk.addApiToken(std::move(order.input));
    co_return login ? Result<Json>(signedIn(*login, u"Added the token of %1, with %2."_s))
                    : fail(login.error());
}

} // namespace flaredeck::service::localverb
