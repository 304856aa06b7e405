// A vault and a history as nobody has them yet. Fills DIR/vault.db, unless it is there, with many
// clients, a grant and five access tokens for each; and DIR/many.db with 200,000 calls. Prints as
// JSON what it takes to read them and to check a token.
//   flaredeck-scale DIR [CLIENTS]

#include "core/base/crypto.h"
#include "core/oauth/clients/clientregistry.h"
#include "core/oauth/grants/accesstoken.h"
#include "core/oauth/grants/bearerguard.h"
#include "core/oauth/grants/grantbook.h"
#include "core/oauth/grants/refreshtoken.h"
#include "core/store/database.h"
#include "core/store/history/history.h"
#include "core/store/vault/vault.h"

#include <QCoreApplication>
#include <QDir>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <utility>

using namespace flaredeck;
using namespace Qt::StringLiterals;

namespace {

constexpr int kTokensPerGrant = 5;
constexpr int kChecks = 200'000;
constexpr int kCalls = 200'000;
constexpr Millis kHour = 3600LL * 1000;

[[noreturn]] void give(const Error &error)
{
    std::fprintf(stderr, "%s\n", qPrintable(error.text()));
    std::exit(1);
}

void must(const Result<> &done)
{
    if (!done)
        give(done.error());
}

/// CPU time since the last call, in milliseconds: other programs do not colour it.
double lapMs()
{
    static std::clock_t last = std::clock();
    const std::clock_t now = std::clock();
    return 1e3 * double(now - std::exchange(last, now)) / CLOCKS_PER_SEC;
}

QByteArray secretOf(int client, int token)
{
    const QByteArray name = QByteArray::number(client) + '-' + QByteArray::number(token);
    return oauth::accesstoken::withChecksum("cfl_at_" + name.rightJustified(43, '-'));
}

store::AccessToken accessToken(int client, int token, const GrantId &grant, Millis now)
{
    return {crypto::sha256(secretOf(client, token)), grant, {u"/"_s}, token, now, now + kHour};
}

oauth::RefreshToken refreshToken(const store::Client &client, const store::Grant &grant,
                                 int generation)
{
    const QByteArray secret = crypto::toBase64Url(crypto::sha256(client.id.value.toUtf8()));
    return {grant.id, generation, secret};
}

void fill(store::Vault &vault, int clients, Millis now)
{
    for (int i = 0; i < clients; ++i) {
        store::Client client;
        client.id.value = u"d_bench%1"_s.arg(i);
        client.name = u"Client %1"_s.arg(i);
        client.redirectUris = {u"http://127.0.0.1/callback"_s};
        client.authMethod = u"none"_s;
        client.grantTypes = {u"authorization_code"_s, u"refresh_token"_s};
        client.createdAt = client.firstAuthorizedAt = client.lastUsedAt = now;
        must(vault.clients.add(client));

        store::Grant grant;
        grant.id.value = QString::number(i, 16).rightJustified(32, u'0');
        grant.client = client.id;
        grant.login.value = u"login"_s;
        grant.scopes = {u"mcp:read"_s, u"workers:read"_s};
        grant.accounts = {{u"0123456789abcdef0123456789abcdef"_s, u"Acme"_s}};
        grant.resources = {u"/"_s};
        grant.createdAt = now;
        store::AuthorizationCode code;
        code.hash = crypto::sha256(client.id.value.toUtf8());
        code.grant = grant.id;
        code.client = client.id;
        code.redirectUri = client.redirectUris.first();
        code.resources = grant.resources;
        code.createdAt = now;
        code.expiresAt = now + kHour;
        must(vault.grants.add(grant, code));
        store::RefreshState refresh;
        refresh.grant = grant.id;
        refresh.generation = 1;
        refresh.hash = refreshToken(client, grant, 1).hash();
        refresh.rotatedAt = now;
        const auto redeemed =
            vault.tokens.redeem(code.hash, accessToken(i, 0, grant.id, now), refresh, now);
        if (!redeemed)
            give(redeemed.error());
        for (int token = 1; token < kTokensPerGrant; ++token) {
            refresh.generation = token + 1;
            refresh.hash = refreshToken(client, grant, token + 1).hash();
            must(vault.tokens.rotate(refresh, accessToken(i, token, grant.id, now)));
        }
    }
}

void fillHistory(const QString &file, Millis start)
{
    store::HistoryWriter(file, 0, Clock::system()).flush();
    auto database = store::Database::open(file, store::Database::Durability::Normal);
    if (!database)
        give(database.error());
    must(database->execute(
        u"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %1) "
        "INSERT INTO calls (id, started_at, grant_id, client_id, tool, outcome, duration_us, "
        "bytes_in, bytes_out, client_name, account_name, error, upstream, arguments, result) "
        "SELECT i, %2 + i, 'g' || (i % 7), 'c' || (i % 5), 't' || (i % 12), i % 1000 = 0, "
        "i % 500, 1, 1, '', '', '', '', zeroblob(0), zeroblob(200) FROM n"_s.arg(
            QString::number(kCalls), QString::number(start))));
}

/// The slowest question that the page Activity asks; without its index each would read the whole
/// table.
double slowestPageMs(const QString &file, Millis start)
{
    store::HistoryReader reader(file);
    store::CallFilter grant;
    grant.grant = GrantId{u"g3"_s};
    store::CallFilter errors;
    errors.outcome = store::Outcome::Error;
    store::CallFilter denials;
    denials.outcome = store::Outcome::Denied;
    const auto ask = [](const auto &answer) {
        if (!answer)
            give(answer.error());
        return lapMs();
    };
    lapMs();
    return std::max({ask(reader.calls({}, kCalls / 2, 100)),
                     ask(reader.calls(grant, kCalls / 2, 100)), ask(reader.calls(errors, 0, 100)),
                     ask(reader.calls(denials, 0, 100)), ask(reader.totals(start + kCalls - 999))});
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    const int clients = arguments.value(2, u"1000"_s).toInt();
    if (arguments.size() < 2 || clients < 1) {
        std::fprintf(stderr, "usage: flaredeck-scale DIR [CLIENTS]\n");
        return 1;
    }
    const QString file = QDir(arguments.at(1)).filePath(u"vault.db"_s);
    const Clock &clock = Clock::system();
    if (!QFile::exists(file)) {
        auto vault = store::Vault::open(file, clock);
        if (!vault)
            give(vault.error());
        fill(**vault, clients, clock.now());
    }

    lapMs();
    auto vault = store::Vault::open(file, clock);
    if (!vault)
        give(vault.error());
    const double openMs = lapMs();
    oauth::ClientRegistry registry(**vault, clock);
    const double clientsMs = lapMs();
    oauth::GrantBook grants(**vault, registry, clock);
    const double grantsMs = lapMs();

    oauth::BearerGuard guard(grants, clock);
    http::Request request;
    request.method = http::Method::Post;
    request.path = "/mcp";
    QList<http::Headers> headers;
    for (int i = 0; i < 4096; ++i)
        headers.append(http::Headers{
            {"Authorization", "Bearer " + secretOf((i * 7919) % clients, i % kTokensPerGrant)}});
    const auto checkUs = [&](int checks) {
        lapMs();
        for (int i = 0; i < checks; ++i) {
            request.headers = headers.at(i % headers.size());
            if (!guard.check(request)) {
                std::fputs("a token was not admitted\n", stderr);
                std::exit(1);
            }
        }
        return lapMs() * 1e3 / checks;
    };
    const QString calls = QDir(arguments.at(1)).filePath(u"many.db"_s);
    const Millis start = clock.now() - kCalls;
    if (!QFile::exists(calls))
        fillHistory(calls, start);
    const double pageMs = slowestPageMs(calls, start);

    std::printf(
        "{\"clients\": %d, \"grants\": %d, \"tokens\": %d, \"openMs\": %.1f, \"clientsMs\": "
        "%.1f, \"grantsMs\": %.1f, \"checkUs\": %.2f, \"calls\": %d, \"pageMs\": %.1f, \"token\": "
        "\"%s\"}\n",
        int(registry.all().size()), int(grants.all().size()), clients * kTokensPerGrant, openMs,
        clientsMs, grantsMs, checkUs(kChecks), kCalls, pageMs, secretOf(0, 0).constData());
    return 0;
}
