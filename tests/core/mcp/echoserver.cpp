// The protocol engine alone: demo tools, a guard that lets everybody in. Prints its port.

#include "core/http/httpserver.h"
#include "core/mcp/mcpservice.h"

#include "demotools.h"

#include <QCoreApplication>

#include <cstdio>

using namespace flaredeck;

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    const quint16 port = argc > 1 ? QByteArray(argv[1]).toUShort() : 0;

    CallerIdentity everybody;
    everybody.grant = {QStringLiteral("everybody")};
    everybody.clientName = QStringLiteral("everybody");
    everybody.scopes = {QStringLiteral("count")};
    const auto caller = std::make_shared<const CallerIdentity>(std::move(everybody));

    DemoTools tools;
    http::HttpServer server;
    mcp::McpService service(
        {QStringLiteral("echoserver"), QStringLiteral("Echo server"), QStringLiteral("1.0.0")},
        [caller](const http::Request &) { return caller; }, {&tools}, nullptr, Clock::system());
    service.install(server);
    const auto listening = server.listen(port);
    if (!listening) {
        std::fprintf(stderr, "%s\n", qPrintable(listening.error().text()));
        return 1;
    }
    std::printf("%d\n", *listening);
    std::fflush(stdout);
    return QCoreApplication::exec();
}
