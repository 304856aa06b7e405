#include "core/providers/cloudflare/accounttools.h"

#include "core/providers/cloudflare/envelope.h"
#include "core/tools/accountchoice.h"

#include <algorithm>

namespace flaredeck::cloudflare {

using namespace Qt::Literals::StringLiterals;

AccountsListTool::AccountsListTool(tools::UpstreamPtr upstream)
    : m_upstream(std::move(upstream))
{
}

Task<Result<mcp::ToolResult>> AccountsListTool::run(tools::InvocationPtr call) const
{
    std::vector<Json> found;
    for (int page = 1; page <= kMostPages; ++page) {
        provider::ApiRequest request;
        request.path = u"/accounts"_s;
        request.query.addQueryItem(u"page"_s, QString::number(page));
        request.query.addQueryItem(u"per_page"_s, QString::number(kPageSize));
        const Result<provider::ApiResponse> response =
            co_await m_upstream->send(call, std::move(request));
        if (!response)
            co_return fail(response.error());
        for (const Json &account : response->result) {
            const QString id = json::stringAt(account, "id").value_or(QString());
            if (!tools::findAccount(call->caller->accounts, id))
                continue;
            const auto created = json::stringAt(account, "created_on");
            found.push_back({{"id", id},
                             {"name", json::stringAt(account, "name").value_or(id)},
                             {"created_on", created ? Json(*created) : Json()}});
        }
        const qint64 pages = json::integerAt(response->resultInfo, "total_pages").value_or(1);
        call->context->progress(page, double(pages), u"Page %1 of %2"_s.arg(page).arg(pages));
        if (page >= pages)
            break;
    }
    std::stable_sort(found.begin(), found.end(), [](const Json &a, const Json &b) {
        // Cloudflare writes all of them in the same form, in UTC.
        return json::toQString(a.at("created_on")) > json::toQString(b.at("created_on"));
    });
    const auto count = static_cast<int>(found.size());
    co_return mcp::ToolResult::structuredJson({{"accounts", std::move(found)}, {"count", count}});
}

Task<Result<mcp::ToolResult>> SetActiveAccountTool::run(tools::InvocationPtr call) const
{
    const QList<AccountRef> &reachable = call->caller->accounts;
    const AccountRef *account = tools::accountNamed(
        reachable, json::stringAt(call->arguments, "activeAccountIdParam").value_or(QString()));
    if (!account) {
        const Error error{Error::Kind::Denied,
                          u"This account is not one that this connection reaches."_s,
                          u"Use one of available_accounts."_s};
        co_return mcp::ToolResult::error(tools::accountProblem(error, reachable));
    }
    if (!call->context->keepsSession()) {
        co_return fail(Error::Kind::InvalidInput, u"This connection keeps no session."_s,
                       u"Give account_id with each call instead."_s);
    }
    tools::setActiveAccount(*call->context, account->id);
    Json answer{{"activeAccountId", account->id}};
    // Some clients open a session for each call, and only this text informs them.
    if (reachable.size() > 1)
        answer["note"] =
            "This holds for this session only. If your client opens a session for each "
            "call, pass account_id with each call instead.";
    co_return mcp::ToolResult::structuredJson(std::move(answer));
}

} // namespace flaredeck::cloudflare
