#include "core/base/json.h"
#include "core/service/rulefile.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_rulefile {

using namespace flaredeck;
using namespace flaredeck::service;
using namespace Qt::StringLiterals;

/// Rules that leave in a file, and come back elsewhere.
class TestRuleFile : public QObject
{
    Q_OBJECT

private slots:
    void whatIsWrittenIsRead();
    void aClientIsFoundByIdOrElseByName();
    void whatIsUnknownIsLeftOutAndTold();
    void otherFilesAreRefused_data();
    void otherFilesAreRefused();

private:
    static Snapshot shot(const QList<std::pair<QString, QString>> &clients)
    {
        Snapshot shot;
        for (const auto &[id, name] : clients) {
            ClientView view;
            view.client.id = ClientId{id};
            view.client.name = name;
            shot.clients << view;
        }
        return shot;
    }
};

void TestRuleFile::whatIsWrittenIsRead()
{
    Snapshot here = shot({{u"c1"_s, u"Cursor"_s}});
    here.rules = {{{}, u"tool:workers_list"_s, Policy::Ask, 1},
                  {ClientId{u"c1"_s}, u"toolset:bindings"_s, Policy::Off, 1}};
    const QByteArray file = rulefile::write(here);
    const auto same = rulefile::read(file, here);
    QVERIFY(same);
    QVERIFY(same->changes.isEmpty());
    QVERIFY(same->absent.isEmpty());

    Snapshot bare = shot({{u"c1"_s, u"Cursor"_s}});
    bare.rules = {{{}, u"effect:reads"_s, Policy::Ask, 1}};
    const auto all = rulefile::read(file, bare);
    QVERIFY(all);
    QCOMPARE(all->changes.size(), 2);
    QCOMPARE(all->changes.at(0).before, std::nullopt);
    QCOMPARE(all->changes.at(0).after, Policy::Ask);
    QCOMPARE(all->changes.at(1).client, ClientId{u"c1"_s});
    QCOMPARE(all->absent.size(), 1);
    QCOMPARE(all->absent.at(0).before, Policy::Ask);
    QCOMPARE(all->absent.at(0).after, std::nullopt);
}

void TestRuleFile::aClientIsFoundByIdOrElseByName()
{
    const QByteArray file = R"({"format": "flaredeck-rules", "version": 1, "rules": [
        {"subject": "tool:workers_list", "policy": "off", "clientId": "c1", "client": "Cursor"}]})";
    const auto byId = rulefile::read(file, shot({{u"c2"_s, u"Cursor"_s}, {u"c1"_s, u"Other"_s}}));
    QCOMPARE(byId->changes.first().client, ClientId{u"c1"_s});
    const auto byName = rulefile::read(file, shot({{u"c2"_s, u"Cursor"_s}}));
    QCOMPARE(byName->changes.first().client, ClientId{u"c2"_s});
    // Of two of a name nobody knows which was meant.
    const auto either =
        rulefile::read(file, shot({{u"c2"_s, u"Cursor"_s}, {u"c3"_s, u"Cursor"_s}}));
    QVERIFY(either->changes.isEmpty());
    QCOMPARE(either->strangers, QStringList{u"Cursor"_s});
}

void TestRuleFile::whatIsUnknownIsLeftOutAndTold()
{
    const auto reading = rulefile::read(R"({"format": "flaredeck-rules", "version": 1, "rules": [
        {"subject": "tool:of_tomorrow", "policy": "off"},
        {"subject": "toolset:bindings", "policy": "ask"},
        {"subject": "tool:workers_list", "policy": "off"}]})",
                                        shot({}));
    QVERIFY(reading);
    QCOMPARE(reading->unknown, QStringList({u"tool:of_tomorrow"_s, u"toolset:bindings"_s}));
    QCOMPARE(reading->changes.size(), 1);
}

void TestRuleFile::otherFilesAreRefused_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QString>("words");
    QTest::newRow("no JSON") << QByteArray("rules") << u"no file of rules"_s;
    QTest::newRow("something else") << QByteArray("[]") << u"no file of rules"_s;
    QTest::newRow("no rules") << QByteArray(R"({"format": "flaredeck-rules", "rules": {}})")
                              << u"no file of rules"_s;
    QTest::newRow("no policy") << QByteArray(R"({"format": "flaredeck-rules", "version": 1,
        "rules": [{"subject": "tool:workers_list", "policy": "never"}]})")
                               << u"rule 1 needs"_s;
    QTest::newRow("newer") << QByteArray(
                                  R"({"format": "flaredeck-rules", "version": 2, "rules": []})")
                           << u"Update Flaredeck"_s;
}

void TestRuleFile::otherFilesAreRefused()
{
    QFETCH(QByteArray, file);
    QFETCH(QString, words);
    const auto reading = rulefile::read(file, shot({}));
    QVERIFY(!reading);
    QVERIFY2(reading.error().text().contains(words), qPrintable(reading.error().text()));
}

FLAREDECK_TEST(TestRuleFile)

} // namespace tst_rulefile

#include "tst_rulefile.moc"
