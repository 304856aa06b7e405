#include "bridge/message.h"
#include "tests/support/testcase.h"

#include <QJsonDocument>

namespace tst_bridgemessage {

using namespace flaredeck::bridge;
using namespace Qt::Literals::StringLiterals;

class TestBridgeMessage : public QObject
{
    Q_OBJECT

private:
    static std::optional<Message> one(const QByteArray &line)
    {
        const QList<Message> messages = Message::read(line);
        return messages.size() == 1 ? std::optional(messages.first()) : std::nullopt;
    }

private slots:
    void readsWhatItHasToKnow();
    void whatIsNoMessage_data();
    void whatIsNoMessage();
    void idsAreKeptAsTheyAre_data();
    void idsAreKeptAsTheyAre();
    void aBatchIsItsMembers();
    void onlyCallsAreNotRepeated();
    void answersName();
    void refusalsReachTheModel();
};

void TestBridgeMessage::readsWhatItHasToKnow()
{
    const auto call =
        one(R"({"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"name":"add","_meta":{)"
            R"("io.modelcontextprotocol/protocolVersion":"2026-07-28"}}})");
    QVERIFY(call);
    QCOMPARE(call->kind, Message::Kind::Request);
    QCOMPARE(call->id, QByteArray("7"));
    QCOMPARE(call->method, u"tools/call"_s);
    QCOMPARE(call->name, u"add"_s);
    QVERIFY(call->isStateless());

    const auto cancelled = one(
        R"({"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"a\"b"}})");
    QVERIFY(cancelled);
    QCOMPARE(cancelled->kind, Message::Kind::Notification);
    QCOMPARE(cancelled->cancels, QByteArray(R"("a\"b")"));
    QVERIFY(!cancelled->isStateless());

    QCOMPARE(one(R"({"jsonrpc":"2.0","id":1,"result":{}})")->kind, Message::Kind::Response);
    QCOMPARE(one(R"({"jsonrpc":"2.0","id":1,"method":"resources/read",)"
                 R"("params":{"uri":"a://b"}})")
                 ->name,
             u"a://b"_s);
}

void TestBridgeMessage::whatIsNoMessage_data()
{
    QTest::addColumn<QByteArray>("line");
    for (const char *line : {"", "x", "5", "\"text\"", "null", "[]", "{", "{}{}", "\xff\xfe"})
        QTest::newRow(line) << QByteArray(line);
}

void TestBridgeMessage::whatIsNoMessage()
{
    QFETCH(const QByteArray, line);
    QVERIFY(Message::read(line).isEmpty());
}

void TestBridgeMessage::idsAreKeptAsTheyAre_data()
{
    QTest::addColumn<QByteArray>("id");
    for (const char *id : {"0", "-1", "9007199254740993", R"("1")", R"("")", R"("ä \\ \"")"})
        QTest::newRow(id) << QByteArray(id);
}

void TestBridgeMessage::idsAreKeptAsTheyAre()
{
    QFETCH(const QByteArray, id);
    const auto request = one(R"({"jsonrpc":"2.0","method":"ping","id":)" + id + '}');
    QVERIFY(request);
    QCOMPARE(request->kind, Message::Kind::Request);
    QCOMPARE(answeredBy(resultLine(request->id, {})), QList<QByteArray>{request->id});
    QCOMPARE(request->id, id);
}

void TestBridgeMessage::aBatchIsItsMembers()
{
    const QByteArray line = R"([{"jsonrpc":"2.0","method":"notifications/initialized"},)"
                            R"({"jsonrpc":"2.0","id":4,"method":"tools/list"},)"
                            R"({"jsonrpc":"2.0","id":5,"method":"tools/call"}])";
    const QList<Message> batch = Message::read(line);
    QCOMPARE(batch.size(), 3);
    QCOMPARE(batch[0].kind, Message::Kind::Notification);
    QCOMPARE(batch[1].id, QByteArray("4"));
    QCOMPARE(batch[2].method, u"tools/call"_s);
    QCOMPARE(one(batch[2].line)->id, QByteArray("5"));
    QCOMPARE(answeredBy(R"([{"jsonrpc":"2.0","id":4,"result":{}},{"jsonrpc":"2.0","id":5,"error":)"
                        R"({"code":1,"message":"x"}}])"),
             (QList<QByteArray>{"4", "5"}));
}

void TestBridgeMessage::onlyCallsAreNotRepeated()
{
    const auto repeatable = [](const QByteArray &method) {
        return one(R"({"jsonrpc":"2.0","id":1,"method":")" + method + "\"}")->isRepeatable();
    };
    QVERIFY(repeatable("tools/list"));
    QVERIFY(repeatable("resources/read"));
    QVERIFY(!repeatable("tools/call"));
    QVERIFY(!repeatable("tasks/update"));
    QCOMPARE(one(R"({"id":1,"method":"resources/templates/list"})")->listOf(), QString());
    QCOMPARE(one(R"({"id":1,"method":"prompts/list"})")->listOf(), u"prompts"_s);
}

void TestBridgeMessage::answersName()
{
    QVERIFY(answeredBy(R"({"jsonrpc":"2.0","method":"notifications/progress"})").isEmpty());
    QVERIFY(answeredBy(R"({"jsonrpc":"2.0","id":3,"method":"elicitation/create"})").isEmpty());
    QVERIFY(answeredBy("no JSON").isEmpty());
}

void TestBridgeMessage::refusalsReachTheModel()
{
    const auto parsed = [](const QByteArray &line) {
        return QJsonDocument::fromJson(line).object();
    };
    const auto call = one(R"({"id":"x","method":"tools/call"})");
    const QJsonObject result = parsed(refusalLine(*call, u"Say \"no\"\n."_s));
    QCOMPARE(result["id"_L1].toString(), u"x"_s);
    QVERIFY(result["result"_L1]["isError"_L1].toBool());
    QCOMPARE(result["result"_L1]["content"_L1][0]["text"_L1].toString(), u"Say \"no\"\n."_s);
    QVERIFY(!refusalLine(*call, u"a\nb"_s).contains('\n'));
    const auto list = one(R"({"id":1,"method":"tools/list"})");
    QCOMPARE(parsed(refusalLine(*list, u"no"_s))["error"_L1]["message"_L1].toString(), u"no"_s);
}

FLAREDECK_TEST(TestBridgeMessage)

} // namespace tst_bridgemessage

#include "tst_bridgemessage.moc"
