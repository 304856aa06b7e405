#include "tests/ui/examples.h"

namespace flaredeck::examples {

using namespace Qt::StringLiterals;
using remote::RemoteView;
using store::RemoteState;

namespace {

constexpr Millis minutes(qint64 count)
{
    return count * 60'000;
}
constexpr Millis days(qint64 count)
{
    return count * minutes(24LL * 60);
}

RemoteView server(const QString &name, const QString &title, const QString &url,
                  const QString &summary)
{
    RemoteView view;
    view.remote.name = name;
    view.remote.title = title;
    view.remote.url = url;
    view.remote.isOn = false;
    view.summary = summary;
    return view;
}

void signIn(RemoteView &view, Millis at, Millis now)
{
    view.remote.isOn = true;
    view.remote.state = RemoteState::Ok;
    view.remote.clientId = u"c1"_s;
    view.remote.signedInAt = at;
    view.remote.refreshedAt = now - minutes(14);
    view.remote.revision = u"2025-06-18"_s;
    view.endsAt = at + days(30);
    view.listedAt = now - minutes(6);
}

void addTool(RemoteView &view, const QString &name, const QString &description, bool reads)
{
    store::RemoteTool tool;
    tool.server = view.remote.name;
    tool.name = name;
    tool.definition = {{"name", name},
                       {"description", description},
                       {"inputSchema", {{"type", "object"}}},
                       {"annotations", {{"readOnlyHint", reads}}}};
    view.tools << tool;
}

} // namespace

QList<RemoteView> servers(Millis now)
{
    RemoteView api = server(u"api"_s, u"Cloudflare API"_s, u"https://mcp.cloudflare.com/mcp"_s,
                            u"The whole API in four tools: a model searches it and runs scripts "
                            "against it on Cloudflare's machines."_s);
    signIn(api, now - days(4), now);
    api.remote.scopes = {u"account:read"_s, u"workers:write"_s, u"user:read"_s,
                         u"offline_access"_s};
    addTool(api, u"search"_s, u"Searches the API's specification by JavaScript."_s, true);
    addTool(api, u"docs"_s, u"Searches the documentation."_s, true);
    addTool(api, u"execute"_s,
            u"Runs JavaScript against the API. The script gets a client that is signed in, and "
            "every call that it makes counts against the limits of the account that was chosen."_s,
            false);
    api.tools.last().isChanged = true;

    RemoteView docs =
        server(u"docs"_s, u"Documentation"_s, u"https://docs.mcp.cloudflare.com/mcp"_s,
               u"Searches Cloudflare's developer documentation by meaning."_s);
    docs.isPublic = true;
    docs.remote.isOn = true;
    docs.remote.state = RemoteState::Open;
    docs.remote.revision = u"2025-11-25"_s;
    docs.listedAt = now - minutes(6);
    addTool(docs, u"search_cloudflare_documentation"_s,
            u"Finds pages about a question, best first."_s, true);
    addTool(docs, u"migrate_pages_to_workers_guide"_s, u"The guide, as a whole."_s, true);

    RemoteView stack =
        server(u"stack"_s, u"Developer stack"_s, u"https://stack.mcp.cloudflare.com/mcp"_s,
               u"Searches the documentation of libraries that are used with Workers, such as Hono, "
               "Vite and Astro."_s);
    stack.isPublic = true;

    RemoteView containers = server(
        u"containers"_s, u"Sandbox container"_s, u"https://containers.mcp.cloudflare.com/mcp"_s,
        u"A container at Cloudflare in which a model runs commands and keeps files for a while."_s);
    signIn(containers, now - days(31), now);
    containers.remote.state = RemoteState::NeedsSignIn;
    containers.remote.refreshedAt = now - days(1);
    containers.remote.refreshProblem =
        u"The sign-in has ended: the server no longer takes the refresh token."_s;
    addTool(containers, u"container_initialize"_s, u"Starts a container."_s, false);
    addTool(containers, u"container_file_delete"_s, u"Deletes a file in the container."_s, false);

    RemoteView tracker = server(u"tracker"_s, u"Issue tracker"_s,
                                u"https://mcp.tracker.example/mcp/v1/workspaces/acme"_s, {});
    signIn(tracker, now - days(9), now);
    tracker.remote.isAdded = true;
    tracker.endsAt = 0;
    tracker.wanted = {u"issues:write"_s};
    addTool(tracker, u"list_issues"_s, u"Lists issues."_s, true);
    addTool(tracker, u"create_issue"_s, u"Creates an issue."_s, false);

    RemoteView wiki =
        server(u"wiki"_s, u"Wiki at home"_s, u"http://192.168.178.20:8080/mcp"_s, QString());
    wiki.remote.isAdded = true;
    wiki.remote.isOn = true;
    wiki.remote.mayBePrivate = true;
    wiki.remote.state = RemoteState::Open;
    wiki.problem =
        u"192.168.178.20 does not answer on port 8080. See whether the server runs, then "
        "press Test now."_s;

    RemoteView browser = server(
        u"hosted-browser"_s, u"Browser Run (hosted)"_s, u"https://browser.mcp.cloudflare.com/mcp"_s,
        u"The same tools as ours, run by Cloudflare's own server with a sign-in of its own."_s);
    return {api, docs, stack, containers, browser, tracker, wiki};
}

} // namespace flaredeck::examples
