#include "core/base/settings.h"
#include "tests/support/testcase.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

namespace tst_settings {

using namespace Qt::StringLiterals;
using namespace flaredeck;

class TestSettings : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void unsetSettingsHaveTheirDefault();
    void valuesSurviveARestart();
    void aChangeIsToldOnce();
    void theSameValueIsNoChange();
    void theSameValueIsNoChangeAfterARestart();
    void nonsenseInTheFileGivesTheDefault_data();
    void nonsenseInTheFileGivesTheDefault();
    void theFileStaysPrivate();
    void windowStateIsKept();
    void aClientMayHaveALimitOfItsOwn();

private:
    void writeFile(const QByteArray &text);
    QString m_file;
    QTemporaryDir m_dir;
    int m_number = 0;
};

void TestSettings::init()
{
    m_file = m_dir.filePath(u"settings-%1.ini"_s.arg(++m_number));
}

void TestSettings::writeFile(const QByteArray &text)
{
    QFile file(m_file);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(text);
}

void TestSettings::unsetSettingsHaveTheirDefault()
{
    const Settings settings(m_file);
    QCOMPARE(settings.get(setting::serverPort), 8788);
    QCOMPARE(settings.get(setting::closeToTrayTold), false);
    QCOMPARE(settings.get(setting::theme), u"system"_s);
    QCOMPARE(settings.get(setting::providerClientId), QString());
}

void TestSettings::valuesSurviveARestart()
{
    {
        Settings settings(m_file);
        settings.set(setting::serverPort, 9000);
        settings.set(setting::closeToTrayTold, true);
        settings.set(setting::theme, u"dark"_s);
    }
    const Settings settings(m_file);
    QCOMPARE(settings.get(setting::serverPort), 9000);
    QCOMPARE(settings.get(setting::closeToTrayTold), true);
    QCOMPARE(settings.get(setting::theme), u"dark"_s);
}

void TestSettings::aChangeIsToldOnce()
{
    Settings settings(m_file);
    QSignalSpy spy(&settings, &Settings::changed);
    settings.set(setting::serverPort, 9000);
    QCOMPARE(spy.size(), 1);
    QCOMPARE(spy[0][0].toString(), u"server/port"_s);
}

void TestSettings::theSameValueIsNoChange()
{
    Settings settings(m_file);
    QSignalSpy spy(&settings, &Settings::changed);
    settings.set(setting::closeToTrayTold, false);
    settings.set(setting::theme, u"system"_s);
    QCOMPARE(spy.size(), 0);
}

void TestSettings::theSameValueIsNoChangeAfterARestart()
{
    {
        Settings settings(m_file);
        settings.set(setting::serverPort, 9000);
        settings.set(setting::closeToTrayTold, true);
    }
    Settings settings(m_file);
    QSignalSpy spy(&settings, &Settings::changed);
    settings.set(setting::serverPort, 9000);
    settings.set(setting::closeToTrayTold, true);
    QCOMPARE(spy.size(), 0);
}

void TestSettings::nonsenseInTheFileGivesTheDefault_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("words for a number and a switch")
        << QByteArray("[server]\nport=eighty\n[window]\ncloseToTrayTold=perhaps\n");
    QTest::newRow("no values") << QByteArray("[server]\nport=\n[window]\ncloseToTrayTold=\n");
    QTest::newRow("no settings file at all") << QByteArray("\x01\x02 = [[[");
}

void TestSettings::nonsenseInTheFileGivesTheDefault()
{
    QFETCH(QByteArray, text);
    writeFile(text);
    const Settings settings(m_file);
    QCOMPARE(settings.get(setting::serverPort), 8788);
    QCOMPARE(settings.get(setting::closeToTrayTold), false);
}

void TestSettings::theFileStaysPrivate()
{
    Settings settings(m_file);
    settings.set(setting::serverPort, 9000);
    settings.set(setting::serverPort, 9001);
    QVERIFY(!(QFile::permissions(m_file) &
              (QFile::ReadGroup | QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther)));
}

void TestSettings::windowStateIsKept()
{
    {
        Settings settings(m_file);
        settings.setState(u"geometry"_s, QByteArray("\x00\xff\x01", 3));
    }
    const Settings settings(m_file);
    QCOMPARE(settings.state(u"geometry"_s).toByteArray(), QByteArray("\x00\xff\x01", 3));
    QVERIFY(!settings.state(u"other"_s).isValid());
}

void TestSettings::aClientMayHaveALimitOfItsOwn()
{
    const ClientId address{u"https://client.example/a/b?c=%20&d"_s};
    const ClientId plain{u"client"_s};
    {
        Settings settings(m_file);
        QCOMPARE(settings.resultLimitFor(plain), setting::resultLimit.fallback);
        QSignalSpy changed(&settings, &Settings::changed);
        settings.setOwnResultLimit(address, 5000);
        settings.setOwnResultLimit(address, 5000);
        QCOMPARE(changed.size(), 1);
        settings.setOwnResultLimit(plain, 0);
    }
    Settings settings(m_file);
    settings.set(setting::resultLimit, 9000);
    QCOMPARE(settings.resultLimitFor(address), 5000);
    QCOMPARE(settings.resultLimitFor(plain), 0);
    QCOMPARE(settings.resultLimitFor(ClientId{u"another"_s}), 9000);
    settings.setOwnResultLimit(address, std::nullopt);
    QVERIFY(!settings.ownResultLimit(address));
    QCOMPARE(settings.resultLimitFor(address), 9000);
    settings.set(setting::resultLimit, -1);
    QCOMPARE(settings.resultLimitFor(address), 0);
}

FLAREDECK_TEST(TestSettings)

} // namespace tst_settings

#include "tst_settings.moc"
