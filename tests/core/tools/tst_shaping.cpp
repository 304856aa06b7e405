#include "core/tools/shaping.h"

#include "tests/core/provider/comparejson.h"
#include "tests/support/testcase.h"

namespace tst_shaping {

using namespace flaredeck;
using namespace flaredeck::tools;
using namespace Qt::Literals::StringLiterals;

class TestShaping : public QObject
{
    Q_OBJECT

private slots:
    void shapes_data();
    void shapes();
    void knowsWhatItUses();
    void aBrokenShapeIsRefused_data();
    void aBrokenShapeIsRefused();
};

void TestShaping::shapes_data()
{
    QTest::addColumn<QByteArray>("shape");
    QTest::addColumn<QByteArray>("expected"); // empty = nothing
    const auto row = [](const char *name, const char *shape, const char *expected) {
        QTest::newRow(name) << QByteArray(shape) << QByteArray(expected);
    };
    row("a pointer", R"("/result/name")", R"("n")");
    row("all of it", R"("/result/items")", R"([{"id":1,"x":"a"},{"id":2},{"y":0}])");
    row("null is there", R"("/result/none")", "null");
    row("a pointer to nothing", R"("/result/gone")", "");
    row("a pointer into a text", R"("/result/name/deep")", "");
    row("a constant", R"({"const":{"a":[1]}})", R"({"a":[1]})");
    row("a constant null", R"({"const":null})", "null");
    row("a number of items", R"({"count":"/result/items"})", "3");
    row("a number of none", R"({"count":"/result/gone"})", "0");
    row("a number of what is no list", R"({"count":"/result/name"})", "0");
    row("members", R"({"a":"/result/name","b":{"c":"/info/page"},"d":{"const":true}})",
        R"({"a":"n","b":{"c":7},"d":true})");
    row("absent members are left out", R"({"a":"/result/gone","b":"/account"})", R"({"b":"a1"})");
    row("each item", R"({"each":"/result/items","as":{"number":"/id","word":"/x"}})",
        R"([{"number":1,"word":"a"},{"number":2},{}])");
    row("each item that has it", R"({"each":"/result/items","as":"/id"})", "[1,2]");
    row("the first ones", R"({"each":"/result/items","as":"/id","first":1})", "[1]");
    row("more than there are", R"({"each":"/result/items","as":"/id","first":9})", "[1,2]");
    row("each of none", R"({"each":"/result/gone","as":"/id"})", "[]");
    row("each of what is no list", R"({"each":"/result/name","as":"/id"})", "[]");
    row("lists in lists", R"({"each":"/result/groups","as":{"each":"","as":"/v"}})", "[[1,2],[3]]");
    // A member may have the name of a shape's word, as long as it has company.
    row("a member named count", R"({"count":"/info/page","name":"/result/name"})",
        R"({"count":7,"name":"n"})");
}

void TestShaping::shapes()
{
    QFETCH(QByteArray, shape);
    QFETCH(QByteArray, expected);
    const Json answer = *json::parse(R"({"result":{"name":"n","none":null,
        "items":[{"id":1,"x":"a"},{"id":2},{"y":0}],"groups":[[{"v":1},{"v":2}],[{"v":3}]]},
        "info":{"page":7},"account":"a1"})");
    const auto shaped = Shape::read(*json::parse(shape)).of(answer);
    QCOMPARE(shaped ? json::print(*shaped) : QByteArray(), expected);
}

void TestShaping::knowsWhatItUses()
{
    const auto uses = [](const char *shape, const char *member) {
        return Shape::read(*json::parse(shape)).uses(member);
    };
    QVERIFY(uses(R"("/whole")", "whole"));
    QVERIFY(uses(R"("/whole/a")", "whole"));
    QVERIFY(!uses(R"("/wholesale")", "whole"));
    QVERIFY(uses(R"({"a":"/result","b":{"count":"/whole/items"}})", "whole"));
    QVERIFY(uses(R"({"each":"/whole","as":"/x"})", "whole"));
    // Inside of an item a pointer begins at the item.
    QVERIFY(!uses(R"({"each":"/result","as":"/whole"})", "whole"));
    QVERIFY(!uses(R"({"a":{"const":"/whole"}})", "whole"));
}

void TestShaping::aBrokenShapeIsRefused_data()
{
    QTest::addColumn<QByteArray>("shape");
    QTest::newRow("no pointer") << QByteArray(R"("result")");
    QTest::newRow("each without an item") << QByteArray(R"({"each":"/result"})");
    QTest::newRow("a count of no pointer") << QByteArray(R"({"count":7})");
}

void TestShaping::aBrokenShapeIsRefused()
{
    QFETCH(QByteArray, shape);
    const Json from = *json::parse(shape);
    QVERIFY_THROWS_EXCEPTION(nlohmann::json::exception, (void)Shape::read(from));
}

FLAREDECK_TEST(TestShaping)

} // namespace tst_shaping

#include "tst_shaping.moc"
