#include "core/service/clientconfigsource.h"

#include "core/base/secretvariables.h"
#include "core/sandbox/sandbox.h"
#include "tests/support/keychains.h"
#include "tests/support/testcase.h"

#include <QDir>
#include <QRegularExpression>
#include <QScopeGuard>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>
#include <unistd.h>

namespace tst_clientconfigsource {

using namespace flaredeck;
using namespace flaredeck::service;
using namespace Qt::StringLiterals;

/// Settings go before the environment, that before .dev.vars, and the stand-in has a client of its
/// own.
class TestClientConfigSource : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();

    void theFirstSourceThatNamesAClientIsUsed_data();
    void theFirstSourceThatNamesAClientIsUsed();
    void aDevVarsFileIsNamedWhereItIsUsed();
    void aDevVarsFileOfSomebodyElseIsRefusedInWords_data();
    void aDevVarsFileOfSomebodyElseIsRefusedInWords();
    void whereADesktopStartsProgramsNoDevVarsFileIsRead();
    void aSecretThatWasTakenOutOfTheEnvironmentIsUsed();
    void theSecretStaysOutOfTheSettingsFile();
    void anEmptySecretRemovesTheOldOne();
    void withoutKeychainAnIdWithSecretIsRefusedWhole();
    void theSandboxUsesNoClientThatItCannotKnow();
    void theSandboxUsesItsConfidentialClientWhenThatIsSet();
    void anIdWithSpacesInsideIsRefused();

private:
    void writeDevVars(const QByteArray &text) const;
    [[nodiscard]] QString devVars() const { return m_dir->filePath(u".dev.vars"_s); }
    [[nodiscard]] ClientConfigSource source(World world = World::Real)
    {
        return {*m_settings, *m_logins, world, devVars()};
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<store::Vault> m_vault;
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<store::LoginStore> m_logins;
};

void TestClientConfigSource::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    auto vault = store::Vault::open(m_dir->filePath(u"vault.db"_s), Clock::system());
    QVERIFY(vault);
    m_vault = *std::move(vault);
    m_settings = std::make_unique<Settings>(m_dir->filePath(u"settings.ini"_s));
    m_logins =
        std::make_unique<store::LoginStore>(*m_vault, std::make_unique<test::MemoryKeychain>());
    m_logins->unlock({});
    QTRY_COMPARE(m_logins->state(), store::KeyState::Ready);
}

void TestClientConfigSource::cleanup()
{
    qunsetenv("CLOUDFLARE_CLIENT_ID");
    qunsetenv("CLOUDFLARE_CLIENT_SECRET");
    m_logins.reset();
}

void TestClientConfigSource::writeDevVars(const QByteArray &text) const
{
    QFile file(devVars());
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(text);
}

void TestClientConfigSource::theFirstSourceThatNamesAClientIsUsed_data()
{
    QTest::addColumn<QString>("settings");
    QTest::addColumn<QByteArray>("environment");
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QString>("clientId");
    QTest::addColumn<QString>("sourceName");

    const QByteArray file = "CLOUDFLARE_CLIENT_ID=from-file\nCLOUDFLARE_CLIENT_SECRET=s3\n";
    QTest::newRow("settings win") << u"mine"_s << "env"_ba << file << u"mine"_s << u"settings"_s;
    QTest::newRow("then the environment")
        << QString() << "env"_ba << file << u"env"_s << u"environment"_s;
    QTest::newRow("then the file")
        << QString() << QByteArray() << file << u"from-file"_s << u".dev.vars"_s;
    QTest::newRow("a file of another project is passed over")
        << QString() << QByteArray() << "OTHER=1\n"_ba << QString() << QString();
    QTest::newRow("none is no error")
        << QString() << QByteArray() << QByteArray() << QString() << QString();
}

void TestClientConfigSource::theFirstSourceThatNamesAClientIsUsed()
{
    QFETCH(const QString, settings);
    QFETCH(const QByteArray, environment);
    QFETCH(const QByteArray, file);
    if (!environment.isEmpty()) {
        qputenv("CLOUDFLARE_CLIENT_ID", environment);
        qputenv("CLOUDFLARE_CLIENT_SECRET", "s2");
    }
    if (!file.isEmpty())
        writeDevVars(file);
    ClientConfigSource configured = source();
    if (!settings.isEmpty())
        QVERIFY(configured.set(settings, Secret("s1")));

    const provider::ClientConfig config = configured.resolve();
    QTEST(config.clientId, "clientId");
    QFETCH(const QString, sourceName);
    QCOMPARE(config.source, sourceName == u".dev.vars"_s ? devVars() : sourceName);
    const QHash<QString, QByteArray> secrets{
        {u"settings"_s, "s1"}, {u"environment"_s, "s2"}, {u".dev.vars"_s, "s3"}};
    QCOMPARE(config.clientSecret.reveal(), secrets.value(sourceName));
}

void TestClientConfigSource::aDevVarsFileIsNamedWhereItIsUsed()
{
    writeDevVars("CLOUDFLARE_CLIENT_ID=from-file\n");
    QTest::ignoreMessage(QtInfoMsg, qPrintable(u"The client id from-file is from "_s + devVars()));
    QCOMPARE(source().resolve().source, devVars());
}

void TestClientConfigSource::aDevVarsFileOfSomebodyElseIsRefusedInWords_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<QString>("words");

    QTest::newRow("writable by everybody") << u"open"_s << u"can be changed by other users"_s;
    QTest::newRow("another user's") << u"foreign"_s << u"belongs to another user"_s;
    QTest::newRow("a link") << u"link"_s << u"is a link to"_s;
    QTest::newRow("a FIFO, which would be waited for") << u"fifo"_s << u"is a pipe"_s;
    QTest::newRow("too large") << u"large"_s << u"is larger than 64 KiB"_s;
    QTest::newRow("a directory") << u"directory"_s << u"is a directory"_s;
}

void TestClientConfigSource::aDevVarsFileOfSomebodyElseIsRefusedInWords()
{
    QFETCH(const QString, what);
    QFETCH(const QString, words);
    const QByteArray name = QFile::encodeName(devVars());
    if (what == u"fifo"_s) {
        QCOMPARE(::mkfifo(name.constData(), 0600), 0);
    } else if (what == u"directory"_s) {
        QVERIFY(QDir().mkdir(devVars()));
    } else {
        writeDevVars("CLOUDFLARE_CLIENT_ID=stranger\n" +
                     QByteArray(what == u"large"_s ? 70'000 : 0, '#'));
    }
    if (what == u"open"_s)
        QCOMPARE(::chmod(name.constData(), 0666), 0);
    if (what == u"foreign"_s && ::chown(name.constData(), 65534, 65534) != 0)
        QSKIP("only root can give a file away");
    if (what == u"link"_s) {
        QVERIFY(QFile::rename(devVars(), m_dir->filePath(u"target"_s)));
        QVERIFY(QFile::link(m_dir->filePath(u"target"_s), devVars()));
    }
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"is not used: .*"_s + words));
    QVERIFY(source().resolve().clientId.isEmpty());
}

void TestClientConfigSource::whereADesktopStartsProgramsNoDevVarsFileIsRead()
{
    const QByteArray home = qgetenv("HOME");
    const auto restore = qScopeGuard([&home] { qputenv("HOME", home); });
    writeDevVars("CLOUDFLARE_CLIENT_ID=stray\n");
    QCOMPARE(ClientConfigSource::devVarsOf(m_dir->path()), devVars());
    QCOMPARE(ClientConfigSource::devVarsOf(u"/"_s), QString());
    qputenv("HOME", QFile::encodeName(m_dir->path()));
    QTest::ignoreMessage(QtInfoMsg, QRegularExpression(u"\\.dev\\.vars is not read"_s));
    QCOMPARE(ClientConfigSource::devVarsOf(m_dir->path()), QString());
}

void TestClientConfigSource::aSecretThatWasTakenOutOfTheEnvironmentIsUsed()
{
    qputenv("CLOUDFLARE_CLIENT_ID", "env");
    qputenv("CLOUDFLARE_CLIENT_SECRET", "taken");
    takeSecretVariables();
    QVERIFY(!qEnvironmentVariableIsSet("CLOUDFLARE_CLIENT_SECRET"));
    QCOMPARE(source().resolve().clientSecret.reveal(), "taken"_ba);
}

void TestClientConfigSource::theSecretStaysOutOfTheSettingsFile()
{
    QVERIFY(source().set(u"mine"_s, Secret("very-secret-value")));
    QFile file(m_dir->filePath(u"settings.ini"_s));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray content = file.readAll();
    QVERIFY(content.contains("mine"));
    QVERIFY(!content.contains("very-secret-value"));
}

void TestClientConfigSource::anEmptySecretRemovesTheOldOne()
{
    QVERIFY(source().set(u"confidential"_s, Secret("s1")));
    QVERIFY(source().set(u"public"_s, Secret()));
    const provider::ClientConfig config = source().resolve();
    QCOMPARE(config.clientId, u"public"_s);
    QVERIFY(config.clientSecret.isEmpty());
}

void TestClientConfigSource::withoutKeychainAnIdWithSecretIsRefusedWhole()
{
    store::LoginStore closed(*m_vault, std::make_unique<test::NoKeychain>());
    closed.unlock({});
    QTRY_COMPARE(closed.state(), store::KeyState::Closed);
    ClientConfigSource configured(*m_settings, closed, World::Real, devVars());
    QVERIFY(!configured.set(u"mine"_s, Secret("s1")));
    QVERIFY(configured.resolve().clientId.isEmpty());
    QVERIFY(configured.set(u"public"_s, Secret()));
    QCOMPARE(configured.resolve().clientId, u"public"_s);
}

void TestClientConfigSource::theSandboxUsesNoClientThatItCannotKnow()
{
    qputenv("CLOUDFLARE_CLIENT_ID", "a-real-one");
    ClientConfigSource configured = source(World::Sandbox);
    QVERIFY(configured.set(u"another-real-one"_s, Secret()));
    const provider::ClientConfig config = configured.resolve();
    QCOMPARE(config.clientId, sandbox::Sandbox::clientId());
    QCOMPARE(config.source, u"sandbox"_s);
}

void TestClientConfigSource::theSandboxUsesItsConfidentialClientWhenThatIsSet()
{
    ClientConfigSource configured = source(World::Sandbox);
    QVERIFY(configured.set(sandbox::Sandbox::confidentialClientId(),
                           Secret(sandbox::Sandbox::confidentialClientSecret())));
    const provider::ClientConfig config = configured.resolve();
    QCOMPARE(config.source, u"settings"_s);
    QCOMPARE(config.clientSecret.reveal(), sandbox::Sandbox::confidentialClientSecret());
}

void TestClientConfigSource::anIdWithSpacesInsideIsRefused()
{
    const auto refused = source().set(u"not an id"_s, Secret());
    QVERIFY(!refused);
    QCOMPARE(refused.error().kind, Error::Kind::InvalidInput);
    QVERIFY(source().set(u"  padded  "_s, Secret()));
    QCOMPARE(source().resolve().clientId, u"padded"_s);
}

FLAREDECK_TEST(TestClientConfigSource)

} // namespace tst_clientconfigsource

#include "tst_clientconfigsource.moc"
