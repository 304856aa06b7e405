#include "core/sandbox/inventory.h"

#include <algorithm>

using namespace Qt::StringLiterals;

namespace flaredeck::sandbox::inventory {

namespace {

QString fetchSource(const QString &name)
{
    return u"export default {\n"
           "    async fetch(request, env, ctx) {\n"
           "        const url = new URL(request.url);\n"
           "        console.log({ worker: \"%1\", path: url.pathname });\n"
           "        return new Response(\"Hello from %1\");\n"
           "    },\n"
           "};\n"_s.arg(name);
}

QString cronSource(const QString &name)
{
    return u"export default {\n"
           "    async scheduled(controller, env, ctx) {\n"
           "        console.log({ worker: \"%1\", cron: controller.cron });\n"
           "    },\n"
           "};\n"_s.arg(name);
}

QString queueSource(const QString &name)
{
    return u"export default {\n"
           "    async queue(batch, env, ctx) {\n"
           "        for (const message of batch.messages) {\n"
           "            console.log({ worker: \"%1\", id: message.id });\n"
           "            message.ack();\n"
           "        }\n"
           "    },\n"
           "};\n"_s.arg(name);
}

QList<Account> makeAccounts()
{
    const QString storefront = u"storefront"_s;
    const QString checkout = u"checkout-api"_s;
    const QString images = u"image-resizer"_s;
    const QString report = u"nightly-report"_s;
    const QString orders = u"order-queue"_s;
    const QString docs = u"docs-site"_s;
    const QString ingest = u"telemetry-ingest"_s;
    const QString cleanup = u"session-cleanup"_s;

    Account acme{u"8f2b0c6d4e1a4b7f9c3d5e6a7b8c9d01"_s, u"Acme Inc."_s, 1460, {}};
    acme.workers = {
        {storefront,
         u"3d1f9a52c7e84b06a1d2e3f405162738"_s,
         Trigger::Fetch,
         820,
         4,
         34,
         12,
         {u"GET /"_s, u"GET /products"_s, u"GET /products/:id"_s, u"GET /search"_s},
         fetchSource(storefront)},
        {checkout,
         u"94b7c0de1f2a3b4c5d6e7f8091a2b3c4"_s,
         Trigger::Fetch,
         610,
         1,
         24,
         90,
         {u"POST /cart"_s, u"POST /checkout"_s, u"GET /orders/:id"_s, u"DELETE /cart"_s},
         fetchSource(checkout)},
        {images,
         u"c5a1e2b3d4f60718293a4b5c6d7e8f90"_s,
         Trigger::Fetch,
         390,
         33,
         14,
         25,
         {u"GET /img/:id"_s, u"GET /thumb/:id"_s},
         fetchSource(images)},
        {report,
         u"1e2d3c4b5a69788796a5b4c3d2e1f001"_s,
         Trigger::Cron,
         700,
         120,
         5,
         40,
         {u"0 3 * * *"_s, u"*/30 * * * *"_s},
         cronSource(report)},
        {orders,
         u"7f6e5d4c3b2a190807f6e5d4c3b2a192"_s,
         Trigger::Queue,
         240,
         9,
         10,
         60,
         {u"orders"_s},
         queueSource(orders)},
    };

    Account beta{u"b1c2d3e4f5061728394a5b6c7d8e9f02"_s, u"Beta Labs"_s, 400, {}};
    beta.workers = {
        {docs,
         u"a0b1c2d3e4f5061728394a5b6c7d8e93"_s,
         Trigger::Fetch,
         360,
         15,
         16,
         8,
         {u"GET /"_s, u"GET /guides/:id"_s, u"GET /assets/app.css"_s},
         fetchSource(docs)},
        {ingest,
         u"d4c3b2a1908f7e6d5c4b3a2918070604"_s,
         Trigger::Queue,
         150,
         2,
         9,
         70,
         {u"telemetry"_s},
         queueSource(ingest)},
        {cleanup,
         u"55667788990a0b0c0d0e0f1011121305"_s,
         Trigger::Cron,
         95,
         60,
         4,
         30,
         {u"*/15 * * * *"_s},
         cronSource(cleanup)},
    };
    return {acme, beta};
}

} // namespace

const QList<Account> &accounts()
{
    static const QList<Account> all = makeAccounts();
    return all;
}

const Account *findAccount(const QString &id)
{
    const auto &all = accounts();
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&id](const Account &account) { return account.id == id; });
    return found == all.end() ? nullptr : &*found;
}

const Worker *findWorker(const Account &account, const QString &name)
{
    const auto found = std::find_if(account.workers.begin(), account.workers.end(),
                                    [&name](const Worker &worker) { return worker.name == name; });
    return found == account.workers.end() ? nullptr : &*found;
}

const QList<UpstreamScope> &scopes()
{
    static const QList<UpstreamScope> all{
        {u"user-details.read"_s, u"See your name and e-mail address"_s, false},
        {u"account-settings.read"_s, u"See the accounts that you choose"_s, false},
        {u"workers-scripts.read"_s, u"See Workers and their code"_s, true},
        {u"workers-scripts.write"_s, u"See and change Workers"_s, true},
        {u"workers-observability.read"_s, u"See Workers logs and metrics"_s, true},
        {u"offline_access"_s, u"Stay signed in"_s, false},
    };
    return all;
}

const UpstreamScope *findScope(const QString &id)
{
    const auto &all = scopes();
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&id](const UpstreamScope &scope) { return scope.id == id; });
    return found == all.end() ? nullptr : &*found;
}

} // namespace flaredeck::sandbox::inventory
