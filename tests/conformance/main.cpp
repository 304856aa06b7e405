// flaredeck-conformance --port N [--data-dir DIR]: the protocol engine with the fixture that the
// official conformance suite expects, and without authorization. Prints its port when it listens.
// With a data directory it is also what flaredeck-bridge reaches there.

#include "core/base/localsocket.h"
#include "core/http/httpserver.h"
#include "core/mcp/mcpservice.h"

#include "fixtureprompts.h"
#include "fixtureresources.h"
#include "fixturetools.h"

#include <QCommandLineParser>
#include <QCoreApplication>

#include <cstdio>

using namespace flaredeck;
using namespace Qt::Literals::StringLiterals;

namespace {

/// Where the bridge asks whether its program may come in (oauth::LocalAccess::kPath): here
/// everybody may.
constexpr const char *kAccessPath = "/local/access";

Result<quint16> listen(http::HttpServer &server, const QCommandLineParser &parser)
{
    const QString directory = parser.value(u"data-dir"_s);
    if (!directory.isEmpty()) {
        server.route(kAccessPath, [](const http::RequestPtr &, const http::ExchangePtr &exchange) {
            exchange->respond(http::Response::empty(204));
        });
        const Result<> local = server.listenLocally(localsocket::candidates(directory).constLast());
        if (!local)
            return fail(local.error());
    }
    return server.listen(parser.value(u"port"_s).toUShort());
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    QCommandLineParser parser;
    parser.addOption({u"port"_s, u"Listens there; 0 = any free port."_s, u"N"_s, u"0"_s});
    parser.addOption({u"data-dir"_s, u"Listens there for a bridge as well."_s, u"DIR"_s});
    parser.addHelpOption();
    parser.process(app);

    CallerIdentity everybody;
    everybody.grant = {u"everybody"_s};
    everybody.clientName = u"everybody"_s;
    const auto caller = std::make_shared<const CallerIdentity>(std::move(everybody));

    conformance::FixturePrompts prompts;
    conformance::FixtureResources resources;
    conformance::FixtureTools tools([&prompts] { emit prompts.listChanged(); });
    http::HttpServer server;
    mcp::McpService service(
        {u"mcp-conformance-test-server"_s, u"Conformance fixture"_s, u"1.0.0"_s},
        [caller](const http::Request &) { return caller; }, {&tools, &prompts, &resources}, {},
        Clock::system());
    service.install(server);
    const auto listening = listen(server, parser);
    if (!listening) {
        std::fprintf(stderr, "%s\n", qPrintable(listening.error().text()));
        return 1;
    }
    std::printf("%d\n", *listening);
    std::fflush(stdout);
    return QCoreApplication::exec();
}
