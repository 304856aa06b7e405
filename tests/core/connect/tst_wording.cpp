#include "core/connect/wording.h"
#include "tests/core/connect/connectortest.h"
#include "tests/support/testcase.h"

#include <QProcess>
#include <QUrl>
#include <QUrlQuery>

#include <algorithm>

namespace tst_wording {

using namespace flaredeck;
using namespace flaredeck::connect;
using namespace Qt::StringLiterals;

const QByteArray kAddressAlone = R"({"url":"http://localhost:8788/mcp"})";

const QByteArray kWithName =
    "{\"name\":\"flaredeck\",\"type\":\"http\",\"url\":\"http://localhost:8788/mcp\"}";

/// What a person types or opens in the place of a changed file.
class TestWording : public ConnectorTest
{
    Q_OBJECT

    [[nodiscard]] KnownClient client(const QString &id) const
    {
        const QList<KnownClient> all = knownClients(places());
        const auto found = std::find_if(all.begin(), all.end(),
                                        [&id](const KnownClient &one) { return one.id == id; });
        return found == all.end() ? KnownClient() : *found;
    }
    [[nodiscard]] QUrl link(const QString &id, Way way) const
    {
        return QUrl(linkFor(client(id), way, m_target), QUrl::StrictMode);
    }
    /// The words that a shell makes of a line.
    static QStringList wordsOf(const QString &line)
    {
        QProcess shell;
        shell.start(u"sh"_s, {u"-c"_s, u"printf '%s\\n' "_s + line});
        if (!shell.waitForFinished())
            return {};
        return QString::fromUtf8(shell.readAllStandardOutput()).trimmed().split(u'\n');
    }
    static Entry parsed(const QByteArray &text) { return Entry::parse(text.toStdString()); }
    static QByteArray printed(const Entry &entry)
    {
        return QByteArray::fromStdString(entry.dump());
    }

private slots:
    void init() { makeHome(); }
    void everyLinkLeadsToOneOfItsClients_data();
    void everyLinkLeadsToOneOfItsClients();
    void theEntryIsInTheLink();
    void theNameIsInTheLinkOfVsCode();
    void aPathInTheLinkSurvives();
    void commandsAreWordsOfAShell();
    void aJsonEntryIsOneWord();
    void whatCannotBeReachedHasNeither();
    void noSecretOfTheFileIsInThem();
    void windowsIsToldHowToStartTheBridge();
};

void TestWording::everyLinkLeadsToOneOfItsClients_data()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<Way>("way");
    int count = 0;
    for (const KnownClient &one : knownClients({u"/h"_s, u"/h"_s, u"/h"_s, {}})) {
        for (const Way way : {Way::Http, Way::Bridge}) {
            if (one.links.contains(way) || one.commands.contains(way)) {
                QTest::addRow("%s %d", qPrintable(one.id), int(way)) << one.id << way;
                ++count;
            }
        }
    }
    QVERIFY(count > 20);
}

void TestWording::everyLinkLeadsToOneOfItsClients()
{
    QFETCH(const QString, id);
    QFETCH(const Way, way);
    QVERIFY2(client(id).shape(way), "there is no entry for this way");
    const QString reached = way == Way::Http ? m_target.url : m_target.bridge.first();
    const QString command = commandFor(client(id), way, m_target);
    QVERIFY2(command.isEmpty() || command.contains(reached), qPrintable(command));
    QVERIFY2(!command.contains(u'{') || command.contains(u"'{"_s), qPrintable(command));
    const QString text = linkFor(client(id), way, m_target);
    if (text.isEmpty())
        return;
    const QUrl url(text, QUrl::StrictMode);
    QVERIFY2(url.isValid(), qPrintable(url.errorString()));
    QCOMPARE(QString::fromLatin1(url.toEncoded()), text); // the desktop gets it as it is shown
    QVERIFY2(!text.contains(u'{') && !text.contains(u' '), qPrintable(text));
}

void TestWording::theEntryIsInTheLink()
{
    for (const auto &[id, start] :
         {std::pair(u"cursor"_s, u"cursor://anysphere.cursor-deeplink/mcp/install?"_s),
          std::pair(u"lmstudio"_s, u"lmstudio://add_mcp?"_s)}) {
        const QUrl url = link(id, Way::Http);
        QVERIFY2(url.toString().startsWith(start), qPrintable(url.toString()));
        const QUrlQuery query(url);
        QCOMPARE(query.queryItemValue(u"name"_s), u"flaredeck"_s);
        const QByteArray config = query.queryItemValue(u"config"_s, QUrl::FullyDecoded).toLatin1();
        QCOMPARE(printed(parsed(QByteArray::fromBase64(config))), kAddressAlone);
    }
    const QUrlQuery goose(link(u"goose"_s, Way::Http));
    QCOMPARE(goose.queryItemValue(u"url"_s, QUrl::FullyDecoded), m_target.url);
    QCOMPARE(goose.queryItemValue(u"type"_s), u"streamable_http"_s);
    const QUrlQuery kiro(link(u"kiro"_s, Way::Http));
    QCOMPARE(printed(parsed(kiro.queryItemValue(u"config"_s, QUrl::FullyDecoded).toUtf8())),
             kAddressAlone);
    // It is a page of the web, which no path of this computer is told.
    QVERIFY(linkFor(client(u"kiro"_s), Way::Bridge, m_target).isEmpty());
}

void TestWording::theNameIsInTheLinkOfVsCode()
{
    const QString http = linkFor(client(u"vscode"_s), Way::Http, m_target);
    const QString start = u"vscode:mcp/install?"_s;
    QVERIFY2(http.startsWith(start), qPrintable(http));
    const Entry entry =
        parsed(QByteArray::fromPercentEncoding(http.sliced(start.size()).toLatin1()));
    QCOMPARE(printed(entry), kWithName);
    QVERIFY(linkFor(client(u"vscode-insiders"_s), Way::Http, m_target)
                .startsWith(u"vscode-insiders:mcp/install?"_s));
}

void TestWording::aPathInTheLinkSurvives()
{
    m_target.bridge = {u"/home/ada/prógrams & \"more\"/flaredeck-bridge"_s, u"--data-dir"_s,
                       u"/home/ada/{url} {words}"_s};
    const QUrlQuery query(link(u"cursor"_s, Way::Bridge));
    const QByteArray config =
        QByteArray::fromBase64(query.queryItemValue(u"config"_s, QUrl::FullyDecoded).toLatin1());
    QVERIFY(std::all_of(config.begin(), config.end(), [](char c) { return c > 0; })); // ASCII
    const Entry entry = parsed(config);
    QCOMPARE(QString::fromStdString(entry.at("command").get<std::string>()), m_target.bridge[0]);
    QCOMPARE(QString::fromStdString(entry.at("args").at(1).get<std::string>()), m_target.bridge[2]);
}

void TestWording::commandsAreWordsOfAShell()
{
    QCOMPARE(commandFor(client(u"claude-code"_s), Way::Http, m_target),
             u"claude mcp add --transport http --scope user flaredeck http://localhost:8788/mcp"_s);
    m_target.bridge = {u"/opt/it's a $(folder)/flaredeck-bridge"_s, u"--data-dir"_s,
                       u"/home/ada/`x`"_s};
    const QStringList typed{u"claude"_s, u"mcp"_s,       u"add"_s, u"--scope"_s,
                            u"user"_s,   u"flaredeck"_s, u"--"_s};
    QCOMPARE(wordsOf(commandFor(client(u"claude-code"_s), Way::Bridge, m_target)),
             typed + m_target.bridge);
}

void TestWording::aJsonEntryIsOneWord()
{
    m_target.bridge = {u"/opt/it's/flaredeck-bridge"_s};
    const QStringList words = wordsOf(commandFor(client(u"vscode"_s), Way::Bridge, m_target));
    QCOMPARE(words.size(), 3);
    QCOMPARE(words[1], u"--add-mcp"_s);
    const Entry entry = parsed(words[2].toUtf8());
    QCOMPARE(entry.at("name").get<std::string>(), std::string("flaredeck"));
    QCOMPARE(entry.at("command").get<std::string>(), std::string("/opt/it's/flaredeck-bridge"));
    QCOMPARE(wordsOf(commandFor(client(u"auggie"_s), Way::Bridge, m_target)).size(), 5);
}

void TestWording::whatCannotBeReachedHasNeither()
{
    m_target.url.clear();
    m_target.bridge.clear();
    for (const KnownClient &one : knownClients(places())) {
        for (const Way way : {Way::Http, Way::Bridge}) {
            QCOMPARE(commandFor(one, way, m_target), QString());
            QCOMPARE(linkFor(one, way, m_target), QString());
        }
    }
}

void TestWording::noSecretOfTheFileIsInThem()
{
    put(u".cursor/mcp.json"_s,
        R"({"mcpServers": {"flaredeck": {"command": "x", "env": {"TOKEN": "abcdefSECRET"}}}})");
    const auto plan = m_connector->plan(u"cursor"_s, Way::Bridge, m_target, false);
    QVERIFY(plan);
    QCOMPARE(plan->link, linkFor(client(u"cursor"_s), Way::Bridge, m_target));
    const QByteArray config = QByteArray::fromBase64(
        QUrlQuery(QUrl(plan->link)).queryItemValue(u"config"_s, QUrl::FullyDecoded).toLatin1());
    QVERIFY2(config.contains("flaredeck-bridge") && !config.contains("SECRET"), config);
    put(u".claude.json"_s,
        R"({"mcpServers": {"flaredeck": {"command": "x", "env": {"TOKEN": "abcdefSECRET"}}}})");
    const auto typed = m_connector->plan(u"claude-code"_s, Way::Bridge, m_target, false);
    QVERIFY(typed && !typed->command.isEmpty());
    QVERIFY2(!typed->command.contains(u"SECRET"_s), qPrintable(typed->command));
}

void TestWording::windowsIsToldHowToStartTheBridge()
{
    Surroundings wsl;
    wsl.isWsl = true;
    wsl.distribution = u"Ubuntu"_s;
    const Connector inWsl(places(), path(u"records"_s), wsl);
    put(u".codex/config.toml"_s, "");
    const auto saidOf = [this](const Connector &connector, const QString &id) {
        const auto plan = connector.plan(id, Way::Bridge, m_target, false);
        return plan ? plan->note : plan.error().text();
    };
    const auto noteOf = [this](const Connector &connector, const QString &id) {
        const QList<ClientSetup> all = connector.survey(m_target).clients;
        const auto found = std::find_if(all.begin(), all.end(),
                                        [&id](const ClientSetup &one) { return one.id == id; });
        return found == all.end() ? u"(unknown)"_s : found->note;
    };
    QCOMPARE(saidOf(inWsl, u"claude-code"_s), QString());
    QCOMPARE(noteOf(inWsl, u"claude-code"_s), QString());
    // A file there is not written: it is outside of the home directory. So it is said what to
    // enter.
    qputenv("CLAUDE_CONFIG_DIR", "/mnt/c/Users/ada");
    const QStringList inWslTold{saidOf(inWsl, u"claude-code"_s), noteOf(inWsl, u"claude-code"_s)};
    const QString elsewhere = saidOf(*m_connector, u"claude-code"_s);
    const QString other = noteOf(inWsl, u"codex"_s);
    qunsetenv("CLAUDE_CONFIG_DIR");
    for (const QString &told : inWslTold)
        QVERIFY2(told.endsWith(u"wsl.exe -d Ubuntu -- /opt/flaredeck/flaredeck-bridge --sandbox"_s),
                 qPrintable(told));
    QVERIFY2(!elsewhere.contains(u"wsl.exe"_s), qPrintable(elsewhere));
    QCOMPARE(other, QString()); // its file is elsewhere
}

FLAREDECK_TEST(TestWording)

} // namespace tst_wording

#include "tst_wording.moc"
