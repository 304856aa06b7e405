#include "tests/ui/examples.h"

#include "core/provider/scopes.h"
#include "core/store/history/history.h"
#include "core/store/vault/vault.h"

#include <QDir>

namespace flaredeck::examples {

using namespace Qt::StringLiterals;
using store::Outcome;

namespace {

constexpr Millis kMinute = 60'000;
constexpr Millis kHour = 60 * kMinute;
constexpr Millis kDay = 24 * kHour;

const AccountRef kAcme{u"a1"_s, u"Acme Inc."_s};
const AccountRef kStaging{u"a2"_s, u"Acme Staging"_s};

service::ClientView client(const QString &id, const QString &name, const QString &redirect,
                           Millis createdAt)
{
    service::ClientView view;
    view.client.id = ClientId{id};
    view.client.name = name;
    view.client.redirectUris = {redirect};
    view.client.authMethod = u"none"_s;
    view.client.createdAt = createdAt;
    return view;
}

mcp::SessionInfo session(const QString &handle, const QString &grant, const QString &transport,
                         const QString &revision, const QString &info, Millis now)
{
    return {.handle = handle,
            .grant = GrantId{grant},
            .transport = transport,
            .revision = revision,
            .clientInfo = info,
            .openStreams = 1,
            .createdAt = now - 3 * kHour,
            .lastSeenAt = now - 12'000};
}

service::GrantView grant(const QString &id, const service::ClientView &owner,
                         const QList<AccountRef> &accounts, const ScopeSet &scopes,
                         Millis createdAt, Millis lastUsedAt)
{
    service::GrantView view;
    view.grant.id = GrantId{id};
    view.grant.client = owner.client.id;
    view.grant.login = LoginId{u"l1"_s};
    view.grant.accounts = accounts;
    view.grant.scopes = scopes;
    view.grant.createdAt = createdAt;
    view.grant.lastUsedAt = lastUsedAt;
    view.clientName = owner.client.name;
    view.loginLabel = u"ops@acme.example"_s;
    view.liveSessions = int(owner.sessions.size());
    return view;
}

store::CallRecord call(Millis startedAt, const service::ClientView &owner, const QString &tool,
                       Outcome outcome, qint64 durationUs, qint64 bytesOut)
{
    store::CallRecord record;
    record.startedAt = startedAt;
    record.client = owner.client.id;
    record.grant = GrantId{u"g-"_s + owner.client.id.value};
    record.clientName = owner.client.name;
    record.tool = tool;
    record.outcome = outcome;
    record.durationUs = durationUs;
    record.bytesIn = 180;
    record.bytesOut = bytesOut;
    if (tool == "add"_L1) {
        record.arguments = R"({"a":23,"b":19})";
        record.result = R"({"content":[{"text":"42","type":"text"}]})";
        return record;
    }
    record.accountName = kAcme.name;
    record.arguments = R"({"limit":100,"timeframe":{"offset":"-1h","reference":"now"}})";
    record.result = R"([{"key":"$metadata.service","type":"string"},)"
                    R"({"key":"$workers.outcome","type":"string"},)"
                    R"({"key":"$workers.wallTimeMs","type":"number"}])";
    record.upstream = {{u"POST"_s, u"/accounts/a1/workers/observability/telemetry/keys"_s, 200,
                        int(durationUs / 1100), u"8f2c61aa7d0e1b4c"_s}};
    if (outcome == Outcome::Error) {
        record.error = u"Cloudflare is limiting requests. Wait 30 seconds, then try again."_s;
        record.upstream.first().status = 429;
        record.result.clear();
    } else if (outcome == Outcome::Denied) {
        record.error = u"The grant does not contain the scope observability:read."_s;
        record.upstream.clear();
        record.result.clear();
    }
    return record;
}

} // namespace

service::Snapshot snapshot(Millis now)
{
    service::Snapshot shot;
    shot.server.state = service::ServerState::Listening;
    shot.server.port = 8788;
    shot.server.mcpUrl = u"http://localhost:8788/mcp"_s;
    shot.server.sseUrl = u"http://localhost:8788/sse"_s;
    shot.server.bridge = {u"/usr/bin/flaredeck-bridge"_s};
    shot.server.startedAt = now - 3 * kHour - 12 * kMinute;
    shot.server.sandbox = true;
    shot.keyState = store::KeyState::Ready;
    shot.signInScopes = scopes::all();
    shot.providerClientId = u"flaredeck-sandbox"_s;
    shot.providerClientSource = u"sandbox"_s;

    store::Login login;
    login.id = LoginId{u"l1"_s};
    login.email = u"ops@acme.example"_s;
    login.accounts = {kAcme, kStaging};
    login.upstreamScopes = scopes::upstreamFor(scopes::all());
    login.sandbox = true;
    login.createdAt = now - 2 * kDay;
    login.refreshedAt = now - 4 * kMinute;
    shot.logins = {login};

    auto claude = client(u"claude"_s, u"Claude Code"_s, u"http://localhost:53122/callback"_s,
                         now - 2 * kHour);
    claude.program = http::PeerProcess{41822, u"/usr/bin/node"_s, u"node /usr/bin/claude"_s,
                                       41000, u"bash"_s,          1};
    claude.client.registeredBy = u"/usr/bin/node"_s;
    claude.sessions = {session(u"5d0c11ef"_s, u"g-claude"_s, u"Streamable HTTP"_s, u"2025-11-25"_s,
                               u"claude-code 2.1.4"_s, now)};
    claude.lastSeenAt = now - 12'000;
    claude.approvals = {{u"ap1"_s,
                         claude.client.id,
                         u"http://localhost/callback"_s,
                         {u"/mcp"_s},
                         login.id,
                         {scopes::kBaseline, u"workers:read"_s},
                         {scopes::kBaseline, u"workers:read"_s},
                         {kAcme.id},
                         u"/usr/bin/node"_s,
                         "proof",
                         now - 2 * kHour,
                         now + 28 * kDay}};
    auto cursor =
        client(u"cursor"_s, u"Cursor"_s,
               u"cursor://anysphere.cursor-retrieval/oauth/user-flaredeck/callback"_s, now - kDay);
    cursor.program = http::PeerProcess{40117, u"/opt/cursor/cursor"_s, u"cursor --no-sandbox"_s,
                                       1200,  u"gnome-shell"_s,        1};
    cursor.client.registeredBy = u"/opt/cursor/cursor"_s;
    cursor.sessions = {session(u"90aa74b2"_s, u"g-cursor"_s, u"Streamable HTTP"_s, u"2025-06-18"_s,
                               u"cursor-vscode 1.0.0"_s, now),
                       session(u"17be02d9"_s, u"g-cursor"_s, u"HTTP+SSE"_s, u"2024-11-05"_s,
                               u"cursor-vscode 1.0.0"_s, now)};
    cursor.lastSeenAt = now - 37'000;
    auto code =
        client(u"vscode"_s, u"Visual Studio Code"_s, u"http://127.0.0.1:33418/"_s, now - 9 * kDay);
    code.client.registeredBy = u"/usr/share/code/code"_s;
    code.lastSeenAt = now - 5 * kMinute;
    auto inspector = client(u"inspector"_s, u"MCP Inspector"_s,
                            u"http://localhost:6274/oauth/callback"_s, now - 12 * kDay);
    for (auto *view : {&claude, &cursor, &code})
        view->liveGrants = 1;
    shot.clients = {claude, cursor, code, inspector};

    shot.grants = {
        grant(u"g-claude"_s, claude, {kAcme}, scopes::all(), now - 2 * kHour, now - 12'000),
        grant(u"g-cursor"_s, cursor, {kAcme, kStaging}, {scopes::kBaseline, u"workers:read"_s},
              now - kDay, now - 37'000),
        grant(u"g-vscode"_s, code, {kStaging}, {scopes::kBaseline}, now - 9 * kDay,
              now - 5 * kMinute),
    };
    return shot;
}

QList<store::CallRecord> calls(Millis now)
{
    const service::Snapshot shot = snapshot(now);
    const QStringList tools{u"workers_list"_s,
                            u"observability_keys"_s,
                            u"workers_get_worker"_s,
                            u"query_worker_observability"_s,
                            u"add"_s,
                            u"observability_values"_s,
                            u"workers_get_worker_code"_s};
    QList<store::CallRecord> all;
    for (int i = 0; i < 128; ++i) {
        // Uneven but repeatable, so that pictures can be compared.
        const Millis at = now - 59 * kMinute + i * 27'000 + (i * 7919) % 9000;
        const Outcome outcome = i % 37 == 36   ? Outcome::Error
                                : i % 53 == 52 ? Outcome::Denied
                                               : Outcome::Ok;
        const QString tool = tools.at((i * 5 + i / 4) % tools.size());
        const qint64 took = tool == "add"_L1 ? 410 : 160'000 + (i * 7919) % 480'000;
        all << call(at, shot.clients.at((i * i + i / 3) % 3), tool, outcome, took,
                    tool == "add"_L1 ? 64 : 300 + (i * 104'729) % 88'000);
    }
    return all;
}

ConsentRequest consent(Millis now)
{
    ConsentRequest request;
    request.id = u"flow1"_s;
    request.client = ClientId{u"windsurf"_s};
    request.clientName = u"Windsurf"_s;
    request.checkPhrase = u"amber falcon"_s;
    request.programPid = 52011;
    request.program = u"/opt/windsurf/windsurf"_s;
    request.programArguments = u"/opt/windsurf/windsurf --type=utility"_s;
    request.programParent = u"gnome-shell"_s;
    request.registeredBy = request.program;
    request.askerKind = ConsentRequest::Asker::Browser;
    request.asker = u"/usr/lib/firefox-esr/firefox-esr"_s;
    request.askerPid = 2914;
    request.askerParent = u"gnome-shell"_s;
    request.redirectTarget = u"this computer, port 54112, /oauth/callback"_s;
    request.firstSeen = now - 4 * kMinute;
    request.requested = {scopes::kBaseline, u"workers:read"_s};
    request.offered = scopes::all();
    request.preselected = request.requested;
    request.loginLabel = u"ops@acme.example"_s;
    request.accounts = {kAcme, kStaging};
    request.canRemember = true;
    return request;
}

CallApprovalRequest stepUp()
{
    CallApprovalRequest request;
    request.id = u"call1"_s;
    request.client = ClientId{u"windsurf"_s};
    request.clientName = u"Windsurf"_s;
    request.programPid = 52011;
    request.program = u"/opt/windsurf/windsurf"_s;
    request.programParent = u"gnome-shell"_s;
    request.tool = u"query_worker_observability"_s;
    request.toolTitle = u"Query Worker logs and metrics"_s;
    request.arguments =
        u"limit: 5\nquery: "
        u"{\"view\":\"events\",\"parameters\":{\"datasets\":[\"cloudflare-workers\"],"
        "\"filters\":[]},\"timeframe\":{\"off…"_s;
    request.account = kAcme.name;
    request.loginLabel = u"ops@acme.example"_s;
    request.missing = {u"observability:read"_s};
    return request;
}

CallApprovalRequest change(Millis now)
{
    CallApprovalRequest request = stepUp();
    request.id = u"call2"_s;
    request.missing.clear();
    request.tool = u"d1_database_query"_s;
    request.toolTitle = u"Query D1 database"_s;
    request.allArguments = u"{\n  \"database_id\": \"5f0c2b7e-8d1a-4b6f-9a53-6e0d7c1f2b90\",\n"
                           "  \"sql\": \"UPDATE orders SET state = 'paid' WHERE id = 4711\"\n}"_s;
    request.effect = Effect::Changes;
    request.change =
        u"Runs in the D1 database 5f0c2b7e-8d1a-4b6f-9a53-6e0d7c1f2b90: UPDATE orders SET state = "
        "'paid' WHERE id = 4711"_s;
    request.canLast = true;
    request.expiresAt = now + 2 * kMinute;
    return request;
}

CallApprovalRequest deletion(Millis now)
{
    CallApprovalRequest request = change(now);
    request.id = u"call3"_s;
    request.tool = u"kv_namespace_delete"_s;
    request.toolTitle = u"Delete KV namespace"_s;
    request.allArguments = u"{\n  \"namespace_id\": \"0f2ac74b498b48028cb68387c421e279\"\n}"_s;
    request.effect = Effect::Destroys;
    request.change =
        u"Deletes the KV namespace 0f2ac74b498b48028cb68387c421e279 and every key in it."_s;
    request.before = {{u"Title"_s, u"sessions-production"_s}};
    request.canLast = false;
    return request;
}

QList<store::Rule> rules(Millis now)
{
    const auto rule = [now](const QString &client, const QString &subject, Policy policy) {
        return store::Rule{ClientId{client}, subject, policy, now - kHour};
    };
    return {rule({}, u"tool:d1_database_delete"_s, Policy::Off),
            rule({}, u"tool:workers_get_worker_code"_s, Policy::Ask),
            rule(u"claude"_s, u"tool:r2_bucket_create"_s, Policy::Allow),
            rule(u"cursor"_s, u"tool:workers_get_worker_code"_s, Policy::Off),
            rule(u"cursor"_s, u"toolset:radar"_s, Policy::Allow),
            rule(u"vscode"_s, u"effect:reads"_s, Policy::Ask)};
}

void writeHistory(const QString &file, const QList<store::CallRecord> &records)
{
    store::HistoryWriter writer(file, 30, Clock::system());
    for (const store::CallRecord &record : records)
        writer.append(record);
    writer.flush();
}

namespace {

/// Stands at the moments of the example.
class ExampleClock final : public Clock
{
public:
    Millis time = 0;
    [[nodiscard]] Millis now() const override { return time; }
    [[nodiscard]] Millis monotonic() const override { return time; }
};

} // namespace

void writeAudit(const QString &vaultFile, Millis now)
{
    using store::AuditKind;
    ExampleClock clock;
    clock.time = now - 3 * kDay;
    auto vault = store::Vault::open(vaultFile, clock);
    if (!vault)
        qFatal("%s", qPrintable(vault.error().text()));
    const store::AuditPeer node{u"/usr/bin/node"_s, 41822};
    const store::AuditPeer cursor{u"/opt/cursor/cursor"_s, 5120};
    const store::AuditPeer firefox{u"/usr/lib/firefox/firefox"_s, 2210};
    const auto at = [&](Millis ago, store::AuditEvent event, const QString &client = {}) {
        clock.time = now - ago;
        event.clientName = client;
        if (!client.isEmpty())
            event.client = ClientId{u"d_"_s + client.left(3).toLower()};
        if (const auto done = (*vault)->audit.record(event); !done)
            qFatal("%s", qPrintable(done.error().text()));
    };
    const GrantId code{u"6f1c0a9e4b7d43d2"_s};
    const GrantId other{u"b2d8e11f0c6a4f57"_s};
    at(2 * kDay,
       {.kind = AuditKind::Registered,
        .outcome = u"Answers go to http://127.0.0.1:3334"_s,
        .peer = node},
       u"Claude Code"_s);
    at(2 * kDay - kMinute,
       {.kind = AuditKind::Consented,
        .grant = code,
        .outcome = u"May use mcp:read workers:read until revoked"_s,
        .peer = node},
       u"Claude Code"_s);
    at(26 * kHour,
       {.kind = AuditKind::Blocked,
        .outcome =
            u"Pages of this origin may not use this server. Host: localhost:8788 Origin: https://ads.example"_s,
        .peer = firefox,
        .count = 312});
    at(9 * kHour,
       {.kind = AuditKind::Registered, .outcome = u"Answers go to cursor:"_s, .peer = cursor},
       u"Cursor"_s);
    at(9 * kHour - kMinute,
       {.kind = AuditKind::Denied,
        .outcome = u"The request was denied in Flaredeck."_s,
        .peer = cursor},
       u"Cursor"_s);
    at(8 * kHour,
       {.kind = AuditKind::Consented,
        .grant = other,
        .outcome = u"May use mcp:read until revoked"_s,
        .peer = cursor},
       u"Cursor"_s);
    at(5 * kHour,
       {.kind = AuditKind::Refreshed,
        .grant = code,
        .outcome = u"Access token renewed, refresh token number 12"_s,
        .peer = node},
       u"Claude Code"_s);
    at(4 * kHour, {.kind = AuditKind::SettingsChanged,
                   .outcome = u"privacy/storedCalls: none, before full"_s});
    at(3 * kHour,
       {.kind = AuditKind::SteppedUp,
        .grant = code,
        .outcome =
            u"New: workers:write. May use mcp:read workers:read workers:write until revoked"_s,
        .peer = node},
       u"Claude Code"_s);
    at(2 * kHour,
       {.kind = AuditKind::ReplayDetected,
        .grant = other,
        .outcome = u"A refresh token that had been replaced was used again"_s,
        .peer = {u"/tmp/.x/python3"_s, 60211}},
       u"Cursor"_s);
    at(2 * kHour,
       {.kind = AuditKind::Revoked,
        .grant = other,
        .outcome = u"A refresh token that had been replaced was used again"_s},
       u"Cursor"_s);
    at(12 * kMinute,
       {.kind = AuditKind::Refreshed,
        .grant = code,
        .outcome = u"Access token renewed, refresh token number 13"_s,
        .peer = node},
       u"Claude Code"_s);
}

connect::Survey survey(Millis now)
{
    using connect::ClientSetup;
    using connect::Way;
    const auto client = [](const char *id, const QString &name, const char *file,
                           ClientSetup::State state) {
        ClientSetup setup;
        setup.id = QString::fromLatin1(id);
        setup.name = name;
        setup.file = QDir::homePath() + QLatin1String(file);
        setup.state = state;
        setup.ways = {Way::Http, Way::Bridge};
        setup.way = Way::Http;
        setup.seenAs = {name};
        return setup;
    };
    ClientSetup desktop =
        client("claude-desktop", u"Claude Desktop"_s, "/.config/Claude/claude_desktop_config.json",
               ClientSetup::State::Found);
    desktop.relays = {u"cloudflare"_s};
    desktop.hosted = {u"cloudflare-observability"_s};
    ClientSetup code =
        client("claude-code", u"Claude Code"_s, "/.claude.json", ClientSetup::State::Configured);
    code.writtenAt = now - kDay;
    code.canUndo = true;
    ClientSetup zed =
        client("zed", u"Zed"_s, "/.config/zed/settings.json", ClientSetup::State::Configured);
    zed.writtenAt = now - kMinute;
    zed.canUndo = true;
    zed.next = {u"Open Zed's Agent panel; it reads the setting at once."_s};
    ClientSetup codex =
        client("codex", u"Codex"_s, "/.codex/config.toml", ClientSetup::State::Different);
    codex.problem = u"The entry “flaredeck” is switched off there."_s;
    ClientSetup gemini =
        client("gemini", u"Gemini CLI"_s, "/.gemini/settings.json", ClientSetup::State::Unreadable);
    gemini.problem = u"Line 12, column 5: a comma or '}' is missing. Mend the file in an editor, "
                     "then try again."_s;
    ClientSetup cursor =
        client("cursor", u"Cursor"_s, "/.cursor/mcp.json", ClientSetup::State::Lost);
    cursor.canUndo = true;
    connect::Survey found;
    found.clients = {
        desktop,
        code,
        zed,
        codex,
        gemini,
        cursor,
        client("kiro", u"Kiro"_s, "/.kiro/settings/mcp.json", ClientSetup::State::NotFound),
        client("goose", u"Goose"_s, "/.config/goose/config.yaml", ClientSetup::State::NotFound)};
    found.loads = {{3, 264LL * 1024 * 1024}, {2, 11LL * 1024 * 1024}};
    return found;
}

connect::SetupPlan setupPlan()
{
    connect::SetupPlan plan;
    plan.id = u"claude-desktop"_s;
    plan.way = connect::Way::Bridge;
    plan.file = QDir::homePath() + u"/.config/Claude/claude_desktop_config.json"_s;
    plan.difference = u"  {\n    \"mcpServers\": {\n-     \"cloudflare\": {\n"
                      "-       \"command\": \"npx\",\n"
                      "-       \"args\": [\"-y\", \"mcp-remote\", "
                      "\"http://localhost:8788/mcp\"]\n"
                      "+     \"cloudflare\": {\n"
                      "+       \"command\": \"/opt/flaredeck/bin/flaredeck-bridge\",\n"
                      "+       \"args\": []\n      }\n    }"_s;
    plan.replaces = {u"cloudflare: the command npx with 3 more words"_s};
    plan.token = "token";
    return plan;
}

service::ForgetPlan forgetPlan()
{
    service::ForgetPlan plan;
    plan.signIns = {u"demo@acme.example"_s};
    plan.grants = 2;
    plan.clients = 3;
    plan.keychainEntries = {u"vault-key-8rXb2kQp"_s};
    connect::UndoPlan undone{u"claude-desktop"_s, u"Claude Desktop"_s, setupPlan().file};
    undone.difference = u"    \"mcpServers\": {\n-     \"flaredeck\": {\n"
                        "-       \"command\": \"/opt/flaredeck/bin/flaredeck-bridge\"\n"
                        "-     }\n    }"_s;
    connect::UndoPlan broken{u"cursor"_s, u"Cursor"_s, QDir::homePath() + u"/.cursor/mcp.json"_s};
    broken.problem = u"Line 3, column 7: there is no value. Mend the file."_s;
    plan.setups = {undone, broken};
    plan.starts = {QDir::homePath() + u"/.config/autostart/flaredeck.desktop"_s};
    plan.stays = {u"token@acme.example: the API token stays valid. Delete it in the settings of "
                  "Cloudflare."_s};
    plan.directory = QDir::homePath() + u"/.local/share/flaredeck"_s;
    plan.files = {plan.directory + u"/vault.db"_s, plan.directory + u"/settings.ini"_s};
    plan.token = "token";
    return plan;
}

connect::ClientSetup linkedSetup()
{
    using connect::Way;
    connect::ClientSetup setup;
    setup.id = u"vscode"_s;
    setup.name = u"VS Code"_s;
    setup.file = QDir::homePath() + u"/.config/Code/User/mcp.json"_s;
    setup.state = connect::ClientSetup::State::Found;
    setup.ways = {Way::Http, Way::Bridge};
    setup.way = Way::Http;
    return setup;
}

connect::SetupPlan linkedPlan()
{
    connect::SetupPlan plan;
    plan.id = u"vscode"_s;
    plan.way = connect::Way::Http;
    plan.file = linkedSetup().file;
    plan.createsFile = true;
    plan.difference =
        u"+ {\n+   \"servers\": {\n+     \"flaredeck\": {\n+       \"type\": \"http\",\n"
        "+       \"url\": \"http://localhost:8788/mcp\"\n+     }\n+   }\n+ }"_s;
    plan.command = u"code --add-mcp "
                   "'{\"name\":\"flaredeck\",\"type\":\"http\",\"url\":\"http://localhost:8788/"
                   "mcp\"}'"_s;
    plan.link = u"vscode:mcp/install?%7B%22name%22%3A%22flaredeck%22%2C%22type%22%3A%22http%22%2C"
                "%22url%22%3A%22http%3A%2F%2Flocalhost%3A8788%2Fmcp%22%7D"_s;
    plan.token = "token";
    return plan;
}

void breakAudit(const QString &vaultFile)
{
    auto database = store::Database::open(vaultFile, store::Database::Durability::Full);
    const bool done = database && database->execute(u"DROP TRIGGER audit_never_changes"_s) &&
                      database->execute(u"UPDATE audit SET event = 'consented' WHERE seq = 5"_s);
    if (!done)
        qFatal("the example could not be broken");
}

} // namespace flaredeck::examples
