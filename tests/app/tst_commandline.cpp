#include "app/commandline.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_commandline {

using flaredeck::app::CommandLine;
using namespace Qt::StringLiterals;

class TestCommandLine : public QObject
{
    Q_OBJECT

private slots:
    void options_data();
    void options();
    void misuseIsRefusedWithAReason_data();
    void misuseIsRefusedWithAReason();
    void helpNamesEveryOption();
    void theCoreHasNoWindowToSpeakOf();

private:
    static QStringList arguments(const QString &line)
    {
        return QStringList{u"flaredeck"_s} + line.split(u' ', Qt::SkipEmptyParts);
    }
};

void TestCommandLine::options_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<QString>("meaning");

    QTest::newRow("nothing opens the window on the port of Settings") << u""_s << u"port=-1"_s;
    QTest::newRow("a trial") << u"--sandbox"_s << u"sandbox port=-1"_s;
    QTest::newRow("everything for a benchmark")
        << u"--sandbox --auto-approve --headless --port 0"_s << u"sandbox headless auto port=0"_s;
    QTest::newRow("hidden in the tray") << u"--hidden"_s << u"hidden port=-1"_s;
    QTest::newRow("another place and port")
        << u"--data-dir /tmp/x --port=9000"_s << u"port=9000 dir=/tmp/x"_s;
    QTest::newRow("a link to a page") << u"flaredeck:clients"_s << u"page=clients port=-1"_s;
    QTest::newRow("a link as browsers write them")
        << u"--sandbox Flaredeck://Grants/"_s << u"sandbox page=grants port=-1"_s;
    QTest::newRow("a link to no page opens the window") << u"flaredeck:"_s << u"port=-1"_s;
    QTest::newRow("a check of the audit trail")
        << u"--verify-audit --data-dir /tmp/x"_s << u"verify dir=/tmp/x"_s;
    QTest::newRow("the audit trail in a file")
        << u"--export-audit a.jsonl"_s << u"export=a.jsonl"_s;
    QTest::newRow("the audit trail on standard output") << u"--export-audit -"_s << u"export=-"_s;
    QTest::newRow("a command") << u"grants revoke abcd"_s << u"grants revoke abcd table"_s;
    QTest::newRow("a command, for programs") << u"status --json"_s << u"status json"_s;
    QTest::newRow("what follows") << u"calls -f -n 7"_s << u"calls follow 7 table"_s;
    QTest::newRow("what follows, in long")
        << u"logs --follow --count=7 --json"_s << u"logs follow 7 json"_s;
    QTest::newRow("help wins over commands") << u"status --help"_s << u"help"_s;
    QTest::newRow("version") << u"--version"_s << u"version"_s;
    QTest::newRow("help wins over the rest") << u"--help --sandbox"_s << u"help"_s;
}

void TestCommandLine::options()
{
    QFETCH(const QString, line);
    const auto parsed = CommandLine::parse(arguments(line), CommandLine::Program::Window);
    QVERIFY2(parsed, parsed ? "" : qPrintable(parsed.error().text()));
    QStringList meaning;
    switch (parsed->action) {
    case CommandLine::Action::ShowHelp:
        meaning << u"help"_s;
        break;
    case CommandLine::Action::ShowVersion:
        meaning << u"version"_s;
        break;
    case CommandLine::Action::VerifyAudit:
        meaning << u"verify"_s << u"dir="_s + parsed->dataDir;
        break;
    case CommandLine::Action::ExportAudit:
        meaning << u"export="_s + parsed->exportFile;
        break;
    case CommandLine::Action::Command:
        meaning << parsed->words;
        if (parsed->follows)
            meaning << u"follow"_s;
        if (parsed->count > 0)
            meaning << QString::number(parsed->count);
        meaning << (parsed->json ? u"json"_s : u"table"_s);
        break;
    case CommandLine::Action::Run:
        if (parsed->sandbox)
            meaning << u"sandbox"_s;
        if (parsed->headless)
            meaning << u"headless"_s;
        if (parsed->hidden)
            meaning << u"hidden"_s;
        if (parsed->autoApprove)
            meaning << u"auto"_s;
        if (!parsed->page.isEmpty())
            meaning << u"page="_s + parsed->page;
        meaning << u"port=%1"_s.arg(parsed->port);
        if (!parsed->dataDir.isEmpty())
            meaning << u"dir="_s + parsed->dataDir;
        break;
    }
    QTEST(meaning.join(u' '), "meaning");
}

void TestCommandLine::misuseIsRefusedWithAReason_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<QString>("reason");

    QTest::newRow("a real account is never approved unasked")
        << u"--auto-approve"_s << u"--sandbox"_s;
    QTest::newRow("an unknown option") << u"--sandobx"_s << u"sandobx"_s;
    QTest::newRow("a stray word") << u"start"_s << u"start"_s;
    QTest::newRow("JSON of nothing") << u"--json"_s << u"command"_s;
    QTest::newRow("a port that is no number") << u"--port http"_s << u"http"_s;
    QTest::newRow("a port above 65535") << u"--port 65536"_s << u"65535"_s;
    QTest::newRow("a negative port") << u"--port=-1"_s << u"65535"_s;
    QTest::newRow("a missing value") << u"--port"_s << u"port"_s;
    QTest::newRow("an empty directory") << u"--data-dir="_s << u"--data-dir"_s;
    QTest::newRow("an export to nowhere") << u"--export-audit="_s << u"--export-audit"_s;
    QTest::newRow("two steps at once") << u"--verify-audit --export-audit x"_s << u"separate"_s;
    QTest::newRow("a hidden window that does not exist")
        << u"--headless --hidden"_s << u"--hidden"_s;
    for (const char *link : {"flaredeck:--auto-approve", "flaredeck:clients?revoke=all",
                             "flaredeck://clients/../grants", "flaredeck:grants revoke all",
                             "flaredeck:clients%0a", "flaredeck:clients flaredeck:grants"})
        QTest::newRow(link) << QString::fromLatin1(link) << u"no link to a page"_s;
}

void TestCommandLine::misuseIsRefusedWithAReason()
{
    QFETCH(const QString, line);
    QFETCH(const QString, reason);
    const auto parsed = CommandLine::parse(arguments(line), CommandLine::Program::Window);
    QVERIFY(!parsed);
    QVERIFY2(parsed.error().text().contains(reason), qPrintable(parsed.error().text()));
}

void TestCommandLine::helpNamesEveryOption()
{
    const QString help = CommandLine::helpText(CommandLine::Program::Window);
    for (const QString &option : {u"--sandbox"_s, u"--headless"_s, u"--hidden"_s, u"--port"_s,
                                  u"--data-dir"_s, u"--auto-approve"_s, u"--verify-audit"_s,
                                  u"--export-audit"_s, u"--version"_s, u"--help"_s})
        QVERIFY2(help.contains(option), qPrintable(option));
}

void TestCommandLine::theCoreHasNoWindowToSpeakOf()
{
    for (const QString &option : {u"--headless"_s, u"--hidden"_s, u"flaredeck:clients"_s}) {
        const auto parsed = CommandLine::parse(arguments(option), CommandLine::Program::Core);
        QVERIFY2(!parsed, qPrintable(option));
        QVERIFY(!CommandLine::helpText(CommandLine::Program::Core).contains(option));
    }
}

FLAREDECK_TEST(TestCommandLine)

} // namespace tst_commandline

#include "tst_commandline.moc"
