#include "core/providers/cloudflare/warpdiagnostics.h"

#include "core/provider/scopes.h"
#include "tests/core/provider/comparejson.h"
#include "tests/core/tools/cataloguesetup.h"
#include "tests/support/testcase.h"
#include "tests/support/zipwriter.h"

#include <QStringEncoder>
#include <QTest>

namespace tst_warpdiagnostics {

using namespace flaredeck;
using namespace flaredeck::cloudflare;
using namespace flaredeck::test;
using namespace Qt::Literals::StringLiterals;

namespace {

const char kDevice[] = "d0000000-0000-4000-8000-000000000001";
const char kCommand[] = "c0dd0000-0000-4000-8000-000000000001";
const QByteArray kPath = QByteArray("/client/v4/accounts/a1/dex/devices/") + kDevice +
                         "/commands/downloads/" + kCommand + ".zip";

Json which(const char *file = nullptr)
{
    Json arguments{{"deviceId", kDevice}, {"commandId", kCommand}};
    if (file)
        arguments["filepath"] = file;
    return arguments;
}

QByteArray archive()
{
    QStringEncoder utf16(QStringEncoder::Utf16LE, QStringConverter::Flag::WriteBom);
    const QByteArray wide = utf16(u"Straße"_s);
    return zipOf({{"logs/", {}, false},
                  {"logs/daemon.log", "started\n"},
                  {"windows.txt", wide},
                  {"capture.bin", QByteArray("a\0b", 3)},
                  {"huge.log", QByteArray(WarpDiagFileTool::kMostBytes + 1, 'x')}});
}

} // namespace

/// The two tools that look into an archive.
class TestWarpDiagnostics : public QObject
{
    Q_OBJECT

    struct Setup : CatalogueSetup {
        Setup() { upstream.on(kPath, http::Response::text(200, archive())); }

        ToolResult ask(const Json &arguments, const CallerPtr &who = person())
        {
            return call(arguments.contains("filepath") ? u"dex_explore_remote_warp_diag_output"_s
                                                       : u"dex_list_remote_warp_diag_contents"_s,
                        arguments, context(who));
        }
        static CallerPtr person() { return caller(kOne, scopes::all()); }
        Json data(const Json &arguments)
        {
            const ToolResult result = ask(arguments);
            return result.structured ? result.structured->at("data") : Json(textOf(result));
        }
        static QString textOf(const ToolResult &result) { return result.content.constFirst().text; }
    };

private slots:
    void theFilesAreListedWithoutFolders();
    void aFileIsReadAsText_data();
    void aFileIsReadAsText();
    void whatCannotBeReadIsSaid_data();
    void whatCannotBeReadIsSaid();
    void oneDownloadServesSeveralFiles();
    void anotherLoginDownloadsItsOwn();
    void anArchiveDoesNotStay();
    void aMissingDownloadIsSaid();
};

void TestWarpDiagnostics::theFilesAreListedWithoutFolders()
{
    Setup s;
    COMPARE_JSON(s.data(which()),
                 (Json{"logs/daemon.log", "windows.txt", "capture.bin", "huge.log"}));
}

void TestWarpDiagnostics::aFileIsReadAsText_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QString>("text");
    QTest::newRow("UTF-8") << QByteArray("logs/daemon.log") << u"started\n"_s;
    QTest::newRow("UTF-16, as Windows writes it") << QByteArray("windows.txt") << u"Straße"_s;
}

void TestWarpDiagnostics::aFileIsReadAsText()
{
    QFETCH(QByteArray, file);
    Setup s;
    QTEST(json::toQString(s.data(which(file.constData()))), "text");
}

void TestWarpDiagnostics::whatCannotBeReadIsSaid_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QString>("words");
    QTest::newRow("no such file") << QByteArray("daemon.log")
                                  << u"Call dex_list_remote_warp_diag_contents"_s;
    QTest::newRow("out of the archive") << QByteArray("../../etc/passwd") << u"There is no file"_s;
    QTest::newRow("no text") << QByteArray("capture.bin") << u"no text"_s;
    QTest::newRow("too long") << QByteArray("huge.log") << u"too long to read: 8388609 bytes"_s;
}

void TestWarpDiagnostics::whatCannotBeReadIsSaid()
{
    QFETCH(QByteArray, file);
    QFETCH(QString, words);
    Setup s;
    const ToolResult result = s.ask(which(file.constData()));
    QVERIFY(result.isError);
    QVERIFY2(Setup::textOf(result).contains(words), qPrintable(Setup::textOf(result)));
}

void TestWarpDiagnostics::oneDownloadServesSeveralFiles()
{
    Setup s;
    QVERIFY(!s.ask(which()).isError);
    QVERIFY(!s.ask(which("logs/daemon.log")).isError);
    QCOMPARE(s.upstream.count(kPath), 1);
    QCOMPARE(s.upstream.last(kPath)->headers.value("Authorization"), QByteArray("Bearer at"));
}

void TestWarpDiagnostics::anotherLoginDownloadsItsOwn()
{
    Setup s;
    QVERIFY(!s.ask(which()).isError);
    CallerIdentity stranger = *Setup::person();
    stranger.login = LoginId{u"login-2"_s};
    QVERIFY(s.ask(which(), std::make_shared<CallerIdentity>(stranger)).isError);
}

void TestWarpDiagnostics::anArchiveDoesNotStay()
{
    Setup s;
    const auto upstream = std::make_shared<const tools::Upstream>(s.client, s.clock);
    const auto call = std::make_shared<tools::Invocation>();
    call->caller = Setup::person();
    call->arguments = which();
    call->account = kOne.constFirst();
    call->context = s.context(call->caller);
    call->trace = std::make_shared<QList<store::UpstreamRequest>>();
    WarpDiagnostics archives{std::chrono::milliseconds(1)};
    auto got = QCoro::waitFor(archives.get(upstream, call));
    QVERIFY(got);
    const std::weak_ptr<const ZipArchive> seen = *got;
    got = nullptr;
    QTRY_VERIFY(seen.expired());
}

void TestWarpDiagnostics::aMissingDownloadIsSaid()
{
    CatalogueSetup s;
    s.upstream.on(kPath, refused(404, 1005, "There is no such download"));
    const ToolResult result =
        s.call(u"dex_list_remote_warp_diag_contents"_s, which(), s.context(Setup::person()));
    QVERIFY(result.isError);
    QVERIFY2(Setup::textOf(result).contains(u"There is no such download"_s),
             qPrintable(Setup::textOf(result)));
}

FLAREDECK_TEST(TestWarpDiagnostics)

} // namespace tst_warpdiagnostics

#include "tst_warpdiagnostics.moc"
