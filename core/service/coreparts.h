#pragma once

#include "core/http/httpserver.h"
#include "core/mcp/mcpservice.h"
#include "core/oauth/authorizationserver.h"
#include "core/provider/apiclient.h"
#include "core/provider/refreshschedule.h"
#include "core/provider/signinagain.h"
#include "core/provider/signins.h"
#include "core/remote/remotes.h"
#include "core/sandbox/sandbox.h"
#include "core/service/auditwatch.h"
#include "core/service/clientconfigsource.h"
#include "core/service/clientprograms.h"
#include "core/service/core.h"
#include "core/service/localcommands.h"
#include "core/service/loginadapter.h"
#include "core/service/refusals.h"
#include "core/service/revocation.h"
#include "core/service/setups.h"
#include "core/service/signinwatch.h"
#include "core/service/taskrows.h"
#include "core/service/throttle.h"
#include "core/service/versionwatch.h"
#include "core/store/history/history.h"
#include "core/tools/catalogue.h"
#include "core/tools/guide.h"

#include <QSet>

namespace flaredeck::service {

/// The object graph, in the order of construction: what stands below uses what stands above.
class Core::Private
{
public:
    Private(Options given, Prompter &person, std::unique_ptr<store::Vault> openVault,
            std::unique_ptr<sandbox::Sandbox> runningSandbox, const QUrl &sandboxUrl,
            std::unique_ptr<store::Keychain> keychain,
            std::unique_ptr<provider::Provider> theProvider);

    [[nodiscard]] SnapshotPtr makeSnapshot() const;
    /// What clients' configurations have to lead to.
    [[nodiscard]] connect::Target setupTarget() const;
    /// The same at a remote server.
    [[nodiscard]] Task<Result<>> signInToServerOn(QString name, LocalDesk::ShowPage show,
                                                  std::stop_token stop);
    /// A sign-in with a page that somebody else than the prompter shows. One that runs already is
    /// joined; else it ends when stopped.
    [[nodiscard]] Task<Result<store::Login>> signInOn(LocalDesk::ShowPage show,
                                                      std::stop_token stop);

    const Options options;
    const std::unique_ptr<store::Vault> vault;
    std::unique_ptr<sandbox::Sandbox> standIn; ///< null outside of the sandbox
    const std::unique_ptr<provider::Provider> provider;
    const provider::Endpoints endpoints;
    Settings settings;
    AuditWatch audit;
    Refusals refusals;
    store::HistoryWriter history;
    SignInWatch prompter;
    store::LoginStore logins;
    ClientConfigSource clientConfig;
    http::HttpClient httpClient;
    provider::Credentials credentials;
    provider::ApiClient api;
    provider::SignIns signIns;
    provider::RefreshSchedule refreshSchedule;
    provider::SignInAgain signInAgain;
    LoginAdapter loginAdapter;
    oauth::AuthorizationServer authorization;
    store::RemoteStore remoteStore;
    remote::Reach reach;
    remote::RemoteCredentials remoteCredentials;
    remote::RemoteSignIns remoteSignIns;
    remote::Remotes remotes;
    tools::Rules rules;
    tools::ResultShelf results;
    tools::Catalogue catalogue;
    tools::Guide guide;
    const std::unique_ptr<mcp::PromptProvider> prompts;
    TaskRows taskRows;
    mcp::McpService mcp;
    Revocation revocation;
    Setups setups;
    VersionWatch versions;
    http::HttpServer server;
    std::unique_ptr<LocalCommands> localCommands;
    ClientPrograms programs;
    Throttle publishing;
    Throttle heard; ///< of clients; says nothing but when they were last seen

    ServerView view;
    SnapshotPtr published; ///< null before the first
    QString historyProblem;
    QHash<LoginId, QList<AccountRef>> accounts; ///< of the sign-ins, when they were looked at last
    QSet<ClientId> newClients; ///< approved for the first time, and not connected yet
    bool keepsContents = true; ///< arguments and results of calls go into the history
    TaskScope tasks;           ///< that the window or the browser waits for

private:
    [[nodiscard]] std::function<provider::ClientConfig()> resolveClient() const;
    [[nodiscard]] ScopeSet signInScopes() const;
    void record(store::CallRecord call);
};

} // namespace flaredeck::service
