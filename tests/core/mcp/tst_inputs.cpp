#include "core/mcp/methods/inputs.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_inputs {

using namespace flaredeck;
using namespace flaredeck::mcp;

namespace {

InputRequest form()
{
    return {QStringLiteral("k"),
            "elicitation/create",
            {{"message", "?"},
             {"requestedSchema",
              {{"type", "object"},
               {"properties",
                {{"n", {{"type", "integer"}}}, {"s", {{"type", "string"}, {"enum", {"x", "y"}}}}}},
               {"required", {"n"}}}}}};
}

} // namespace

class TestInputs : public QObject
{
    Q_OBJECT

private slots:
    void capabilitiesDecideWhatCanBeAsked_data()
    {
        QTest::addColumn<QByteArray>("capabilities");
        QTest::addColumn<bool>("formWorks");
        QTest::addColumn<bool>("urlWorks");
        const auto row = [](const char *json, bool formWorks, bool urlWorks) {
            QTest::newRow(json) << QByteArray(json) << formWorks << urlWorks;
        };
        row("{}", false, false);
        row(R"({"elicitation":{}})", true, false);
        row(R"({"elicitation":{"form":{}}})", true, false);
        row(R"({"elicitation":{"url":{}}})", false, true);
        row(R"({"elicitation":{"form":{},"url":{}}})", true, true);
        row(R"({"elicitation":true})", false, false);
        row(R"({"sampling":{}})", false, false);
    }

    void capabilitiesDecideWhatCanBeAsked()
    {
        QFETCH(const QByteArray, capabilities);
        QFETCH(const bool, formWorks);
        QFETCH(const bool, urlWorks);
        const Json declared = *json::parse(capabilities);
        QCOMPARE(inputs::canAnswer(declared, form()), formWorks);
        InputRequest url = form();
        url.params["mode"] = "url";
        QCOMPARE(inputs::canAnswer(declared, url), urlWorks);
        InputRequest sampling = form();
        sampling.method = "sampling/createMessage";
        QCOMPARE(inputs::canAnswer(declared, sampling), declared.contains("sampling"));
    }

    void answersHaveAShape_data()
    {
        QTest::addColumn<QByteArray>("answer");
        QTest::addColumn<bool>("isAnswer");
        const auto row = [](const char *json, bool isAnswer) {
            QTest::newRow(json) << QByteArray(json) << isAnswer;
        };
        row(R"({"action":"accept","content":{"n":1}})", true);
        row(R"({"action":"accept","content":{"n":1,"s":"x"}})", true);
        row(R"({"action":"accept","content":{"n":1,"s":"z"}})", false);
        row(R"({"action":"accept","content":{"n":1,"other":[]}})", true);
        row(R"({"action":"decline"})", true);
        row(R"({"action":"cancel"})", true);
        row(R"({"action":"accept","content":{"n":"1"}})", false);
        row(R"({"action":"accept","content":{"s":"x"}})", false);
        row(R"({"action":"accept","content":[]})", false);
        row(R"({"action":"accept"})", false);
        row(R"({"action":"maybe"})", false);
        row("{}", false);
        row("42", false);
        row("null", false);
    }

    void answersHaveAShape()
    {
        QFETCH(const QByteArray, answer);
        QFETCH(const bool, isAnswer);
        QCOMPARE(inputs::isAnswer(*json::parse(answer), form()), isAnswer);
    }

    void aSealedStateOpensForItsCallOnly()
    {
        const inputs::StateSeal seal;
        const Json answers{{"k", {{"action", "accept"}}}};
        const std::string state = seal.close(answers, "call 1", 1000);
        QVERIFY(state.find("accept") == std::string::npos);
        QCOMPARE(json::print(seal.open(state, "call 1", 1000).value()), json::print(answers));
        QVERIFY(!seal.open(state, "call 2", 1000));
        QVERIFY(!seal.open(state + "x", "call 1", 1000));
        QVERIFY(!seal.open("", "call 1", 1000));
        QVERIFY(!seal.open("!", "call 1", 1000));
        QVERIFY(!inputs::StateSeal().open(state, "call 1", 1000));
        QVERIFY(seal.open(state, "call 1", 1000 + inputs::StateSeal::kLifetime));
        QVERIFY(!seal.open(state, "call 1", 1001 + inputs::StateSeal::kLifetime));
    }
};

FLAREDECK_TEST(TestInputs)

} // namespace tst_inputs

#include "tst_inputs.moc"
