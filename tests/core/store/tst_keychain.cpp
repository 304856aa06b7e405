// The keychain code against a real Secret Service: the test's own dbus-daemon and
// gnome-keyring-daemon, with their own home directory.

#include "core/base/crypto.h"
#include "core/store/keychain/keychain.h"
#include "core/store/vault/loginstore.h"
#include "fixtures.h"
#include "tests/support/testcase.h"

#include <QCoroTask>

#include <QDBusArgument>
#include <QDBusConnection>
#include <QDBusConnectionInterface>
#include <QDBusMessage>
#include <QDBusMetaType>
#include <QDBusObjectPath>
#include <QDBusVariant>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

#include <signal.h>

namespace tst_keychain {

using namespace Qt::StringLiterals;
using namespace flaredeck;
using store::Keychain;
using store::KeychainFault;
using store::KeychainResult;
using store::KeyProblem;
using store::KeyState;
using store::LoginState;
using store::LoginStore;
using store::Vault;

namespace {

const QString kSecrets = u"org.freedesktop.secrets"_s;
const QByteArray kPassword = "password of the login keyring";
const QByteArray kAccess = "upstream-access-token-value";

/// A bus without service activation, so that "no keychain" stays true.
const QByteArray kBusConfig = R"(<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=%1</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
)";

const QDBusObjectPath kLoginCollection(u"/org/freedesktop/secrets/collection/login"_s);

/// Secret Service API draft, "Secret".
struct DBusSecret {
    QDBusObjectPath session;
    QByteArray parameters;
    QByteArray value;
    QString contentType = u"text/plain"_s;
};

QDBusArgument &operator<<(QDBusArgument &to, const DBusSecret &secret)
{
    to.beginStructure();
    to << secret.session << secret.parameters << secret.value << secret.contentType;
    to.endStructure();
    return to;
}
const QDBusArgument &operator>>(const QDBusArgument &from, DBusSecret &secret)
{
    from.beginStructure();
    from >> secret.session >> secret.parameters >> secret.value >> secret.contentType;
    from.endStructure();
    return from;
}

QDBusMessage callSecrets(const QString &method, const QVariantList &arguments)
{
    QDBusMessage message = QDBusMessage::createMethodCall(
        kSecrets, u"/org/freedesktop/secrets"_s, u"org.freedesktop.Secret.Service"_s, method);
    message.setArguments(arguments);
    return QDBusConnection::sessionBus().call(message);
}

/// What a desktop session provides: the bus from the start, the keyring when a test starts it.
class Desktop
{
public:
    void start()
    {
        QFile config(m_home.filePath(u"bus.conf"_s));
        QVERIFY(config.open(QIODevice::WriteOnly));
        config.write(QString::fromUtf8(kBusConfig).arg(m_home.path()).toUtf8());
        config.close();
        m_bus.start(u"dbus-daemon"_s,
                    {u"--nofork"_s, u"--print-address"_s, u"--config-file"_s, config.fileName()});
        QVERIFY2(m_bus.waitForReadyRead(10'000), "dbus-daemon (package dbus-daemon) did not start");
        qputenv("DBUS_SESSION_BUS_ADDRESS", m_bus.readLine().trimmed());
        // Set for the daemon, and before anything in this process reads them.
        qputenv("HOME", m_home.path().toUtf8());
        qputenv("XDG_RUNTIME_DIR", m_home.path().toUtf8());
        qputenv("XDG_DATA_HOME", m_home.filePath(u"data"_s).toUtf8());
        QVERIFY(QDBusConnection::sessionBus().isConnected());
    }
    void startKeyring()
    {
        m_keyring.start(u"gnome-keyring-daemon"_s,
                        {u"--foreground"_s, u"--unlock"_s, u"--components=secrets"_s});
        QVERIFY2(m_keyring.waitForStarted(),
                 "gnome-keyring-daemon (package gnome-keyring) is missing");
        m_keyring.write(kPassword);
        m_keyring.closeWriteChannel();
        QTRY_VERIFY_WITH_TIMEOUT(
            QDBusConnection::sessionBus().interface()->isServiceRegistered(kSecrets), 10'000);
    }
    void lock()
    {
        const QDBusMessage reply =
            callSecrets(u"Lock"_s, {QVariant::fromValue(QList{kLoginCollection})});
        QCOMPARE(reply.type(), QDBusMessage::ReplyMessage);
        QCOMPARE(qdbus_cast<QList<QDBusObjectPath>>(reply.arguments().constFirst()).size(), 1);
    }
    void unlock()
    {
        // As the desktop's login does: gnome-keyring's own interface, over a plain session.
        const QDBusMessage session = callSecrets(
            u"OpenSession"_s, {u"plain"_s, QVariant::fromValue(QDBusVariant(QString()))});
        const DBusSecret password{
            session.arguments().at(1).value<QDBusObjectPath>(), {}, kPassword};
        QDBusMessage message = QDBusMessage::createMethodCall(
            kSecrets, u"/org/freedesktop/secrets"_s,
            u"org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface"_s,
            u"UnlockWithMasterPassword"_s);
        message << QVariant::fromValue(kLoginCollection) << QVariant::fromValue(password);
        const QDBusMessage reply = QDBusConnection::sessionBus().call(message);
        QVERIFY2(reply.type() == QDBusMessage::ReplyMessage, qPrintable(reply.errorMessage()));
    }
    void stopKeyring()
    {
        end(m_keyring);
        QTRY_VERIFY(!QDBusConnection::sessionBus().interface()->isServiceRegistered(kSecrets));
    }
    /// Stops answering, like a keyring that waits for its password dialog.
    void freeze() { ::kill(static_cast<pid_t>(m_keyring.processId()), SIGSTOP); }
    void thaw() { ::kill(static_cast<pid_t>(m_keyring.processId()), SIGCONT); }

    QByteArray everythingOnDisk() const
    {
        return test::contentOf(m_home.filePath(u"data/keyrings"_s));
    }
    void end()
    {
        end(m_keyring);
        end(m_bus);
    }

private:
    static void end(QProcess &process)
    {
        process.terminate();
        process.waitForFinished(5'000);
    }

    QTemporaryDir m_home;
    QProcess m_bus;
    QProcess m_keyring;
};

} // namespace

class KeychainTest : public QObject
{
    Q_OBJECT

private:
    Desktop m_desktop;
    test::ManualClock m_clock;

    static KeychainResult<Secret> read(Keychain &keychain, const QString &entry)
    {
        return QCoro::waitFor(keychain.read(entry, {}));
    }
    static KeychainResult<> write(Keychain &keychain, const QString &entry, const QByteArray &value)
    {
        return QCoro::waitFor(keychain.write(entry, Secret(value), {}));
    }
    Result<std::unique_ptr<Vault>> openVault(const QTemporaryDir &dir)
    {
        return Vault::open(dir.filePath(u"vault.db"_s), m_clock);
    }

    /// A run of the app that stores one login.
    static bool signInOnce(Vault &vault, const QString &vaultId)
    {
        if (!vault.keys.save({.instance = vaultId, .entry = u"vault-key-"_s + vaultId}))
            return false;
        LoginStore logins(vault, Keychain::system());
        QCoro::waitFor(logins.unlock({}));
        return logins.save(test::login(u"l"_s), {Secret(kAccess), Secret()}).has_value();
    }

private slots:
    void initTestCase()
    {
        qDBusRegisterMetaType<DBusSecret>();
        m_desktop.start();
    }
    void cleanupTestCase() { m_desktop.end(); }

    // First without a keyring.
    void withoutASecretServiceTheReasonAndTheWayOutAreTold()
    {
        const auto keychain = Keychain::system();
        const KeychainResult<Secret> answer = read(*keychain, u"entry"_s);
        QVERIFY(!answer);
        QVERIFY2(answer.error().fault == KeychainFault::Missing, qPrintable(answer.error().detail));
        QVERIFY(!write(*keychain, u"entry"_s, "value"));

        QTemporaryDir dir;
        auto vault = openVault(dir);
        QVERIFY(vault);
        LoginStore logins(**vault, Keychain::system());
        QCoro::waitFor(logins.unlock({}));
        QCOMPARE(logins.state(), KeyState::Closed);
        QCOMPARE(logins.problem(), KeyProblem::Missing);
        QVERIFY(logins.closedError().action.contains(u"Start a keyring"_s));
        logins.useThisSessionOnly();
        QVERIFY(logins.save(test::login(u"l"_s), {Secret(kAccess), Secret()}));
        QCOMPARE(logins.tokens({u"l"_s})->access.reveal(), kAccess);
    }

    void whatIsWrittenIsReadAgain()
    {
        m_desktop.startKeyring();
        const auto keychain = Keychain::system();
        QCOMPARE(read(*keychain, u"entry"_s).error().fault, KeychainFault::NotFound);

        const QByteArray value("\0binary\xff\n", 9);
        QVERIFY(write(*keychain, u"entry"_s, value));
        QCOMPARE(read(*keychain, u"entry"_s)->reveal(), value);
        QVERIFY(write(*keychain, u"entry"_s, "other"));
        QCOMPARE(read(*keychain, u"entry"_s)->reveal(), QByteArray("other"));
        QCOMPARE(read(*keychain, u"another"_s).error().fault, KeychainFault::NotFound);

        QVERIFY(QCoro::waitFor(keychain->remove(u"entry"_s, {})));
        QCOMPARE(read(*keychain, u"entry"_s).error().fault, KeychainFault::NotFound);
        QVERIFY(QCoro::waitFor(keychain->remove(u"entry"_s, {}))); // again
    }

    void signInsSurviveARestartAndTheKeyIsOnlyInTheKeyring()
    {
        QTemporaryDir dir;
        QByteArray derived;
        QString entry;
        {
            auto vault = openVault(dir);
            LoginStore logins(**vault, Keychain::system());
            QCoro::waitFor(logins.unlock({}));
            QCOMPARE(logins.state(), KeyState::Ready);
            QVERIFY(logins.save(test::login(u"l"_s), {Secret(kAccess), Secret("refresh")}));
            derived = logins.successorKey().copy().reveal();
            entry = (*vault)->keys.record()->value().entry;
        }
        const auto key = read(*Keychain::system(), entry);
        QVERIFY(key);
        for (const QByteArray &content :
             {test::contentOf(dir.path()), m_desktop.everythingOnDisk()}) {
            QVERIFY(!content.isEmpty());
            QVERIFY(!content.contains(key->reveal()));
            QVERIFY(!content.contains(kAccess));
        }

        auto vault = openVault(dir);
        LoginStore logins(**vault, Keychain::system());
        QCoro::waitFor(logins.unlock({}));
        QCOMPARE(logins.tokens({u"l"_s})->access.reveal(), kAccess);
        QCOMPARE(logins.successorKey().copy().reveal(), derived);
    }

    void aDeletedKeyIsToldAndNothingIsLostUntilThePersonSaysSo()
    {
        QTemporaryDir dir;
        auto vault = openVault(dir);
        QVERIFY(signInOnce(**vault, u"deleted"_s));
        const QByteArray key = read(*Keychain::system(), u"vault-key-deleted"_s)->copy().reveal();
        QVERIFY(QCoro::waitFor(Keychain::system()->remove(u"vault-key-deleted"_s, {})));
        {
            LoginStore logins(**vault, Keychain::system());
            QCoro::waitFor(logins.unlock({}));
            QCOMPARE(logins.state(), KeyState::Closed);
            QCOMPARE(logins.problem(), KeyProblem::EntryLost);
            QVERIFY(!(*vault)->keys.secrets()->isEmpty());
            // Somebody brings it back.
            QVERIFY(write(*Keychain::system(), u"vault-key-deleted"_s, key));
            QCoro::waitFor(logins.unlock({}));
            QCOMPARE(logins.tokens({u"l"_s})->access.reveal(), kAccess);
        }
        QVERIFY(QCoro::waitFor(Keychain::system()->remove(u"vault-key-deleted"_s, {})));
        LoginStore logins(**vault, Keychain::system());
        QCoro::waitFor(logins.unlock({}));
        QVERIFY(QCoro::waitFor(logins.startAnew({})));
        QCOMPARE(logins.state(), KeyState::Ready);
        QCOMPARE(logins.logins().size(), 1);
        QCOMPARE(logins.login({u"l"_s})->state, LoginState::NeedsLogin);
        QVERIFY(!logins.tokens({u"l"_s}));
    }

    void aRotatedKeyIsTheOnlyOneInTheKeyring()
    {
        QTemporaryDir dir;
        auto vault = openVault(dir);
        QVERIFY(signInOnce(**vault, u"rotated"_s));
        QString entry;
        {
            LoginStore logins(**vault, Keychain::system());
            QCoro::waitFor(logins.unlock({}));
            const Result<> rotated = QCoro::waitFor(logins.rotateKey({}));
            QVERIFY2(rotated, rotated ? "" : qPrintable(rotated.error().text()));
            QCOMPARE(logins.tokens({u"l"_s})->access.reveal(), kAccess);
            const auto record = (*vault)->keys.record();
            QCOMPARE((*record)->number, 2);
            QVERIFY((*record)->spareEntries.isEmpty());
            entry = (*record)->entry;
        }
        QCOMPARE(read(*Keychain::system(), u"vault-key-rotated"_s).error().fault,
                 KeychainFault::NotFound);
        QVERIFY(read(*Keychain::system(), entry));
        LoginStore logins(**vault, Keychain::system());
        QCoro::waitFor(logins.unlock({}));
        QCOMPARE(logins.tokens({u"l"_s})->access.reveal(), kAccess);
    }

    void aLockedKeyringLosesNothing()
    {
        QTemporaryDir dir;
        auto vault = openVault(dir);
        QVERIFY(signInOnce(**vault, u"locked"_s));
        m_desktop.lock();
        LoginStore logins(**vault, Keychain::system());
        QCoro::waitFor(logins.unlock({}));
        QCOMPARE(logins.state(), KeyState::Closed);
        QCOMPARE(logins.problem(), KeyProblem::Locked);

        m_desktop.unlock();
        QCoro::waitFor(logins.unlock({}));
        QCOMPARE(logins.state(), KeyState::Ready);
        QCOMPARE(logins.tokens({u"l"_s})->access.reveal(), kAccess);
    }

    void aKeyringThatDoesNotAnswerHoldsNobodyUp()
    {
        m_desktop.freeze();
        int ticks = 0;
        QTimer timer;
        connect(&timer, &QTimer::timeout, this, [&ticks] { ++ticks; });
        timer.start(10);
        const auto keychain = Keychain::system(std::chrono::milliseconds(300));
        const KeychainResult<Secret> answer = read(*keychain, u"entry"_s);
        m_desktop.thaw();
        QCOMPARE(answer.error().fault, KeychainFault::Silent);
        QVERIFY2(ticks >= 10, qPrintable(u"the event loop stood still: %1 ticks"_s.arg(ticks)));
        // It answers again.
        QTRY_COMPARE(read(*Keychain::system(), u"entry"_s).error().fault, KeychainFault::NotFound);
    }

    // libsecret's session ends with the daemon, which must not make a restart of the program
    // necessary.
    void aKeyringThatWasRestartedIsUsedAgain()
    {
        QTemporaryDir dir;
        auto vault = openVault(dir);
        QVERIFY(signInOnce(**vault, u"restarted"_s));
        m_desktop.stopKeyring();
        LoginStore logins(**vault, Keychain::system());
        QCoro::waitFor(logins.unlock({}));
        QCOMPARE(logins.state(), KeyState::Closed);
        QCOMPARE(logins.problem(), KeyProblem::Missing);

        m_desktop.startKeyring();
        QCoro::waitFor(logins.unlock({}));
        QCOMPARE(logins.state(), KeyState::Ready);
        QCOMPARE(logins.tokens({u"l"_s})->access.reveal(), kAccess);

        // Restarted while nobody asked for anything.
        m_desktop.stopKeyring();
        m_desktop.startKeyring();
        const Result<> rotated = QCoro::waitFor(logins.rotateKey({}));
        QVERIFY2(rotated, rotated ? "" : qPrintable(rotated.error().text()));
    }
};

FLAREDECK_TEST(KeychainTest)

} // namespace tst_keychain

#include "tst_keychain.moc"
