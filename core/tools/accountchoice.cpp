#include "core/tools/accountchoice.h"

#include "core/provider/facts.h"

#include <algorithm>

namespace flaredeck::tools {

using namespace Qt::Literals::StringLiterals;

namespace {

Result<AccountRef> pick(const QList<AccountRef> &reachable, const QString &id, const QString &where,
                        const QString &action)
{
    if (const AccountRef *account = findAccount(reachable, id))
        return *account;
    return fail(Error::Kind::Denied,
                u"The account in %1 is not one that this connection reaches."_s.arg(where), action);
}

} // namespace

const AccountRef *findAccount(const QList<AccountRef> &reachable, const QString &id)
{
    const auto found = std::find_if(reachable.begin(), reachable.end(),
                                    [&id](const AccountRef &account) { return account.id == id; });
    return found == reachable.end() ? nullptr : &*found;
}

Result<AccountRef> chooseAccount(const QList<AccountRef> &reachable, const AccountHints &hints)
{
    if (reachable.isEmpty()) {
        return fail(Error::Kind::Denied,
                    u"This connection reaches no %1 account."_s.arg(provider::facts().name),
                    u"The user must approve the connection again in Flaredeck and choose an "
                    "account."_s);
    }
    // A name is never answered with another account, not even by the only one there is.
    if (!hints.header.isEmpty()) {
        return pick(reachable, QString::fromUtf8(hints.header),
                    u"the %1 header"_s.arg(QString::fromLatin1(provider::facts().accountHeader)),
                    u"The user must correct the header in the client's configuration."_s);
    }
    if (hints.argument) {
        return pick(reachable, *hints.argument, u"account_id"_s,
                    u"Use one of available_accounts."_s);
    }
    if (reachable.size() == 1)
        return reachable.first();
    if (!hints.active.isEmpty()) {
        return pick(reachable, hints.active, u"this session's active account"_s,
                    u"Call set_active_account with one of available_accounts."_s);
    }
    return fail(Error::Kind::InvalidInput,
                u"This connection reaches several accounts and the call names none."_s,
                hints.keepsSession ? u"Give account_id, or call set_active_account first."_s
                                   : u"Give account_id with each call."_s);
}

QString accountProblem(const Error &error, const QList<AccountRef> &reachable)
{
    Json accounts = Json::array();
    for (const AccountRef &account : reachable)
        accounts.push_back({{"id", account.id}, {"name", account.name}});
    return QString::fromUtf8(json::print({{"error", error.message},
                                          {"action", error.action},
                                          {"available_accounts", std::move(accounts)}}));
}

} // namespace flaredeck::tools
