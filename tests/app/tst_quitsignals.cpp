#include "app/autoprompter.h"
#include "app/quitsignals.h"
#include "core/service/corethread.h"
#include "tests/support/testcase.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <poll.h>
#include <semaphore>
#include <sys/stat.h>
#include <unistd.h>

namespace tst_quitsignals {

using namespace flaredeck;
using flaredeck::app::QuitSignals;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

/// The program under test is this one, started again with a role: a core, its main thread, and what
/// blocks one of them.
class TestQuitSignals : public QObject
{
    Q_OBJECT

private slots:
    void aHangingMainThreadStillAnswersSigterm_data();
    void aHangingMainThreadStillAnswersSigterm();
};

namespace {

constexpr int kInOrder = 0;
constexpr int kNotInOrder = 1;
constexpr int kByTheLoop = 42; ///< the event loop ended, as it should whenever it can

/// Waits for what nobody writes, as who reads a picture that is a FIFO does; but in poll(), as
/// ThreadSanitizer holds signals back from a thread in open() or read().
void block(const char *fifo)
{
    pollfd never{::open(fifo, O_RDWR), POLLIN, 0};
    for (;;)
        ::poll(&never, 1, -1);
}

int runProgram(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    const QByteArray role = argv[1];
    const char *fifo = argv[3];
    service::Options options;
    options.dataDir = {QString::fromLocal8Bit(argv[2])};
    options.sandbox = true;
    options.sessionOnlyWithoutKeychain = true;
    app::AutoPrompter agree;
    service::CoreThread core;
    const QuitSignals quit([&core] { return core.endWithin(500); }, {100ms, 100ms});
    QObject::connect(&quit, &QuitSignals::quitRequested, &application,
                     [] { QCoreApplication::exit(kByTheLoop); });
    if (!core.start(options, agree, service::CoreThread::Snapshots::None))
        return 3;
    std::binary_semaphore isListening(0);
    core.ask([&isListening](service::Commands &) { isListening.release(); });
    isListening.acquire();
    if (role.contains("core"))
        core.ask([fifo](service::Commands &) { block(fifo); });
    std::puts("ready");
    std::fflush(stdout);
    if (role.contains("main"))
        block(fifo);
    const int code = QCoreApplication::exec();
    core.stop();
    return code;
}

} // namespace

void TestQuitSignals::aHangingMainThreadStillAnswersSigterm_data()
{
    QTest::addColumn<QString>("hanging");
    QTest::addColumn<int>("signal");
    QTest::addColumn<int>("code");
    QTest::newRow("nothing hangs") << u"-"_s << SIGTERM << kByTheLoop;
    QTest::newRow("the main thread, SIGTERM") << u"main"_s << SIGTERM << kInOrder;
    QTest::newRow("the main thread, SIGINT") << u"main"_s << SIGINT << kInOrder;
    QTest::newRow("the core: the loop answers and waits for it")
        << u"core"_s << SIGTERM << kNotInOrder;
    QTest::newRow("both") << u"main,core"_s << SIGTERM << kNotInOrder;
}

void TestQuitSignals::aHangingMainThreadStillAnswersSigterm()
{
    QFETCH(QString, hanging);
    QFETCH(int, signal);
    const QTemporaryDir directory;
    const QByteArray fifo = QFile::encodeName(directory.filePath(u"picture.png"_s));
    QCOMPARE(::mkfifo(fifo.constData(), S_IRUSR | S_IWUSR), 0);
    const QString data = directory.filePath(u"data"_s);
    QVERIFY(QDir().mkdir(data));

    QProcess program;
    program.start(QCoreApplication::applicationFilePath(),
                  {u"run-until-signal"_s, hanging, data, QString::fromLocal8Bit(fifo)});
    QTRY_VERIFY_WITH_TIMEOUT(program.canReadLine(), 30'000);
    QCOMPARE(program.readLine(), "ready\n");
    QCOMPARE(::kill(pid_t(program.processId()), signal), 0);
    QVERIFY2(program.waitForFinished(20'000), "it did not end");
    QCOMPARE(program.exitStatus(), QProcess::NormalExit);
    QTEST(program.exitCode(), "code");
}

const test::Entry role("run-until-signal", &runProgram);
FLAREDECK_TEST(TestQuitSignals)

} // namespace tst_quitsignals

#include "tst_quitsignals.moc"
