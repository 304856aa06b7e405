#include "app/login/engine.h"
#include "tests/support/testcase.h"

#include <QFile>
#include <QTest>

namespace tst_engine {

using namespace flaredeck::login;
using namespace Qt::StringLiterals;

class TestEngine : public QObject
{
    Q_OBJECT

private slots:
    void theMajorVersionIsTheFirstNumber();
    void theShippedMinimumIsReadable();
    void aBrokenFileMeansNoMinimum();
    void asRootOnlyThePersonMaySwitchTheSandboxOff_data();
    void asRootOnlyThePersonMaySwitchTheSandboxOff();
};

void TestEngine::theMajorVersionIsTheFirstNumber()
{
    QCOMPARE(engine::majorVersion("102.0.5005.177"), 102);
    QCOMPARE(engine::majorVersion("145"), 145);
    QCOMPARE(engine::majorVersion("unknown"), 0);
    QCOMPARE(engine::majorVersion({}), 0);
}

void TestEngine::theShippedMinimumIsReadable()
{
    QFile file(QStringLiteral(FLAREDECK_ENGINE_JSON));
    QVERIFY2(file.open(QIODevice::ReadOnly), qPrintable(file.errorString()));
    QVERIFY(engine::minimumChromium(file.readAll()) >= 145);
}

void TestEngine::aBrokenFileMeansNoMinimum()
{
    QCOMPARE(engine::minimumChromium("{"), 0);
    QCOMPARE(engine::minimumChromium({}), 0);
}

void TestEngine::asRootOnlyThePersonMaySwitchTheSandboxOff_data()
{
    QTest::addColumn<bool>("root");
    QTest::addColumn<QByteArray>("variable");
    QTest::addColumn<QByteArray>("flags");
    QTest::addColumn<bool>("starts");
    QTest::newRow("an ordinary user") << false << QByteArray() << QByteArray() << true;
    QTest::newRow("root") << true << QByteArray() << QByteArray() << false;
    QTest::newRow("root with 0") << true << QByteArray("0") << QByteArray() << false;
    QTest::newRow("root with 1") << true << QByteArray("1") << QByteArray() << true;
    QTest::newRow("root with the flag")
        << true << QByteArray() << QByteArray("--disable-gpu --no-sandbox") << true;
    QTest::newRow("root with another flag")
        << true << QByteArray() << QByteArray("--no-sandbox-and-more") << false;
}

void TestEngine::asRootOnlyThePersonMaySwitchTheSandboxOff()
{
    QFETCH(bool, root);
    QFETCH(QByteArray, variable);
    QFETCH(QByteArray, flags);
    QFETCH(bool, starts);
    QCOMPARE(engine::canStart(root, variable, flags), starts);
}

FLAREDECK_TEST(TestEngine)

} // namespace tst_engine

#include "tst_engine.moc"
