#include "tests/core/connect/connectortest.h"
#include "tests/support/testcase.h"

#include <sys/stat.h>
#include <unistd.h>

namespace tst_connector {

using namespace flaredeck;
using namespace flaredeck::connect;
using namespace Qt::StringLiterals;
using State = ClientSetup::State;

/// A person's clients, connected and taken back.
class TestConnector : public ConnectorTest
{
    Q_OBJECT

private slots:
    void init() { makeHome(); }
    void everyClientIsEnteredAndTakenOutAgain_data();
    void everyClientIsEnteredAndTakenOutAgain();
    void nothingIsFoundInAnEmptyHome();
    void aTraceOfAClientIsEnough();
    void theRestOfTheFileStaysToTheByte();
    void whatChangedSinceThePreviewIsNotOverwritten();
    void afterSomebodyWroteOnlyOurEntryGoes();
    void whatUndoingDoesIsShownFirst();
    void theFormerEntryComesBack();
    void twoChangesInARowAreUndoneTogether();
    void aBrokenFileIsShownAndNotTouched();
    void linksAreFollowed();
    void linksOutOfTheHomeAreRefused();
    void rightsStay();
    void aLockOfTheClientIsRespected();
    void aLostEntryIsTold();
    void anotherWriterBetweenTwoChangesLosesNothing();
    void anotherInstancesEntryIsNotOurs();
    void aFileThatIsGoneIsPutBack();
    void rightsOfTheFolderDoNotWidenThem();
    void aSecondNameIsRefused();
    void aVariableThatIsSetDecides();
    void unknownClientsAreRefused();
};

void TestConnector::everyClientIsEnteredAndTakenOutAgain_data()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<Way>("way");
    for (const KnownClient &client :
         knownClients({u"/home"_s, u"/home/.config"_s, u"/home/.config"_s, {}})) {
        for (const Way way : {Way::Http, Way::Bridge}) {
            if (client.shape(way))
                QTest::addRow("%s %s", qPrintable(client.id), way == Way::Http ? "http" : "bridge")
                    << client.id << way;
        }
    }
}

void TestConnector::everyClientIsEnteredAndTakenOutAgain()
{
    QFETCH(QString, id);
    QFETCH(Way, way);
    const auto plan = m_connector->plan(id, way, m_target, false);
    QVERIFY2(plan, qPrintable(plan ? QString() : plan.error().text()));
    QVERIFY(plan->createsFile);
    const auto done = m_connector->write(id, way, m_target, false, plan->token, 1000);
    QVERIFY2(done, qPrintable(done ? QString() : done.error().text()));
    const ClientSetup setup = setupOf(id);
    QCOMPARE(setup.state, State::Configured);
    QCOMPARE(setup.way, way);
    QCOMPARE(setup.writtenAt, 1000);
    const QString needle = way == Way::Http ? m_target.url : m_target.bridge.first();
    QFile file(setup.file);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll().contains(needle.toUtf8()));
    // Nobody else may read a file that holds what a program runs.
    QCOMPARE(file.permissions() & (QFile::ReadOther | QFile::WriteOther), QFile::Permissions());
    QVERIFY(m_connector->undo(id));
    QVERIFY(!QFile::exists(setup.file));
    QVERIFY(!setupOf(id).canUndo);
}

void TestConnector::nothingIsFoundInAnEmptyHome()
{
    const QList<ClientSetup> clients = m_connector->survey(m_target).clients;
    QVERIFY(clients.size() > 20);
    for (const ClientSetup &setup : clients)
        QCOMPARE(setup.state, State::NotFound);
}

void TestConnector::aTraceOfAClientIsEnough()
{
    put(u"bin/codex"_s, "#!/bin/sh\n");
    QFile::setPermissions(path(u"bin/codex"_s), QFile::ReadOwner | QFile::ExeOwner);
    QDir().mkpath(path(u".cursor"_s));
    QCOMPARE(setupOf(u"codex"_s).state, State::Found);
    QCOMPARE(setupOf(u"cursor"_s).state, State::Found);
    QCOMPARE(setupOf(u"zed"_s).state, State::NotFound);
    QCOMPARE(m_connector->survey(m_target).clients.at(2).state, State::NotFound);
}

void TestConnector::theRestOfTheFileStaysToTheByte()
{
    const QByteArray before =
        "\xef\xbb\xbf// mine\r\n{\r\n\t\"theme\": \"x\", // keep\r\n"
        "\t\"context_servers\": {\r\n\t\t\"other\": { \"command\": \"a\" },\r\n"
        "\t},\r\n}";
    put(u".config/zed/settings.json"_s, before);
    QVERIFY(connectTo(u"zed"_s, Way::Http));
    const QByteArray after = content(u".config/zed/settings.json"_s);
    QVERIFY(after.startsWith(before.first(before.indexOf("\r\n\t},"))));
    QVERIFY(after.endsWith("\r\n\t},\r\n}"));
    QCOMPARE(after.count('\n'), after.count("\r\n"));
    QVERIFY(m_connector->undo(u"zed"_s));
    QCOMPARE(content(u".config/zed/settings.json"_s), before);
}

void TestConnector::whatChangedSinceThePreviewIsNotOverwritten()
{
    put(u".cursor/mcp.json"_s, "{}");
    const auto plan = m_connector->plan(u"cursor"_s, Way::Http, m_target, false);
    QVERIFY(plan);
    put(u".cursor/mcp.json"_s, "{\"mcpServers\":{\"new\":{\"command\":\"a\"}}}");
    const auto done = m_connector->write(u"cursor"_s, Way::Http, m_target, false, plan->token, 1);
    QVERIFY(!done);
    QCOMPARE(done.error().kind, Error::Kind::Cancelled);
    QCOMPARE(content(u".cursor/mcp.json"_s), "{\"mcpServers\":{\"new\":{\"command\":\"a\"}}}");
    // Neither does another order take the token of this one.
    const auto other = m_connector->plan(u"cursor"_s, Way::Http, m_target, false);
    QVERIFY(!m_connector->write(u"cursor"_s, Way::Bridge, m_target, false, other->token, 1));
}

void TestConnector::afterSomebodyWroteOnlyOurEntryGoes()
{
    put(u".cursor/mcp.json"_s, "{\"mcpServers\": {\"a\": {\"command\": \"a\"}}}\n");
    QVERIFY(connectTo(u"cursor"_s, Way::Http));
    QByteArray changed = content(u".cursor/mcp.json"_s);
    changed.replace("\"command\": \"a\"", "\"command\": \"b\"");
    put(u".cursor/mcp.json"_s, changed);
    const auto done = m_connector->undo(u"cursor"_s);
    QVERIFY(done);
    QVERIFY2(done->contains(u"Another program"_s), qPrintable(*done));
    QCOMPARE(content(u".cursor/mcp.json"_s), "{\"mcpServers\": {\"a\": {\"command\": \"b\"}}}\n");
}

void TestConnector::whatUndoingDoesIsShownFirst()
{
    QVERIFY(m_connector->planUndo().isEmpty());
    put(u".cursor/mcp.json"_s, "{\"mcpServers\": {\n\"other\": {\"command\": \"true\"}\n}}\n");
    QVERIFY(connectTo(u"cursor"_s, Way::Bridge));
    const QByteArray connected = content(u".cursor/mcp.json"_s);
    QVERIFY(connectTo(u"gemini"_s, Way::Bridge)); // which had no file
    QList<UndoPlan> plans = m_connector->planUndo();
    QCOMPARE(plans.size(), 2);
    for (const UndoPlan &plan : std::as_const(plans)) {
        QVERIFY2(plan.difference.contains(u"flaredeck-bridge"_s), qPrintable(plan.difference));
        QCOMPARE(plan.removesFile, plan.id == "gemini"_L1);
        QCOMPARE(plan.problem, QString());
    }
    QCOMPARE(content(u".cursor/mcp.json"_s), connected); // it was only shown
    put(u".cursor/mcp.json"_s, "{ no JSON");
    plans = m_connector->planUndo();
    const auto broken = std::find_if(plans.begin(), plans.end(),
                                     [](const UndoPlan &plan) { return plan.id == "cursor"_L1; });
    QVERIFY(broken != plans.end());
    QVERIFY(!broken->problem.isEmpty());
    QCOMPARE(broken->difference, QString());
}

void TestConnector::theFormerEntryComesBack()
{
    put(u".cursor/mcp.json"_s, "{\"mcpServers\": {\"flaredeck\": {\"url\": \"http://x/mcp\"}}}\n");
    QVERIFY(connectTo(u"cursor"_s, Way::Http));
    put(u".cursor/mcp.json"_s, content(u".cursor/mcp.json"_s) + "\n");
    QVERIFY(m_connector->undo(u"cursor"_s));
    QCOMPARE(content(u".cursor/mcp.json"_s),
             "{\"mcpServers\": {\"flaredeck\": {\"url\": \"http://x/mcp\"}}}\n\n");
}

void TestConnector::twoChangesInARowAreUndoneTogether()
{
    put(u".cursor/mcp.json"_s, "{}\n");
    QVERIFY(connectTo(u"cursor"_s, Way::Http));
    QVERIFY(connectTo(u"cursor"_s, Way::Bridge));
    QCOMPARE(setupOf(u"cursor"_s).way, Way::Bridge);
    QVERIFY(m_connector->undo(u"cursor"_s));
    QCOMPARE(content(u".cursor/mcp.json"_s), "{}\n");
    QVERIFY(!m_connector->undo(u"cursor"_s));
}

void TestConnector::aBrokenFileIsShownAndNotTouched()
{
    put(u".cursor/mcp.json"_s, "{\n  \"mcpServers\": {\n    \"a\": 1 \"b\": 2\n  }\n}\n");
    const ClientSetup setup = setupOf(u"cursor"_s);
    QCOMPARE(setup.state, State::Unreadable);
    QVERIFY2(setup.problem.contains(u"ine 3"_s), qPrintable(setup.problem));
    QVERIFY(!m_connector->plan(u"cursor"_s, Way::Http, m_target, false));
}

void TestConnector::linksAreFollowed()
{
    put(u"dotfiles/mcp.json"_s, "{}\n");
    QDir().mkpath(path(u".cursor"_s));
    QVERIFY(QFile::link(path(u"dotfiles/mcp.json"_s), path(u".cursor/mcp.json"_s)));
    QVERIFY(connectTo(u"cursor"_s, Way::Http));
    QVERIFY(QFileInfo(path(u".cursor/mcp.json"_s)).isSymbolicLink());
    QVERIFY(content(u"dotfiles/mcp.json"_s).contains(m_target.url.toUtf8()));
    QVERIFY(m_connector->undo(u"cursor"_s));
    QVERIFY(QFileInfo(path(u".cursor/mcp.json"_s)).isSymbolicLink());
    QCOMPARE(content(u"dotfiles/mcp.json"_s), "{}\n");
}

void TestConnector::linksOutOfTheHomeAreRefused()
{
    QTemporaryDir elsewhere;
    QFile::link(elsewhere.path(), path(u".cursor"_s));
    const auto plan = m_connector->plan(u"cursor"_s, Way::Http, m_target, false);
    QVERIFY(!plan);
    QVERIFY2(plan.error().text().contains(u"home directory"_s), qPrintable(plan.error().text()));
    QFile file(elsewhere.filePath(u"mcp.json"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.close();
    const auto there = m_connector->plan(u"cursor"_s, Way::Http, m_target, false);
    QVERIFY(!there);
    QVERIFY2(there.error().text().contains(u"leads out"_s), qPrintable(there.error().text()));
}

void TestConnector::rightsStay()
{
    put(u".cursor/mcp.json"_s, "{}\n");
    const auto rights = QFile::ReadOwner | QFile::WriteOwner | QFile::ReadGroup;
    QFile::setPermissions(path(u".cursor/mcp.json"_s), rights);
    QVERIFY(connectTo(u"cursor"_s, Way::Http));
    constexpr auto kAll = QFile::ReadOwner | QFile::WriteOwner | QFile::ReadGroup |
                          QFile::WriteGroup | QFile::ReadOther | QFile::WriteOther;
    QCOMPARE(QFile::permissions(path(u".cursor/mcp.json"_s)) & kAll, rights);
    QCOMPARE(QDir(path(u".cursor"_s)).entryList(QDir::Files | QDir::Hidden),
             QStringList{u"mcp.json"_s});
}

void TestConnector::aLockOfTheClientIsRespected()
{
    put(u".claude.json"_s, "{}\n");
    QDir().mkpath(path(u".claude.json.lock"_s));
    const auto refused = connectTo(u"claude-code"_s, Way::Http);
    QVERIFY(!refused);
    QCOMPARE(refused.error().kind, Error::Kind::Timeout);
    QCOMPARE(content(u".claude.json"_s), "{}\n");
    QCOMPARE(setupOf(u"claude-code"_s).state, State::Found);
    QDir().rmdir(path(u".claude.json.lock"_s));
    QVERIFY(connectTo(u"claude-code"_s, Way::Http));
    QVERIFY(!QFile::exists(path(u".claude.json.lock"_s)));
}

void TestConnector::aLostEntryIsTold()
{
    put(u".cursor/mcp.json"_s, "{}\n");
    QVERIFY(connectTo(u"cursor"_s, Way::Http));
    put(u".cursor/mcp.json"_s, "{}\n");
    QCOMPARE(setupOf(u"cursor"_s).state, State::Lost);
}

void TestConnector::anotherWriterBetweenTwoChangesLosesNothing()
{
    const QByteArray relay =
        R"({"mcpServers": {"cf": {"command": "npx", "args": ["mcp-remote", "http://localhost:8788/mcp"]}}})";
    put(u".cursor/mcp.json"_s, relay);
    QVERIFY(connectTo(u"cursor"_s, Way::Http));
    put(u".cursor/mcp.json"_s, content(u".cursor/mcp.json"_s) + "\n");
    QVERIFY(connectTo(u"cursor"_s, Way::Bridge));
    QVERIFY(m_connector->undo(u"cursor"_s));
    QVERIFY(Entry::parse(content(u".cursor/mcp.json"_s).toStdString()) ==
            Entry::parse(relay.toStdString()));
}

void TestConnector::anotherInstancesEntryIsNotOurs()
{
    put(u".cursor/mcp.json"_s, "{}\n");
    QVERIFY(connectTo(u"cursor"_s, Way::Bridge));
    const Connector other(places(), path(u"other"_s));
    Target real = m_target;
    real.bridge = {u"/opt/flaredeck/flaredeck-bridge"_s};
    const auto plan = other.plan(u"cursor"_s, Way::Bridge, real, false);
    QVERIFY(plan && !plan->replaces.isEmpty());
    QVERIFY(other.write(u"cursor"_s, Way::Bridge, real, false, plan->token, 1));
    const QByteArray theirs = content(u".cursor/mcp.json"_s);
    const auto undone = m_connector->undo(u"cursor"_s);
    QVERIFY(undone);
    QVERIFY2(undone->contains(u"nothing of Flaredeck's"_s), qPrintable(*undone));
    QCOMPARE(content(u".cursor/mcp.json"_s), theirs);
}

void TestConnector::aFileThatIsGoneIsPutBack()
{
    put(u".cursor/mcp.json"_s, "{}\n");
    QVERIFY(connectTo(u"cursor"_s, Way::Http));
    QVERIFY(QFile::remove(path(u".cursor/mcp.json"_s)));
    QVERIFY(m_connector->undo(u"cursor"_s));
    QCOMPARE(content(u".cursor/mcp.json"_s), "{}\n");
}

void TestConnector::rightsOfTheFolderDoNotWidenThem()
{
    put(u".cursor/mcp.json"_s, "{}\n");
    const QByteArray file = QFile::encodeName(path(u".cursor/mcp.json"_s));
    QCOMPARE(::chmod(file.constData(), 0640), 0);
    struct stat before = {};
    QCOMPARE(::stat(file.constData(), &before), 0);
    if (::geteuid() != 0)
        QSKIP("only root may give a folder any group");
    const QByteArray folder = QFile::encodeName(path(u".cursor"_s));
    QCOMPARE(::chown(folder.constData(), uid_t(-1), before.st_gid + 1), 0);
    QCOMPARE(::chmod(folder.constData(), 02750), 0); // new files get the folder's group
    QVERIFY(connectTo(u"cursor"_s, Way::Http));
    struct stat after = {};
    QCOMPARE(::stat(file.constData(), &after), 0);
    QCOMPARE(after.st_gid, before.st_gid);
    QCOMPARE(after.st_mode, before.st_mode);
}

void TestConnector::aSecondNameIsRefused()
{
    put(u".cursor/mcp.json"_s, "{}\n");
    QCOMPARE(::link(QFile::encodeName(path(u".cursor/mcp.json"_s)).constData(),
                    QFile::encodeName(path(u"second"_s)).constData()),
             0);
    const auto plan = m_connector->plan(u"cursor"_s, Way::Http, m_target, false);
    QVERIFY(!plan);
    QVERIFY2(plan.error().text().contains(u"second name"_s), qPrintable(plan.error().text()));
}

void TestConnector::aVariableThatIsSetDecides()
{
    put(u".codex/config.toml"_s, "model = \"x\"\n");
    qputenv("CODEX_HOME", QFile::encodeName(path(u"moved"_s)));
    const QString file = setupOf(u"codex"_s).file;
    qunsetenv("CODEX_HOME");
    QCOMPARE(file, path(u"moved/config.toml"_s));
    QCOMPARE(setupOf(u"codex"_s).file, path(u".codex/config.toml"_s));
}

void TestConnector::unknownClientsAreRefused()
{
    QCOMPARE(m_connector->plan(u"nope"_s, Way::Http, m_target, false).error().kind,
             Error::Kind::NotFound);
    QCOMPARE(m_connector->plan(u"claude-desktop"_s, Way::Http, m_target, false).error().kind,
             Error::Kind::InvalidInput);
    m_target.bridge.clear();
    QVERIFY(!m_connector->plan(u"claude-desktop"_s, Way::Bridge, m_target, false));
}

FLAREDECK_TEST(TestConnector)

} // namespace tst_connector

#include "tst_connector.moc"
