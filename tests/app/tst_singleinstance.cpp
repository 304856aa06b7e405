#include "app/singleinstance.h"
#include "tests/support/testcase.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QLocalServer>
#include <QLocalSocket>
#include <QScopeGuard>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <future>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tst_singleinstance {

using flaredeck::app::SingleInstance;
using namespace Qt::StringLiterals;

namespace {

constexpr uid_t kNobody = 65534;

sockaddr_un addressOf(const QString &path)
{
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    qstrncpy(address.sun_path, QFile::encodeName(path).constData(), sizeof address.sun_path);
    return address;
}

} // namespace

class TestSingleInstance : public QObject
{
    Q_OBJECT

private slots:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        qunsetenv("XDG_RUNTIME_DIR");
    }

    void theSecondOneIsNotTheFirst();
    void theSecondOneRaisesTheFirst();
    void theSecondOneNamesAPage();
    void whoAsksForSomethingElseRaisesNothing();
    void aFirstOneWithoutWindowSaysSo();
    void otherDirectoriesDoNotMeet();
    void whatAKilledOneLeftDoesNotBlock();
    void withoutAFirstOneThereIsNoAnswer();
    void aLockThatCannotBeIsNoOtherOneThatRuns_data();
    void aLockThatCannotBeIsNoOtherOneThatRuns();
    void theLockFileOfARunningOneIsLeftAsItIs();
    void nobodyListensInTheTemporaryDirectory();
    void aRuntimeDirectoryThatOthersEnterIsNotUsed();
    void aLaterStartWithoutTheSessionFindsTheFirst();
    void anImpostorOfAnotherUserIsNotBelieved();
    void anotherUserRaisesNothing();
    void whoTakesTheSocketAndIsSilentIsNotBelieved();

private:
    [[nodiscard]] QString lockFile() const { return m_dir->filePath(u"flaredeck.lock"_s); }
    /// Where there is no session.
    [[nodiscard]] QString ownSocket() const { return m_dir->filePath(u"flaredeck.socket"_s); }
    static bool isSocket(const QString &path)
    {
        struct stat found = {};
        return ::lstat(QFile::encodeName(path).constData(), &found) == 0 && S_ISSOCK(found.st_mode);
    }
    /// The later start waits for its answer, so it cannot share the thread of the first one.
    [[nodiscard]] std::future<SingleInstance::Raised>
    raiseFromElsewhere(const QString &page = {}) const
    {
        return std::async(std::launch::async, [file = lockFile(), page] {
            return SingleInstance(file).raiseOther(page);
        });
    }
    static bool isReady(const std::future<SingleInstance::Raised> &answer)
    {
        return answer.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
    }

    std::unique_ptr<QTemporaryDir> m_dir;
};

void TestSingleInstance::theSecondOneIsNotTheFirst()
{
    auto first = std::make_unique<SingleInstance>(lockFile());
    QVERIFY(first->acquire());
    SingleInstance second(lockFile());
    QVERIFY(!second.acquire());
    QCOMPARE(second.otherPid(), QCoreApplication::applicationPid());
    first.reset();
    QVERIFY(second.acquire());
}

void TestSingleInstance::theSecondOneRaisesTheFirst()
{
    SingleInstance first(lockFile());
    QVERIFY(first.acquire());
    first.setHasWindow(true);
    QSignalSpy raised(&first, &SingleInstance::raiseRequested);
    auto answer = raiseFromElsewhere();
    QTRY_VERIFY(isReady(answer));
    QCOMPARE(answer.get(), SingleInstance::Raised::Window);
    QCOMPARE(raised.size(), 1);
    QCOMPARE(raised.at(0).at(0).toString(), QString());
}

void TestSingleInstance::theSecondOneNamesAPage()
{
    SingleInstance first(lockFile());
    QVERIFY(first.acquire());
    first.setHasWindow(true);
    QSignalSpy raised(&first, &SingleInstance::raiseRequested);
    auto answer = raiseFromElsewhere(u"clients"_s);
    QTRY_VERIFY(isReady(answer));
    QCOMPARE(answer.get(), SingleInstance::Raised::Window);
    QCOMPARE(raised.size(), 1);
    QCOMPARE(raised.at(0).at(0).toString(), u"clients"_s);
}

void TestSingleInstance::whoAsksForSomethingElseRaisesNothing()
{
    SingleInstance first(lockFile());
    QVERIFY(first.acquire());
    first.setHasWindow(true);
    QSignalSpy raised(&first, &SingleInstance::raiseRequested);
    for (const QByteArray &request : {"quit\n"_ba, QByteArray(100, 'a')}) {
        QLocalSocket other;
        other.connectToServer(ownSocket());
        other.write(request);
        QTRY_COMPARE(other.state(), QLocalSocket::UnconnectedState);
        QCOMPARE(other.readAll(), QByteArray());
    }
    QCOMPARE(raised.size(), 0);
}

void TestSingleInstance::aFirstOneWithoutWindowSaysSo()
{
    SingleInstance first(lockFile());
    QVERIFY(first.acquire());
    QSignalSpy raised(&first, &SingleInstance::raiseRequested);
    auto answer = raiseFromElsewhere();
    QTRY_VERIFY(isReady(answer));
    QCOMPARE(answer.get(), SingleInstance::Raised::NoWindow);
    QVERIFY(raised.isEmpty());
}

void TestSingleInstance::otherDirectoriesDoNotMeet()
{
    SingleInstance first(lockFile());
    QVERIFY(first.acquire());
    QTemporaryDir elsewhere;
    SingleInstance other(elsewhere.filePath(u"flaredeck.lock"_s));
    QVERIFY(other.acquire());
}

void TestSingleInstance::whatAKilledOneLeftDoesNotBlock()
{
    // A lock file that names a running process, as after a restart of a container, and a socket
    // that nobody serves.
    QFile file(lockFile());
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray::number(QCoreApplication::applicationPid()));
    file.close();
    SingleInstance next(lockFile());
    QVERIFY(next.acquire());
    next.setHasWindow(true);
    auto answer = raiseFromElsewhere();
    QTRY_VERIFY(isReady(answer));
    QCOMPARE(answer.get(), SingleInstance::Raised::Window);
}

void TestSingleInstance::withoutAFirstOneThereIsNoAnswer()
{
    QCOMPARE(SingleInstance(lockFile()).raiseOther(), SingleInstance::Raised::NoAnswer);
}

void TestSingleInstance::aLockThatCannotBeIsNoOtherOneThatRuns_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<QString>("words");

    QTest::newRow("a link, whose target would be emptied") << u"link"_s << u"is a link to"_s;
    QTest::newRow("a second name of another file") << u"hard link"_s << u"is another file"_s;
    QTest::newRow("a FIFO") << u"fifo"_s << u"is a pipe"_s;
    QTest::newRow("a directory") << u"directory"_s << u"is a directory"_s;
    QTest::newRow("a missing directory") << u"missing"_s << u"cannot be used: No such file"_s;
    QTest::newRow("another user's") << u"foreign"_s << u"belongs to another user"_s;
}

void TestSingleInstance::aLockThatCannotBeIsNoOtherOneThatRuns()
{
    QFETCH(const QString, what);
    QFETCH(const QString, words);
    const QString target = m_dir->filePath(u"target"_s);
    const QByteArray name = QFile::encodeName(lockFile());
    QFile file(target);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("precious");
    file.close();
    QString lock = lockFile();
    if (what == u"link"_s)
        QVERIFY(QFile::link(target, lock));
    else if (what == u"hard link"_s)
        QCOMPARE(::link(QFile::encodeName(target).constData(), name.constData()), 0);
    else if (what == u"fifo"_s)
        QCOMPARE(::mkfifo(name.constData(), 0600), 0);
    else if (what == u"directory"_s)
        QVERIFY(QDir().mkdir(lock));
    else if (what == u"missing"_s)
        lock = m_dir->filePath(u"missing/flaredeck.lock"_s);
    else
        QVERIFY(QFile::copy(target, lock));
    if (what == u"foreign"_s && ::chown(name.constData(), kNobody, kNobody) != 0)
        QSKIP("only root can give a file away");

    SingleInstance first(lock);
    QVERIFY(!first.acquire());
    QVERIFY(first.problem());
    QVERIFY2(first.problem()->message.contains(words), qPrintable(first.problem()->message));
    QVERIFY(first.problem()->message.contains(lock));
    QVERIFY(!first.problem()->action.isEmpty());
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), "precious"_ba);
}

void TestSingleInstance::theLockFileOfARunningOneIsLeftAsItIs()
{
    SingleInstance first(lockFile());
    QVERIFY(first.acquire());
    SingleInstance second(lockFile());
    QVERIFY(!second.acquire());
    QVERIFY(!second.problem());
    QCOMPARE(first.otherPid(), QCoreApplication::applicationPid());
}

void TestSingleInstance::nobodyListensInTheTemporaryDirectory()
{
    QTemporaryDir temporary;
    const QByteArray before = qgetenv("TMPDIR");
    const auto restore = qScopeGuard(
        [&before] { before.isNull() ? qunsetenv("TMPDIR") : qputenv("TMPDIR", before); });
    qputenv("TMPDIR", QFile::encodeName(temporary.path()));
    SingleInstance first(lockFile());
    QVERIFY(first.acquire());
    QVERIFY(QDir(temporary.path())
                .entryList(QDir::AllEntries | QDir::System | QDir::Hidden | QDir::NoDotAndDotDot)
                .isEmpty());
    QVERIFY(isSocket(ownSocket()));
}

void TestSingleInstance::aRuntimeDirectoryThatOthersEnterIsNotUsed()
{
    QTemporaryDir runtime;
    QVERIFY(QFile::setPermissions(runtime.path(), QFile::Permissions(0x7777)));
    qputenv("XDG_RUNTIME_DIR", QFile::encodeName(runtime.path()));
    SingleInstance first(lockFile());
    QVERIFY(first.acquire());
    QVERIFY(isSocket(ownSocket()));
}

void TestSingleInstance::aLaterStartWithoutTheSessionFindsTheFirst()
{
    SingleInstance first(lockFile()); // started by cron, say
    QVERIFY(first.acquire());
    first.setHasWindow(true);
    QTemporaryDir runtime;
    qputenv("XDG_RUNTIME_DIR", QFile::encodeName(runtime.path()));
    auto answer = raiseFromElsewhere();
    QTRY_VERIFY(isReady(answer));
    QCOMPARE(answer.get(), SingleInstance::Raised::Window);

    SingleInstance another(m_dir->filePath(u"another.lock"_s));
    QVERIFY(another.acquire());
    QCOMPARE(QDir(runtime.path()).entryList(QDir::System | QDir::Files).size(), 1);
}

void TestSingleInstance::anImpostorOfAnotherUserIsNotBelieved()
{
    if (::geteuid() != 0)
        QSKIP("only root can become somebody else");
    const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
    const sockaddr_un address = addressOf(ownSocket());
    QCOMPARE(::bind(socket, reinterpret_cast<const sockaddr *>(&address), sizeof address), 0);
    int ready[2] = {-1, -1};
    QCOMPARE(::pipe(ready), 0);
    const pid_t impostor = ::fork();
    if (impostor == 0) {
        // A listener has the credentials of whoever called listen() (unix(7)).
        if (::setuid(kNobody) != 0 || ::listen(socket, 1) != 0 || ::write(ready[1], "!", 1) != 1)
            ::_exit(1);
        const int peer = ::accept(socket, nullptr, nullptr);
        ::_exit(::write(peer, "window\n", 7) == 7 ? 0 : 1);
    }
    ::close(socket);
    char sign = 0;
    QCOMPARE(::read(ready[0], &sign, 1), 1);
    const auto raised = SingleInstance(lockFile()).raiseOther();
    ::kill(impostor, SIGKILL);
    ::waitpid(impostor, nullptr, 0);
    QCOMPARE(raised, SingleInstance::Raised::NoAnswer);
}

void TestSingleInstance::anotherUserRaisesNothing()
{
    if (::geteuid() != 0)
        QSKIP("only root can become somebody else");
    SingleInstance first(lockFile());
    QVERIFY(first.acquire());
    first.setHasWindow(true);
    QSignalSpy raised(&first, &SingleInstance::raiseRequested);
    const auto everybody = QFile::Permissions(0x7777);
    QVERIFY(QFile::setPermissions(m_dir->path(), everybody));
    QVERIFY(QFile::setPermissions(ownSocket(), everybody));
    const sockaddr_un address = addressOf(ownSocket());
    const pid_t stranger = ::fork();
    if (stranger == 0) {
        const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
        char answer[16];
        if (::setuid(kNobody) != 0 ||
            ::connect(socket, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0)
            ::_exit(1);
        ::_exit(::read(socket, answer, sizeof answer) > 0 ? 2 : 0);
    }
    int status = -1;
    bool ended = false;
    QTRY_VERIFY_WITH_TIMEOUT(ended = ended || ::waitpid(stranger, &status, WNOHANG) == stranger,
                             20'000);
    QVERIFY(WIFEXITED(status));
    QCOMPARE(WEXITSTATUS(status), 0); // 2: it was answered
    QCOMPARE(raised.size(), 0);
}

void TestSingleInstance::whoTakesTheSocketAndIsSilentIsNotBelieved()
{
    QLocalServer silent;
    QVERIFY(silent.listen(ownSocket()));
    QCOMPARE(SingleInstance(lockFile()).raiseOther(), SingleInstance::Raised::NoAnswer);
}

FLAREDECK_TEST(TestSingleInstance)

} // namespace tst_singleinstance

#include "tst_singleinstance.moc"
