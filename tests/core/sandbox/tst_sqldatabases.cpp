#include "core/sandbox/sqldatabases.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_sqldatabases {

using namespace flaredeck;
using namespace flaredeck::sandbox;
using namespace Qt::StringLiterals;

class TestSqlDatabases : public QObject
{
    Q_OBJECT

private slots:
    void textsAreSplitIntoStatements_data();
    void textsAreSplitIntoStatements();
    void rowsHaveTheirTypes();
    void whatIsChangedStays();
    void allStatementsOrNone();
    void parametersAreOfOneStatement();
    void whoMayOnlyReadChangesNothing();
    void whatIsRefused_data();
    void whatIsRefused();
    void databasesAreApart();

private:
    [[nodiscard]] Result<SqlDatabases::Ran> run(const QString &sql, bool mayWrite = true,
                                                const Json &params = Json::array())
    {
        return m_databases.run(u"fruit"_s, kFirst, {{"sql", sql}, {"params", params}}, mayWrite);
    }
    [[nodiscard]] Json rows(const QString &sql)
    {
        const auto ran = run(sql, false);
        return ran ? ran->statements.at(0).at("results") : Json(ran.error().message);
    }

    const QString kFirst = u"CREATE TABLE fruit (name TEXT, weight REAL, stock INTEGER); "
                           "INSERT INTO fruit VALUES ('apple', 0.5, 3), ('pear; ripe', NULL, 0);"_s;
    SqlDatabases m_databases;
};

void TestSqlDatabases::textsAreSplitIntoStatements_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<QStringList>("statements");
    QTest::newRow("none") << u" ; -- nothing"_s << QStringList();
    QTest::newRow("two") << u"SELECT 1; SELECT 2;"_s << QStringList{u"SELECT 1"_s, u"SELECT 2"_s};
    QTest::newRow("quoted") << u"SELECT ';', \";\", `;`, [;]"_s
                            << QStringList{u"SELECT ';', \";\", `;`, [;]"_s};
    QTest::newRow("comments") << u"/* ; */SELECT 1 -- ; no\n; SELECT 2"_s
                              << QStringList{u"SELECT 1"_s, u"SELECT 2"_s};
    QTest::newRow("not ended") << u"SELECT 'a;b"_s << QStringList{u"SELECT 'a;b"_s};
    const QString trigger = u"CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM b; END"_s;
    QTest::newRow("a trigger") << trigger + u"; SELECT 1"_s << QStringList{trigger, u"SELECT 1"_s};
}

void TestSqlDatabases::textsAreSplitIntoStatements()
{
    QFETCH(QString, sql);
    QTEST(SqlDatabases::statementsOf(sql), "statements");
}

void TestSqlDatabases::rowsHaveTheirTypes()
{
    QVERIFY(rows(u"SELECT * FROM fruit"_s) ==
            Json::parse(R"([{"name":"apple","weight":0.5,"stock":3},
                            {"name":"pear; ripe","weight":null,"stock":0}])"));
    QVERIFY(rows(u"SELECT x'01ff' AS bytes"_s) == Json::parse(R"([{"bytes":[1,255]}])"));
}

void TestSqlDatabases::whatIsChangedStays()
{
    const auto ran = run(u"UPDATE fruit SET stock = 9; CREATE TABLE nuts (name TEXT);"_s);
    QVERIFY(ran);
    QCOMPARE(ran->statements.size(), std::size_t(2));
    QCOMPARE(ran->statements[0]["meta"]["changes"].get<int>(), 2);
    QVERIFY(ran->statements[0]["meta"]["changed_db"].get<bool>());
    QCOMPARE(ran->tables, 2);
    QVERIFY(ran->bytes > 0);
    QVERIFY(rows(u"SELECT sum(stock) AS all_of_it FROM fruit"_s) ==
            Json::parse(R"([{"all_of_it":18}])"));
    m_databases.drop(u"fruit"_s);
    QCOMPARE(rows(u"SELECT * FROM fruit"_s).size(), std::size_t(2));
}

void TestSqlDatabases::allStatementsOrNone()
{
    const auto ran = run(u"DELETE FROM fruit; DROP TABLE nowhere"_s);
    QVERIFY(!ran);
    QCOMPARE(ran.error().kind, Error::Kind::InvalidInput);
    QVERIFY(ran.error().message.contains(u"no such table: nowhere"_s));
    QCOMPARE(rows(u"SELECT * FROM fruit"_s).size(), std::size_t(2));
}

void TestSqlDatabases::parametersAreOfOneStatement()
{
    const auto one = run(u"SELECT name FROM fruit WHERE name = ?"_s, true, Json::array({"apple"}));
    QVERIFY(one);
    QCOMPARE(one->statements[0]["results"].size(), std::size_t(1));
    QVERIFY(!run(u"SELECT ?; SELECT 1"_s, true, Json::array({"apple"})));
    QVERIFY(!run(u"SELECT ?"_s, true, Json::array({"apple", "pear"})));
}

void TestSqlDatabases::whoMayOnlyReadChangesNothing()
{
    for (const QString &sql : {u"DELETE FROM fruit"_s, u"DROP TABLE fruit"_s,
                               u"PRAGMA query_only = 0; DELETE FROM fruit"_s})
        QVERIFY2(!run(sql, false), qPrintable(sql));
    QCOMPARE(rows(u"SELECT * FROM fruit"_s).size(), std::size_t(2));
}

void TestSqlDatabases::whatIsRefused_data()
{
    QTest::addColumn<QString>("sql");
    QTest::newRow("nothing") << u" -- only a comment"_s;
    QTest::newRow("no SQL") << u"SELEKT"_s;
    QTest::newRow("another file") << u"ATTACH '/tmp/other.db' AS other"_s;
    QTest::newRow("behind a comment") << u"/* */ attach ':memory:' AS other"_s;
    QTest::newRow("a copy") << u"VACUUM INTO '/tmp/other.db'"_s;
}

void TestSqlDatabases::whatIsRefused()
{
    QFETCH(QString, sql);
    QVERIFY(!run(sql));
}

void TestSqlDatabases::databasesAreApart()
{
    QVERIFY(m_databases.run(u"nuts"_s, {}, {{"sql", "SELECT 1"}}, true));
    QVERIFY(!m_databases.run(u"nuts"_s, {}, {{"sql", "SELECT * FROM fruit"}}, true));
}

FLAREDECK_TEST(TestSqlDatabases)

} // namespace tst_sqldatabases

#include "tst_sqldatabases.moc"
