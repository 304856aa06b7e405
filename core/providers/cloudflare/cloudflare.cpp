#include "core/providers/cloudflare/cloudflare.h"

#include "core/providers/cloudflare/accounttools.h"
#include "core/providers/cloudflare/addtool.h"
#include "core/providers/cloudflare/blogtools.h"
#include "core/providers/cloudflare/browserforms.h"
#include "core/providers/cloudflare/dnsreport.h"
#include "core/providers/cloudflare/envelope.h"
#include "core/providers/cloudflare/graphqlquery.h"
#include "core/providers/cloudflare/graphqlschematools.h"
#include "core/providers/cloudflare/hyperdriveedit.h"
#include "core/providers/cloudflare/ipdetails.h"
#include "core/providers/cloudflare/publicpages.h"
#include "core/providers/cloudflare/ragresults.h"
#include "core/providers/cloudflare/telemetryviews.h"
#include "core/providers/cloudflare/tokencheck.h"
#include "core/providers/cloudflare/tokenidentity.h"
#include "core/providers/cloudflare/warpdiagnostics.h"
#include "core/providers/cloudflare/workerbuilds.h"
#include "core/providers/cloudflare/workerlogs.h"
#include "core/providers/cloudflare/workersprompt.h"
#include "core/tools/coded.h"

namespace flaredeck::cloudflare {

using namespace Qt::Literals::StringLiterals;

namespace {

Task<Result<Identity>> refused(Error error)
{
    co_return fail(std::move(error));
}

class Cloudflare : public provider::Provider
{
public:
    [[nodiscard]] Task<Result<Identity>> identify(http::HttpClient &client, Endpoints endpoints,
                                                  Secret token, store::LoginKind kind,
                                                  std::stop_token stop) const override
    {
        if (const Result<> form = checkTokenForm(token); !form)
            return refused(form.error());
        const TokenOwner owner =
            kind == store::LoginKind::OAuth ? TokenOwner::User : ownerOf(token);
        return probeIdentity(client, std::move(endpoints), std::move(token), owner,
                             std::move(stop));
    }

    [[nodiscard]] Task<Result<provider::TokenCheck>> checkToken(http::HttpClient &client,
                                                                Endpoints endpoints, Secret token,
                                                                Identity identity,
                                                                std::stop_token stop) const override
    {
        return cloudflare::checkToken(client, std::move(endpoints), std::move(token),
                                      std::move(identity), std::move(stop));
    }

    [[nodiscard]] Result<provider::Envelope>
    read(const http::ClientResponse &response) const override
    {
        return readEnvelope(response);
    }

    [[nodiscard]] Error failure(const http::ClientResponse &response) const override
    {
        return readFailure(response);
    }

    [[nodiscard]] const tools::Coded &coded() const override
    {
        static const tools::Coded coded{
            {
                {u"add"_s, tools::coded<AddTool>},
                {u"accounts_list"_s, tools::coded<AccountsListTool>},
                {u"set_active_account"_s, tools::coded<SetActiveAccountTool>},
                {u"get_ip_details"_s, tools::coded<IpDetailsTool>},
                {u"worker_logs_by_worker_name"_s, tools::coded<WorkerLogsTool>},
                {u"worker_logs_by_rayid"_s, tools::coded<WorkerLogsTool>},
                {u"worker_logs_keys"_s, tools::coded<WorkerLogKeysTool>},
                {u"hyperdrive_config_edit"_s, tools::coded<HyperdriveEditTool>},
                {u"workers_builds_list_builds"_s, tools::coded<BuildsListTool>},
                {u"workers_builds_get_build_logs"_s, tools::coded<BuildLogsTool>},
                {u"dex_list_remote_warp_diag_contents"_s, tools::coded<WarpDiagContentsTool>},
                {u"dex_explore_remote_warp_diag_output"_s, tools::coded<WarpDiagFileTool>},
                {u"search_posts"_s, tools::coded<SearchPostsTool>},
                {u"list_posts"_s, tools::coded<ListPostsTool>},
                {u"get_post"_s, tools::coded<GetPostTool>},
                {u"list_tags"_s, tools::coded<ListTagsTool>},
                {u"mcp_demo_day_info"_s, tools::coded<DemoDayTool>},
                {u"graphql_schema_search"_s, tools::coded<GraphqlSearchTool>},
                {u"graphql_schema_overview"_s, tools::coded<GraphqlOverviewTool>},
                {u"graphql_type_details"_s, tools::coded<GraphqlTypeTool>},
                {u"graphql_complete_schema"_s, tools::coded<GraphqlCompleteSchemaTool>},
                {u"graphql_query"_s, tools::coded<GraphqlQueryTool>},
                {u"graphql_api_explorer"_s, tools::coded<GraphqlExplorerTool>},
                {u"dns_report"_s, tools::coded<DnsReportTool>},
            },
            {
                {u"telemetry"_s, telemetryResult},
                {u"snapshot"_s, browserSnapshot},
                {u"sessions"_s, browserSessions},
                {u"ragFiles"_s, ragFiles},
                {u"ragAnswer"_s, ragAnswer},
            }};
        return coded;
    }

    [[nodiscard]] std::unique_ptr<mcp::PromptProvider>
    makePrompts(http::HttpClient &client, const Endpoints &endpoints,
                const Clock &clock) const override
    {
        return std::make_unique<WorkersPrompt>(client, endpoints, clock);
    }
};

} // namespace

std::unique_ptr<provider::Provider> makeProvider()
{
    return std::make_unique<Cloudflare>();
}

} // namespace flaredeck::cloudflare
