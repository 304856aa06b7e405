#include "tests/core/remote/scriptedserver.h"
#include "tests/support/testcase.h"

namespace tst_remotecalls {

using namespace flaredeck;
using namespace flaredeck::test;
using namespace Qt::StringLiterals;

class TestRemoteCalls : public QObject
{
    Q_OBJECT

private slots:
    void roundsOfQuestionsEchoTheState();
    void whatTheClientCannotBeAskedFailsTheCall();
    void roundsHaveAnEnd();
    void anUnknownKindOfResultIsAnError();
    void aQuestionOnTheStreamIsAnswered();
    void aQuestionOfNoRequestIsForTheCallThatRuns();
    void aQuestionThatCannotBeAskedIsRefused();
    void aCallWaitsForAClientThatComesBack();
    void callsThatAreTheSameWaitBesideEachOther();
    void aCallThatWaitsEndsWithItsConnection();
    void closingWithdrawsWhatWaits();
    void aCancelledCallIsCancelledAtTheServer();
    void progressIsOfItsOwnCall();
    void whatIsOfAnotherRequestIsIgnored();
    void tooManyQuestionsEndTheCall();
    void aFloodOfPingsIsNotAnsweredOneByOne();
    void aFloodOfChangesIsToldOnce();
};

namespace {

Json question(const Json &id)
{
    return {{"jsonrpc", "2.0"},
            {"id", id},
            {"method", "elicitation/create"},
            {"params", {{"mode", "form"}}}};
}

Json answered(const Json &request)
{
    return {{"jsonrpc", "2.0"}, {"id", request["id"]}, {"result", kDone}};
}

std::shared_ptr<Client> answering(const Json &answer)
{
    auto client = std::make_shared<Client>();
    client->answer = answer;
    return client;
}

} // namespace

void TestRemoteCalls::roundsOfQuestionsEchoTheState()
{
    RemoteFixture f;
    f.server.speakModern();
    f.server.result("tools/call", {{"resultType", "input_required"},
                                   {"requestState", "s1"},
                                   {"inputRequests", {{"k", {{"method", "elicitation/create"}}}}}});
    f.server.result("tools/call", {{"resultType", "input_required"}, {"requestState", "s2"}});
    f.server.result("tools/call", {{"resultType", "input_required"},
                                   {"inputRequests", {{"l", {{"method", "roots/list"}}}}}});
    f.server.result("tools/call", kDone);
    f.connect();
    const auto outcome = f.call(answering({{"action", "accept"}}));
    QTRY_VERIFY(outcome->has_value());
    QVERIFY(outcome->value());
    const auto seen = f.server.all("tools/call");
    QCOMPARE(seen.size(), 4);
    const Json second = seen.at(1).message["params"];
    QCOMPARE(json::print(second["requestState"]), json::print(Json("s1")));
    QCOMPARE(json::print(second["inputResponses"]),
             json::print(Json({{"k", {{"action", "accept"}}}})));
    const Json third = seen.at(2).message["params"];
    QCOMPARE(json::print(third["requestState"]), json::print(Json("s2")));
    QVERIFY(!third.contains("inputResponses"));
    QVERIFY(!seen.at(3).message["params"].contains("requestState"));
    QVERIFY(seen.at(0).message["id"] != seen.at(1).message["id"]);
}

void TestRemoteCalls::whatTheClientCannotBeAskedFailsTheCall()
{
    RemoteFixture f;
    f.server.speakModern();
    f.server.result("tools/call", {{"resultType", "input_required"},
                                   {"inputRequests", {{"k", {{"method", "elicitation/create"}}}}}});
    f.connect();
    const auto client = std::make_shared<Client>();
    const auto outcome = f.call(client);
    QTRY_VERIFY(outcome->has_value());
    QVERIFY(!outcome->value());
    QVERIFY(client->asked.isEmpty());
    QCOMPARE(f.server.count("tools/call"), 1);
}

void TestRemoteCalls::roundsHaveAnEnd()
{
    RemoteFixture f;
    f.server.speakModern();
    f.server.result("tools/call", {{"resultType", "input_required"}, {"requestState", "again"}});
    f.connect();
    const auto outcome = f.call();
    QTRY_VERIFY(outcome->has_value());
    QVERIFY(!outcome->value());
    QCOMPARE(f.server.count("tools/call"), 10);
}

void TestRemoteCalls::anUnknownKindOfResultIsAnError()
{
    RemoteFixture f;
    f.server.speakModern();
    f.server.result("tools/call", {{"resultType", "task"}, {"taskId", "t"}});
    f.connect();
    const auto outcome = f.call();
    QTRY_VERIFY(outcome->has_value());
    QVERIFY(!outcome->value());
}

void TestRemoteCalls::aQuestionOnTheStreamIsAnswered()
{
    RemoteFixture f;
    f.server.speakLegacy();
    f.server.stream("tools/call");
    f.connect();
    const auto client = answering({{"action", "accept"}});
    const auto outcome = f.call(client);
    QTRY_COMPARE(f.server.streams.size(), 1);
    f.server.streams.first()->write(sse(question("q-1")));
    QTRY_COMPARE(f.server.count("answer"), 1);
    const Json answer = f.server.all("answer").first().message;
    QCOMPARE(json::print(answer["id"]), json::print(Json("q-1")));
    QCOMPARE(json::print(answer["result"]), json::print(Json({{"action", "accept"}})));
    f.server.streams.first()->write(sse(answered(f.server.all("tools/call").first().message)));
    QTRY_VERIFY(outcome->has_value());
    QVERIFY(outcome->value());
}

void TestRemoteCalls::aQuestionOfNoRequestIsForTheCallThatRuns()
{
    RemoteFixture f;
    f.server.speakLegacy();
    f.server.stream("GET");
    f.server.stream("tools/call");
    f.connect();
    const auto client = answering({{"action", "accept"}});
    const auto outcome = f.call(client);
    QTRY_COMPARE(f.server.streams.size(), 2);
    const bool isCallFirst = f.server.seen.last().what == "GET";
    const auto call = f.server.streams.at(isCallFirst ? 0 : 1);
    const auto get = f.server.streams.at(isCallFirst ? 1 : 0);
    get->write(sse(question(1)));
    QTRY_COMPARE(f.server.count("answer"), 1);
    QVERIFY(f.server.all("answer").first().message.contains("result"));
    call->write(sse({{"jsonrpc", "2.0"},
                     {"id", f.server.all("tools/call").first().message["id"]},
                     {"result", kDone}}));
    QTRY_VERIFY(outcome->has_value());
    get->write(sse(question(2)));
    QTRY_COMPARE(f.server.count("answer"), 2);
    QVERIFY(f.server.all("answer").last().message.contains("error"));
    QCOMPARE(client->asked.size(), 1);
}

void TestRemoteCalls::aQuestionThatCannotBeAskedIsRefused()
{
    RemoteFixture f;
    f.server.speakLegacy();
    f.server.stream("tools/call");
    f.connect();
    const auto outcome = f.call();
    QTRY_COMPARE(f.server.streams.size(), 1);
    f.server.streams.first()->write(sse(question(5)));
    QTRY_COMPARE(f.server.count("answer"), 1);
    QCOMPARE(json::print(f.server.all("answer").first().message["error"]["code"]),
             json::print(Json(-32601)));
    QVERIFY(!outcome->has_value());
}

void TestRemoteCalls::aCallWaitsForAClientThatComesBack()
{
    RemoteFixture f;
    f.server.speakLegacy();
    f.server.stream("tools/call");
    f.connect();
    const auto first = answering({{"action", "accept"}});
    first->comesBack = true;
    const auto begun = f.call(first);
    QTRY_COMPARE(f.server.streams.size(), 1);
    f.server.streams.first()->write(sse(question(1)));
    QTRY_VERIFY(begun->has_value());
    QCOMPARE(int(begun->value().error().kind), int(Error::Kind::Cancelled));

    const auto outcome = f.call(answering({{"action", "accept"}}));
    QTRY_COMPARE(f.server.count("answer"), 1);
    f.server.streams.first()->write(sse(answered(f.server.all("tools/call").first().message)));
    QTRY_VERIFY(outcome->has_value());
    QVERIFY(outcome->value());
    QCOMPARE(f.server.count("tools/call"), 1);
    QCOMPARE(f.server.count("notifications/cancelled"), 0);
}

void TestRemoteCalls::callsThatAreTheSameWaitBesideEachOther()
{
    RemoteFixture f;
    f.server.speakLegacy();
    f.server.stream("tools/call");
    f.connect();
    QList<RemoteFixture::Outcome> begun;
    for (int i = 0; i < 2; ++i) {
        const auto client = answering({{"action", "accept"}});
        client->comesBack = true;
        begun << f.call(client);
    }
    QTRY_COMPARE(f.server.streams.size(), 2);
    for (const auto &stream : f.server.streams)
        stream->write(sse(question(1)));
    for (const auto &outcome : begun)
        QTRY_VERIFY(outcome->has_value());
    const auto one = f.call(answering({{"action", "accept"}}));
    const auto two = f.call(answering({{"action", "accept"}}));
    Q_UNUSED(one)
    Q_UNUSED(two)
    QTRY_COMPARE(f.server.count("answer"), 2);
}

void TestRemoteCalls::aCallThatWaitsEndsWithItsConnection()
{
    RemoteFixture f;
    f.server.speakLegacy();
    f.server.stream("tools/call");
    f.connect();
    const auto client = answering({{"action", "accept"}});
    client->comesBack = true;
    const auto begun = f.call(client);
    QTRY_COMPARE(f.server.streams.size(), 1);
    QSignalSpy left(f.server.streams.first().get(), &http::Exchange::closed);
    f.server.streams.first()->write(sse(question(1)));
    QTRY_VERIFY(begun->has_value());
    f.connection.reset();
    QTRY_COMPARE(left.count(), 1);
}

void TestRemoteCalls::closingWithdrawsWhatWaits()
{
    RemoteFixture f;
    f.server.speakLegacy();
    f.server.stream("tools/call");
    f.connect();
    const auto client = answering({{"action", "accept"}});
    client->comesBack = true;
    const auto begun = f.call(client);
    QTRY_COMPARE(f.server.streams.size(), 1);
    f.server.streams.first()->write(sse(question(1)));
    QTRY_VERIFY(begun->has_value());
    f.connection->close();
    QTRY_COMPARE(f.server.count("DELETE"), 1);
    QTRY_COMPARE(f.server.count("notifications/cancelled"), 1);
}

void TestRemoteCalls::aCancelledCallIsCancelledAtTheServer()
{
    RemoteFixture f;
    f.server.speakLegacy();
    f.server.stream("tools/call");
    f.connect();
    const auto client = std::make_shared<Client>();
    const auto outcome = f.call(client);
    QTRY_COMPARE(f.server.streams.size(), 1);
    client->source.request_stop();
    QVERIFY(outcome->has_value());
    QCOMPARE(int(outcome->value().error().kind), int(Error::Kind::Cancelled));
    QTRY_COMPARE(f.server.count("notifications/cancelled"), 1);
    QCOMPARE(
        json::print(f.server.all("notifications/cancelled").first().message["params"]["requestId"]),
        json::print(f.server.all("tools/call").first().message["id"]));
}

void TestRemoteCalls::progressIsOfItsOwnCall()
{
    RemoteFixture f;
    f.server.speakModern();
    f.server.stream("tools/call");
    f.connect();
    const auto client = std::make_shared<Client>();
    const auto outcome = f.call(client);
    QTRY_COMPARE(f.server.streams.size(), 1);
    const Json request = f.server.all("tools/call").first().message;
    const auto progress = [](const Json &token, double done) {
        return sse({{"jsonrpc", "2.0"},
                    {"method", "notifications/progress"},
                    {"params", {{"progressToken", token}, {"progress", done}}}});
    };
    const auto &stream = f.server.streams.first();
    stream->write(progress("another", 1));
    stream->write(progress(request["id"], 2));
    stream->write(sse(answered(request)));
    stream->write(progress(request["id"], 3));
    QTRY_VERIFY(outcome->has_value());
    QCOMPARE(client->steps, QList<double>({2}));
}

void TestRemoteCalls::whatIsOfAnotherRequestIsIgnored()
{
    RemoteFixture f;
    f.server.speakModern();
    f.server.stream("tools/call");
    f.connect();
    const auto outcome = f.call();
    QTRY_COMPARE(f.server.streams.size(), 1);
    const Json request = f.server.all("tools/call").first().message;
    const Json wrong{{"content", "wrong"}};
    const QList<Json> ids{nullptr, "2", request["id"].get<qint64>() + 1, 1e300, Json::object()};
    for (const Json &id : ids)
        f.server.streams.first()->write(sse({{"jsonrpc", "2.0"}, {"id", id}, {"result", wrong}}));
    f.server.streams.first()->write(sse(answered(request)));
    QTRY_VERIFY(outcome->has_value());
    QCOMPARE(json::print(outcome->value().value()), json::print(kDone));
}

void TestRemoteCalls::tooManyQuestionsEndTheCall()
{
    RemoteFixture f;
    f.server.speakLegacy();
    f.server.stream("tools/call");
    f.connect();
    const auto outcome = f.call();
    QTRY_COMPARE(f.server.streams.size(), 1);
    QByteArray flood;
    for (int i = 0; i < 5000; ++i)
        flood += sse(question(i));
    f.server.streams.first()->write(flood);
    QTRY_VERIFY(outcome->has_value());
    QVERIFY(!outcome->value());
    QVERIFY(f.server.count("answer") <= 100);
}

void TestRemoteCalls::aFloodOfPingsIsNotAnsweredOneByOne()
{
    RemoteFixture f;
    f.server.speakLegacy();
    f.server.stream("tools/call");
    f.connect();
    const auto outcome = f.call();
    QTRY_COMPARE(f.server.streams.size(), 1);
    QByteArray flood;
    for (int i = 0; i < 5000; ++i)
        flood += sse({{"jsonrpc", "2.0"}, {"id", i}, {"method", "ping"}});
    flood += sse(answered(f.server.all("tools/call").first().message));
    f.server.streams.first()->write(flood);
    QTRY_VERIFY(outcome->has_value());
    QVERIFY(outcome->value());
    QTRY_VERIFY(f.server.count("answer") > 0);
    QVERIFY(f.server.count("answer") < 500);
}

void TestRemoteCalls::aFloodOfChangesIsToldOnce()
{
    RemoteFixture f;
    f.server.speakLegacy("session-1", true);
    f.server.result("tools/list", {{"tools", Json::array()}});
    f.server.stream("GET");
    f.connect();
    QSignalSpy told(f.connection.get(), &remote::Connection::toolsChanged);
    const auto listed = f.list();
    QTRY_COMPARE(f.server.streams.size(), 1);
    QByteArray flood;
    for (int i = 0; i < 1000; ++i)
        flood += sse({{"jsonrpc", "2.0"}, {"method", "notifications/tools/list_changed"}});
    f.server.streams.first()->write(flood);
    QTRY_COMPARE(told.count(), 1);
}

FLAREDECK_TEST(TestRemoteCalls)

} // namespace tst_remotecalls

#include "tst_remotecalls.moc"
