#include "core/connect/connector.h"
#include "tests/support/testcase.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>

namespace tst_connector {

using namespace flaredeck;
using namespace flaredeck::connect;
using namespace Qt::StringLiterals;
using State = ClientSetup::State;

/// A person's clients, connected and taken back, in a home directory of the test's own.
class TestConnector : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void everyClientIsEnteredAndTakenOutAgain_data();
    void everyClientIsEnteredAndTakenOutAgain();
    void nothingIsFoundInAnEmptyHome();
    void aTraceOfAClientIsEnough();
    void theRestOfTheFileStaysToTheByte();
    void whatChangedSinceThePreviewIsNotOverwritten();
    void afterSomebodyWroteOnlyOurEntryGoes();
    void theFormerEntryComesBack();
    void twoChangesInARowAreUndoneTogether();
    void aBrokenFileIsShownAndNotTouched();
    void linksAreFollowed();
    void linksOutOfTheHomeAreRefused();
    void rightsStay();
    void anEntryByHandCounts_data();
    void anEntryByHandCounts();
    void relaysAreReplacedUnderTheirNames();
    void relaysThatSayMoreStay();
    void hostedServersAreReplacedOnRequest();
    void whatIsTheClientsOwnStays();
    void aLockOfTheClientIsRespected();
    void aLostEntryIsTold();
    void anotherPortIsWrittenWhereWeWroteTheFormer();
    void whatThePersonSwitchedOffStaysOff();
    void anotherWriterBetweenTwoChangesLosesNothing();
    void anotherInstancesEntryIsNotOurs();
    void aNameThatIsTakenIsSaidToBeReplaced();
    void nothingOfAnotherServerIsKept();
    void aFileThatIsGoneIsPutBack();
    void rightsOfTheFolderDoNotWidenThem();
    void aSecondNameIsRefused();
    void withoutAnAddressNothingIsWritten();
    void aVariableThatIsSetDecides();
    void theNameInTheInstructionsIsTheEntrys();
    void secretsAreNotShown();
    void secretsInAnySpellingAreNotShown();
    void whatIsWrittenIsShown();
    void longLinesAreCutToTheChange();
    void unknownClientsAreRefused();

private:
    [[nodiscard]] QString path(const QString &name) const { return m_home->filePath(name); }
    void put(const QString &name, const QByteArray &content) const;
    [[nodiscard]] QByteArray content(const QString &name) const;
    [[nodiscard]] ClientSetup setupOf(const QString &id) const;
    [[nodiscard]] Result<> connectTo(const QString &id, Way way, bool alsoHosted = false) const;

    std::unique_ptr<QTemporaryDir> m_home;
    std::unique_ptr<Connector> m_connector;
    Target m_target;
};

void TestConnector::init()
{
    m_home = std::make_unique<QTemporaryDir>();
    const Places places{m_home->path(), path(u".config"_s), path(u".config"_s), {path(u"bin"_s)}};
    m_connector =
        std::make_unique<Connector>(places, path(u".local/share/flaredeck/connections"_s));
    m_target = {u"http://localhost:8788/mcp"_s,
                {u"/opt/flaredeck/flaredeck-bridge"_s, u"--sandbox"_s},
                {u"observability"_s},
                u"mcp.example.com"_s};
}

void TestConnector::put(const QString &name, const QByteArray &content) const
{
    QVERIFY(QDir().mkpath(QFileInfo(path(name)).absolutePath()));
    QFile file(path(name));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(content);
}

QByteArray TestConnector::content(const QString &name) const
{
    QFile file(path(name));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("(no file)");
}

ClientSetup TestConnector::setupOf(const QString &id) const
{
    for (const ClientSetup &setup : m_connector->survey(m_target).clients) {
        if (setup.id == id)
            return setup;
    }
    return {};
}

Result<> TestConnector::connectTo(const QString &id, Way way, bool alsoHosted) const
{
    const auto plan = m_connector->plan(id, way, m_target, alsoHosted);
    return plan ? m_connector->write(id, way, m_target, alsoHosted, plan->token, 1000)
                : fail(plan.error());
}

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

void TestConnector::anEntryByHandCounts_data()
{
    QTest::addColumn<QByteArray>("entry");
    QTest::addColumn<State>("state");
    const auto row = [](const char *name, const char *entry, State state) {
        QTest::newRow(name) << QByteArray(entry) << state;
    };
    row("the address", R"("cf": {"url": "http://127.0.0.1:8788/mcp"})", State::Configured);
    row("one toolset", R"("cf": {"url": "http://localhost:8788/observability/mcp"})",
        State::Configured);
    row("SSE", R"("cf": {"url": "http://[::1]:8788/sse"})", State::Configured);
    row("the bridge",
        R"("cf": {"command": "/opt/flaredeck/flaredeck-bridge", "args": ["--sandbox"]})",
        State::Configured);
    row("switched off", R"("cf": {"url": "http://localhost:8788/mcp", "disabled": true})",
        State::Different);
    row("another port", R"("flaredeck": {"url": "http://localhost:9999/mcp"})", State::Different);
    row("another bridge", R"("cf": {"command": "/old/flaredeck-bridge"})", State::Different);
    row("another server", R"("cf": {"url": "http://localhost:9999/mcp"})", State::Found);
}

void TestConnector::anEntryByHandCounts()
{
    QFETCH(QByteArray, entry);
    QFETCH(State, state);
    const QByteArray file = "{\"mcpServers\": {" + entry + "}}\n";
    put(u".cursor/mcp.json"_s, file);
    QCOMPARE(setupOf(u"cursor"_s).state, state);
    QCOMPARE(setupOf(u"cursor"_s).writtenAt, 0);
    if (state == State::Configured) {
        const ClientSetup setup = setupOf(u"cursor"_s);
        const auto plan = m_connector->plan(u"cursor"_s, setup.way, m_target, false);
        QVERIFY(plan);
        QVERIFY(plan->changesNothing);
        QVERIFY(m_connector->write(u"cursor"_s, setup.way, m_target, false, plan->token, 1));
        QCOMPARE(content(u".cursor/mcp.json"_s), file);
    } else {
        QVERIFY(connectTo(u"cursor"_s, Way::Http));
        QCOMPARE(setupOf(u"cursor"_s).state, State::Configured);
    }
}

void TestConnector::relaysAreReplacedUnderTheirNames()
{
    put(u".config/Claude/claude_desktop_config.json"_s,
        R"({"mcpServers": {
  "cloudflare": {"command": "npx", "args": ["-y", "mcp-remote@0.1.37", "http://localhost:8788/observability/mcp"]}
}})");
    const ClientSetup before = setupOf(u"claude-desktop"_s);
    QCOMPARE(before.state, State::Found);
    QCOMPARE(before.relays, QStringList{u"cloudflare"_s});
    QVERIFY(connectTo(u"claude-desktop"_s, Way::Bridge));
    QCOMPARE(content(u".config/Claude/claude_desktop_config.json"_s).count("flaredeck\""), 0);
    const ClientSetup after = setupOf(u"claude-desktop"_s);
    QCOMPARE(after.state, State::Configured);
    QVERIFY(after.relays.isEmpty());
    QVERIFY(content(u".config/Claude/claude_desktop_config.json"_s).contains("--toolset"));
}

void TestConnector::relaysThatSayMoreStay()
{
    put(u".cursor/mcp.json"_s,
        R"({"mcpServers": {"cf": {"command": "npx", "args": ["mcp-remote", "http://localhost:8788/mcp", "--header", "X: y"]}}})");
    QVERIFY(setupOf(u"cursor"_s).relays.isEmpty());
    QVERIFY(connectTo(u"cursor"_s, Way::Bridge));
    QVERIFY(content(u".cursor/mcp.json"_s).contains("\"X: y\""));
}

void TestConnector::hostedServersAreReplacedOnRequest()
{
    const QByteArray file =
        R"({"mcpServers": {"logs": {"url": "https://observability.mcp.example.com/mcp"}, "radar": {"url": "https://radar.mcp.example.com/mcp"}}})";
    put(u".cursor/mcp.json"_s, file);
    QCOMPARE(setupOf(u"cursor"_s).hosted, QStringList{u"logs"_s});
    const auto plan = m_connector->plan(u"cursor"_s, Way::Http, m_target, false);
    QVERIFY(plan && plan->replaces.isEmpty());
    const auto replacing = m_connector->plan(u"cursor"_s, Way::Http, m_target, true);
    QVERIFY(replacing);
    QCOMPARE(replacing->replaces.size(), 1);
    QVERIFY(connectTo(u"cursor"_s, Way::Http, true));
    QByteArray expected = file;
    expected.replace("https://observability.mcp.example.com/mcp",
                     "http://localhost:8788/observability/mcp");
    // The value is written anew, in its own style; what it says is compared.
    QVERIFY(Entry::parse(content(u".cursor/mcp.json"_s).toStdString()) ==
            Entry::parse(expected.toStdString()));
}

void TestConnector::whatIsTheClientsOwnStays()
{
    put(u".cline/data/settings/cline_mcp_settings.json"_s,
        R"({"mcpServers": {"flaredeck": {"transport": {"type": "sse", "url": "http://localhost:1/sse"}, "oauth": {"access_token": "k"}, "timeout": 9}}})");
    QVERIFY(connectTo(u"cline"_s, Way::Http));
    const Entry now =
        Entry::parse(content(u".cline/data/settings/cline_mcp_settings.json"_s).toStdString());
    const Entry &entry = now.at("mcpServers").at("flaredeck");
    QVERIFY(entry.at("oauth").at("access_token") == "k");
    QVERIFY(entry.at("timeout") == 9);
    QVERIFY(entry.at("transport").at("url") == m_target.url.toStdString());
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

void TestConnector::anotherPortIsWrittenWhereWeWroteTheFormer()
{
    put(u".cursor/mcp.json"_s,
        R"({"mcpServers": {"cf": {"command": "npx", "args": ["mcp-remote", "http://localhost:8788/mcp"]}}})");
    put(u".codeium/windsurf/mcp_config.json"_s,
        R"({"mcpServers": {"mine": {"serverUrl": "http://localhost:8788/mcp"}}})");
    QVERIFY(connectTo(u"cursor"_s, Way::Http));
    QVERIFY(connectTo(u"codex"_s, Way::Http));
    QVERIFY(connectTo(u"gemini"_s, Way::Bridge));
    m_target.url = u"http://localhost:8790/mcp"_s;
    QVERIFY(setupOf(u"cursor"_s).hasFormerAddress);
    const auto updated = m_connector->updateAddresses(m_target, 2000);
    QCOMPARE(updated.names, QStringList({u"Cursor"_s, u"Codex"_s}));
    QCOMPARE(updated.problems, QStringList());
    QCOMPARE(setupOf(u"cursor"_s).state, State::Configured);
    QVERIFY(content(u".cursor/mcp.json"_s).contains("8790"));
    QVERIFY(content(u".codex/config.toml"_s).contains("8790"));
    QVERIFY(content(u".codeium/windsurf/mcp_config.json"_s).contains("8788"));
    QVERIFY(m_connector->undo(u"cursor"_s));
    QVERIFY(content(u".cursor/mcp.json"_s).contains("mcp-remote"));
}

void TestConnector::whatThePersonSwitchedOffStaysOff()
{
    put(u".cursor/mcp.json"_s, "{}\n");
    QVERIFY(connectTo(u"cursor"_s, Way::Http));
    QByteArray off = content(u".cursor/mcp.json"_s);
    off.replace("\"url\"", "\"disabled\": true, \"url\"");
    put(u".cursor/mcp.json"_s, off);
    QVERIFY(!setupOf(u"cursor"_s).hasFormerAddress);
    m_target.url = u"http://localhost:8790/mcp"_s;
    QVERIFY(setupOf(u"cursor"_s).hasFormerAddress);
    QCOMPARE(m_connector->updateAddresses(m_target, 2000).names, QStringList{u"Cursor"_s});
    QVERIFY(content(u".cursor/mcp.json"_s).contains("\"disabled\": true"));
    QVERIFY(content(u".cursor/mcp.json"_s).contains("8790"));
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
    const Connector other({m_home->path(), path(u".config"_s), path(u".config"_s), {}},
                          path(u"other"_s));
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

void TestConnector::aNameThatIsTakenIsSaidToBeReplaced()
{
    for (const char *entry :
         {R"({"command": "npx", "args": ["mcp-remote", "https://x/mcp", "--header", "A: b"]})",
          R"({"url": "https://observability.mcp.example.com/mcp"})", R"({"command": "mine"})"}) {
        put(u".cursor/mcp.json"_s, QByteArray(R"({"mcpServers": {"flaredeck": )") + entry + "}}");
        QCOMPARE(setupOf(u"cursor"_s).state, State::Different);
        const auto plan = m_connector->plan(u"cursor"_s, Way::Http, m_target, false);
        QVERIFY(plan);
        QCOMPARE(plan->replaces.size(), 1);
    }
}

void TestConnector::nothingOfAnotherServerIsKept()
{
    put(u".codex/config.toml"_s, "[mcp_servers.flaredeck]\ncommand = \"x\"\ncwd = \"/\"\n"
                                 "startup_timeout_sec = 20\n");
    QVERIFY(connectTo(u"codex"_s, Way::Http));
    QVERIFY(!content(u".codex/config.toml"_s).contains("cwd"));
    QVERIFY(content(u".codex/config.toml"_s).contains("startup_timeout_sec = 20"));
    put(u".cline/data/settings/cline_mcp_settings.json"_s,
        R"({"mcpServers": {"flaredeck": {"url": "https://x/sse", "oauth": {"access_token": "k"}}}})");
    QVERIFY(connectTo(u"cline"_s, Way::Http));
    QVERIFY(!content(u".cline/data/settings/cline_mcp_settings.json"_s).contains("access_token"));
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

void TestConnector::withoutAnAddressNothingIsWritten()
{
    m_target.url.clear();
    const auto plan = m_connector->plan(u"cursor"_s, Way::Http, m_target, false);
    QVERIFY(!plan);
    QVERIFY2(plan.error().text().contains(u"does not listen"_s), qPrintable(plan.error().text()));
    m_target.bridge = {u"/my programs/flaredeck-bridge"_s};
    QVERIFY(m_connector->plan(u"cursor"_s, Way::Bridge, m_target, false));
    QVERIFY(!m_connector->plan(u"auggie"_s, Way::Bridge, m_target, false));
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

void TestConnector::theNameInTheInstructionsIsTheEntrys()
{
    put(u".codex/config.toml"_s, "[mcp_servers.cf]\ncommand = \"npx\"\nargs = [\"mcp-remote\", "
                                 "\"http://localhost:8788/mcp\"]\n");
    const auto plan = m_connector->plan(u"codex"_s, Way::Http, m_target, false);
    QVERIFY(plan);
    QVERIFY2(plan->next.last().contains(u"login cf."_s), qPrintable(plan->next.last()));
    const auto bridge = m_connector->plan(u"codex"_s, Way::Bridge, m_target, false);
    QVERIFY(bridge && bridge->next.size() == 1);
}

void TestConnector::secretsInAnySpellingAreNotShown()
{
    put(u".codex/config.toml"_s,
        "[mcp_servers.flaredeck]\ncommand = \"x\"\n"
        "[mcp_servers.flaredeck.env]\nA_KEY = \"\"\"first\nSECRETSECOND\"\"\"\n");
    auto plan = m_connector->plan(u"codex"_s, Way::Http, m_target, false);
    QVERIFY(plan);
    QVERIFY2(!plan->difference.contains(u"SECRET"_s), qPrintable(plan->difference));
    put(u".cursor/mcp.json"_s,
        R"({"mcpServers": {
  "a": {"environment": {"X": "SECRET\/a"}},
  "flaredeck": {"command": "x", "environment": {"Y": "SECRETb"}}
}})");
    plan = m_connector->plan(u"cursor"_s, Way::Http, m_target, false);
    QVERIFY(plan);
    QVERIFY2(!plan->difference.contains(u"SECRET"_s), qPrintable(plan->difference));
}

void TestConnector::whatIsWrittenIsShown()
{
    put(u".cursor/mcp.json"_s,
        R"({"mcpServers": {"a": {"env": {"HOST": "localhost", "K": "http", "ON": "true"}}}})");
    const auto plan = m_connector->plan(u"cursor"_s, Way::Http, m_target, false);
    QVERIFY(plan);
    QVERIFY2(plan->difference.contains(m_target.url), qPrintable(plan->difference));
}

void TestConnector::longLinesAreCutToTheChange()
{
    QByteArray file = R"({"history": [)";
    for (int i = 0; i < 100'000; ++i)
        file += "\"something that was said\",";
    file += R"("end"], "mcpServers": {"a": {"command": "a"}}, "theme": "dark"})";
    put(u".claude.json"_s, file);
    const auto plan = m_connector->plan(u"claude-code"_s, Way::Http, m_target, false);
    QVERIFY(plan);
    QVERIFY2(plan->difference.size() < 2000, qPrintable(QString::number(plan->difference.size())));
    QVERIFY2(plan->difference.contains(m_target.url), qPrintable(plan->difference));
}

void TestConnector::secretsAreNotShown()
{
    put(u".cursor/mcp.json"_s,
        R"({"mcpServers": {
  "a": {"env": {"API_TOKEN": "abcdefSECRET1"}, "headers": {"Authorization": "Bearer abcdefSECRET2"}},
  "flaredeck": {"command": "x", "env": {"CLOUDFLARE_API_TOKEN": "abcdefSECRET3", "PLAIN": "abcdefSECRET4"}},
  "z": {"env": {"SOME_KEY": "abcdefSECRET5"}}
}})");
    const auto plan = m_connector->plan(u"cursor"_s, Way::Http, m_target, false);
    QVERIFY(plan);
    QVERIFY2(!plan->difference.contains(u"SECRET"_s), qPrintable(plan->difference));
    QCOMPARE(plan->replaces.size(), 1);
    QVERIFY(plan->replaces.first().contains(u"CLOUDFLARE_API_TOKEN"_s));
    QVERIFY(!plan->replaces.first().contains(u"SECRET"_s));
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
