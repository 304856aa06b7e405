#include "core/tools/accountchoice.h"

#include "core/base/plaintext.h"
#include "core/provider/facts.h"
#include "core/store/audit/audit.h"

#include <QSet>

#include <algorithm>

namespace flaredeck::tools {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr qsizetype kShownNameLength = 50;

/// What a person chooses from: names, with ids where the names alone would be ambiguous.
QStringList choices(const QList<AccountRef> &reachable)
{
    QStringList names;
    for (const AccountRef &account : reachable)
        names << shownName(account.name);
    if (QSet(names.begin(), names.end()).size() == names.size())
        return names;
    for (qsizetype i = 0; i < names.size(); ++i)
        names[i] += u" (%1)"_s.arg(shownName(reachable.at(i).id));
    return names;
}

Result<AccountRef> pick(const QList<AccountRef> &reachable, const QString &id, const QString &where,
                        const QString &action)
{
    if (const AccountRef *account = accountNamed(reachable, id))
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

const AccountRef *accountNamed(const QList<AccountRef> &reachable, const QString &text)
{
    if (const AccountRef *account = findAccount(reachable, text))
        return account;
    const AccountRef *named = nullptr;
    for (const AccountRef &account : reachable) {
        if (account.name.compare(text.trimmed(), Qt::CaseInsensitive) != 0)
            continue;
        if (named)
            return nullptr;
        named = &account;
    }
    return named;
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

std::optional<mcp::InputRequest> accountQuestion(const QList<AccountRef> &reachable,
                                                 const AccountHints &hints, const QString &tool)
{
    if (reachable.size() < 2 || !hints.header.isEmpty() || hints.argument ||
        !hints.active.isEmpty())
        return std::nullopt;
    QString message = u"Which %1 account shall \"%2\" use?"_s.arg(provider::facts().name, tool);
    if (hints.keepsSession)
        message += u" This session goes on with it."_s;
    const Json account{{"type", "string"}, {"title", "Account"}, {"enum", choices(reachable)}};
    return mcp::InputRequest{u"account"_s,
                             "elicitation/create",
                             {{"message", message},
                              {"requestedSchema",
                               {{"type", "object"},
                                {"properties", {{"account", account}}},
                                {"required", {"account"}}}}}};
}

const AccountRef *answeredAccount(const QList<AccountRef> &reachable, const Json &answer)
{
    const Json *content = json::find(answer, "content");
    const auto name = content ? json::stringAt(*content, "account") : std::nullopt;
    const qsizetype chosen = name ? choices(reachable).indexOf(*name) : -1;
    return chosen < 0 ? nullptr : &reachable.at(chosen);
}

QString shownName(const QString &name)
{
    // Two more, since a cut may leave out a character of two.
    QString shown = store::audit::clean(name.simplified(), kShownNameLength + 2);
    if (shown.size() > kShownNameLength)
        shown = plaintext::cut(shown, kShownNameLength - 1) + u'…';
    return shown.replace(u'"', u'\'').replace(u'`', u'\'');
}

void setActiveAccount(mcp::CallContext &context, const QString &id)
{
    Json state = context.sessionState();
    if (!state.is_object())
        state = Json::object();
    state[kActiveAccount] = id;
    context.setSessionState(state);
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
