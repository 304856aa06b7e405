#include "core/mcp/era.h"

#include "core/mcp/errorcodes.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_era {

using namespace flaredeck;
using namespace flaredeck::mcp;

namespace {

using Route = EraDecision::Route;

constexpr int kNoError = 0;

QByteArray message(const QByteArray &method, const QByteArray &meta = {}, bool isRequest = true)
{
    QByteArray text = "{\"jsonrpc\":\"2.0\",";
    if (isRequest)
        text += "\"id\":1,";
    text += "\"method\":\"" + method + '"';
    if (!meta.isEmpty())
        text += ",\"params\":{\"_meta\":{" + meta + "}}";
    return text + '}';
}

QByteArray claim(const QByteArray &version)
{
    return "\"io.modelcontextprotocol/clientCapabilities\":{},"
           "\"io.modelcontextprotocol/protocolVersion\":\"" +
           version + '"';
}

const QByteArray kModern = "2026-07-28";
const QByteArray kLegacy = "2025-11-25";
const QByteArray kHalfClaim = "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"";
const QByteArray kWrongClaim = "\"io.modelcontextprotocol/clientCapabilities\":{},"
                               "\"io.modelcontextprotocol/protocolVersion\":1";

} // namespace

/// The whole table: what a POST body means, by its claim, the version header and the session
/// header.
class TestEra : public QObject
{
    Q_OBJECT

private slots:
    void decides_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<QByteArray>("method");
        QTest::addColumn<bool>("session");
        QTest::addColumn<int>("route");
        QTest::addColumn<int>("code");

        const auto row = [](const char *name, const QByteArray &body, const QByteArray &header,
                            bool session, Route route, int code = kNoError,
                            const QByteArray &method = {}) {
            QTest::newRow(name) << body << header << method << session << int(route) << code;
        };
        const QByteArray call = message("tools/call");
        const QByteArray hello = message("initialize");
        const QByteArray note = message("notifications/initialized", {}, false);

        row("initialize opens a session", hello, {}, false, Route::NewSession);
        row("with a legacy header too", hello, kLegacy, false, Route::NewSession);
        row("a header nobody knows does not stop it", hello, "1900-01-01", false,
            Route::NewSession);
        row("one of the future neither", hello, "2099-01-01", false, Route::NewSession);
        row("nor one that is no date", hello, "DRAFT-2026-v3", true, Route::NewSession);
        row("a session id is the transport's matter", hello, {}, true, Route::NewSession);
        row("initialize with a modern header", hello, kModern, false, Route::Refuse,
            kHeaderMismatch);
        row("initialize with a modern claim and header is a stateless request",
            message("initialize", claim(kModern)), kModern, false, Route::Stateless);
        row("initialize with a modern claim and another header",
            message("initialize", claim(kModern)), kLegacy, false, Route::Refuse, kHeaderMismatch);
        row("initialize with half a claim is legacy", message("initialize", kHalfClaim), {}, false,
            Route::NewSession);
        row("initialize with half a claim and a modern header", message("initialize", kHalfClaim),
            kModern, false, Route::Refuse, kHeaderMismatch);

        row("Mcp-Method names a part of the method", message("a\\u0000b", claim(kModern)), kModern,
            false, Route::Refuse, kHeaderMismatch, "a");

        row("a request of a session", call, kLegacy, true, Route::Session);
        row("the header may be absent", call, {}, true, Route::Session);
        row("the header may name another served revision", call, "2025-03-26", true,
            Route::Session);
        row("an unknown version in a session", call, "1900-01-01", true, Route::Refuse,
            rpc::kServerError);
        row("no session id", call, kLegacy, false, Route::Refuse, rpc::kServerError);
        row("neither session id nor header", call, {}, false, Route::Refuse, rpc::kServerError);
        row("an unknown version without a session", call, "1900-01-01", false, Route::Refuse,
            kUnsupportedProtocolVersion);

        row("a modern request", message("server/discover", claim(kModern)), kModern, false,
            Route::Stateless);
        row("a session id does not make it legacy", message("tools/call", claim(kModern)), kModern,
            true, Route::Stateless);
        row("a lost header does not make it legacy", message("tools/call", claim(kModern)), {},
            true, Route::Refuse, kHeaderMismatch);
        row("the method's header agrees", message("tools/call", claim(kModern)), kModern, false,
            Route::Stateless, kNoError, "tools/call");
        row("the method's header differs", message("tools/call", claim(kModern)), kModern, false,
            Route::Refuse, kHeaderMismatch, "tools/list");
        row("a differing header comes before an unknown version",
            message("tools/call", claim("v999.0.0")), "v999.0.0", false, Route::Refuse,
            kHeaderMismatch, "tools/list");
        row("an unknown version", message("tools/call", claim("v999.0.0")), "v999.0.0", false,
            Route::Refuse, kUnsupportedProtocolVersion);
        row("an unknown version without a header", message("tools/call", claim("v999.0.0")), {},
            false, Route::Refuse, kUnsupportedProtocolVersion);
        row("a claim to a legacy revision", message("tools/call", claim(kLegacy)), kLegacy, true,
            Route::Refuse, kUnsupportedProtocolVersion);
        row("claim and header differ", message("tools/call", claim("v999.0.0")), kModern, false,
            Route::Refuse, kHeaderMismatch);
        row("a claim without capabilities", message("tools/call", kHalfClaim), kModern, false,
            Route::Refuse, rpc::kInvalidParams);
        row("a claim of the wrong type", message("tools/call", kWrongClaim), kModern, false,
            Route::Refuse, rpc::kInvalidParams);
        row("a modern header without a claim", call, kModern, false, Route::Refuse,
            rpc::kInvalidParams);
        row("whatever sorts after the first modern revision is modern", call, "v999.0.0", true,
            Route::Refuse, rpc::kInvalidParams);
        row("a claim of null is none",
            message("tools/call", "\"io.modelcontextprotocol/protocolVersion\":null"), {}, true,
            Route::Session);
        row("other _meta is no claim", message("tools/call", "\"progressToken\":1"), {}, true,
            Route::Session);

        row("a notification of a session", note, kLegacy, true, Route::Session);
        row("a notification without a session", note, {}, false, Route::Refuse, rpc::kServerError);
        row("a modern notification", note, kModern, false, Route::Drop);
        row("a claiming notification", message("notifications/x", claim(kModern), false), kModern,
            true, Route::Drop);
        row("a notification that contradicts itself",
            message("notifications/x", claim(kModern), false), kLegacy, true, Route::Refuse,
            kHeaderMismatch);

        const QByteArray response = R"({"jsonrpc":"2.0","id":1,"result":{}})";
        row("a response in a session", response, {}, true, Route::Session);
        row("a response without one", response, {}, false, Route::Refuse, rpc::kServerError);

        row("a batch of a session", '[' + call + ',' + note + ']', {}, true, Route::Session);
        row("a batch without a session", '[' + call + ']', {}, false, Route::Refuse,
            rpc::kServerError);
        row("initialize in a batch", '[' + hello + ',' + call + ']', {}, false, Route::Refuse,
            rpc::kInvalidRequest);
        row("a batch with a claim in it", '[' + call + ',' + message("x", claim(kModern)) + ']', {},
            true, Route::Refuse, rpc::kInvalidRequest);
        row("a batch under a modern header", '[' + call + ']', kModern, true, Route::Refuse,
            rpc::kInvalidRequest);
    }

    void decides()
    {
        QFETCH(const QByteArray, body);
        QFETCH(const QByteArray, header);
        QFETCH(const QByteArray, method);
        QFETCH(const bool, session);
        QFETCH(const int, route);
        QFETCH(const int, code);

        const auto payload = rpc::parse(body);
        QVERIFY(payload);
        const EraDecision decision = decideEra({header, method, session, *payload});
        QCOMPARE(int(decision.route), route);
        if (decision.route == Route::Refuse) {
            QCOMPARE(decision.error.code, code);
            QVERIFY(!decision.error.message.isEmpty());
        }
    }

    void aModernClientLearnsWhatToSpeakInstead()
    {
        const auto payload = rpc::parse(message("server/discover", claim("2027-01-01")));
        const EraDecision decision = decideEra({"2027-01-01", {}, false, *payload});
        QCOMPARE(json::print(decision.error.data),
                 json::print(Json{
                     {"requested", "2027-01-01"},
                     {"supported",
                      {"2026-07-28", "2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"}}}));
    }

    /// A client that picks a version from the list and claims it again would never get further.
    void aLegacyClaimIsNotOfferedLegacyRevisions()
    {
        const auto payload = rpc::parse(message("tools/list", claim(kLegacy)));
        const EraDecision decision = decideEra({kLegacy, {}, false, *payload});
        QCOMPARE(json::print(decision.error.data),
                 json::print(Json{{"requested", "2025-11-25"}, {"supported", {"2026-07-28"}}}));
    }

    /// Dual-era clients take these codes for proof of a modern server and never fall back.
    void legacyTrafficNeverSeesModernCodes()
    {
        const auto payload = rpc::parse(message("tools/call"));
        for (const QByteArray &header : {QByteArray(), kLegacy, QByteArray("2024-11-05")}) {
            const EraDecision decision = decideEra({header, {}, false, *payload});
            QCOMPARE(decision.error.code, rpc::kServerError);
        }
    }
};

FLAREDECK_TEST(TestEra)

} // namespace tst_era

#include "tst_era.moc"
