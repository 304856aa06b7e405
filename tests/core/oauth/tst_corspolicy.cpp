#include "core/oauth/endpoints/corspolicy.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_corspolicy {

using namespace flaredeck;
using namespace flaredeck::oauth;
using Cors = http::HostGate::Cors;

class TestCorsPolicy : public QObject
{
    Q_OBJECT

private slots:
    void cors_data();
    void cors();
    void navigations();
};

void TestCorsPolicy::cors_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<int>("expected");

    const auto rows = [](Cors cors, const char *name, std::initializer_list<const char *> paths) {
        for (const char *path : paths)
            QTest::addRow("%s: %s", name, path) << QByteArray(path) << int(cors);
    };
    rows(Cors::ReadOnly, "documents are read only",
         {"/.well-known/oauth-authorization-server", "/.well-known/oauth-protected-resource/mcp",
          "/mcp/.well-known/openid-configuration",
          "/observability/mcp/.well-known/openid-configuration"});
    rows(Cors::Full, "what clients call",
         {"/mcp", "/mcp/", "/observability/mcp", "/observability/sse/message", "/sse",
          "/sse/message", "/token", "/register", "/revoke"});
    rows(Cors::None, "what people see",
         {"/authorize", "/oauth/authorize", "/authorize/flow/x", "/authorize/flow/x/status",
          "/oauth/callback", "/", "/mcp-x", "/tokens", "/token/x", "/nothing/mcp"});
}

void TestCorsPolicy::cors()
{
    QFETCH(QByteArray, path);
    QFETCH(int, expected);
    QCOMPARE(int(corsOf(path)), expected);
}

void TestCorsPolicy::navigations()
{
    for (const char *path :
         {"/authorize", "/oauth/authorize", "/oauth/callback", "/authorize/flow/x"})
        QVERIFY2(isNavigation(path), path);
    for (const char *path : {"/mcp", "/token", "/register", "/authorize/other"})
        QVERIFY2(!isNavigation(path), path);
}

FLAREDECK_TEST(TestCorsPolicy)

} // namespace tst_corspolicy

#include "tst_corspolicy.moc"
