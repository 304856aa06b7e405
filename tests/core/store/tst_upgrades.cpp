#include "audittest.h"
#include "core/store/history/history.h"
#include "tests/support/testcase.h"

#include <QFile>
#include <QSignalSpy>

namespace tst_upgrades {

using namespace flaredeck;
using namespace flaredeck::store;
using namespace Qt::StringLiterals;

namespace {

/// Fills a new file with what an older version wrote: statements in formats/NAME.json.
void build(const QString &file, const QString &name)
{
    QFile source(QStringLiteral(FLAREDECK_OLD_FORMATS) + u'/' + name);
    if (!source.open(QIODevice::ReadOnly))
        qFatal("%s is missing", qPrintable(source.fileName()));
    Result<Database> database = Database::open(file, Database::Durability::Full);
    const Json statements = *json::parse(source.readAll());
    for (const Json &statement : statements) {
        const Result<> done = database->execute(json::toQString(statement));
        if (!done)
            qFatal("%s", qPrintable(done.error().detail));
    }
}

void execute(const QString &file, const QString &statement)
{
    Result<Database> database = Database::open(file, Database::Durability::Full);
    if (!database || !database->execute(statement))
        qFatal("cannot change %s", qPrintable(file));
}

QStringList texts(const QString &file, const QString &query)
{
    Result<Database> database = Database::open(file, Database::Durability::Full);
    const Result<QSqlQuery *> rows = database->run(query);
    if (!rows)
        qFatal("%s", qPrintable(rows.error().detail));
    QStringList list;
    while ((*rows)->next())
        list << (*rows)->value(0).toString().simplified();
    (*rows)->finish();
    return list;
}

/// Every column as it behaves, and everything else as it was written.
QStringList layoutOf(const QString &file)
{
    return texts(file,
                 u"SELECT m.name || ' ' || c.name || ' ' || c.type || ' ' || c.\"notnull\" || ' ' "
                 "|| c.pk FROM sqlite_schema m, pragma_table_info(m.name) c "
                 "WHERE m.type = 'table' ORDER BY m.name, c.cid"_s) +
           texts(file, u"SELECT name || ' ' || replace(replace(sql, ' ', ''), char(10), '') "
                       "FROM sqlite_schema WHERE type <> 'table' AND sql IS NOT NULL "
                       "ORDER BY name"_s);
}

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

/// Files of older versions go on with everything in them; those of newer ones are left alone.
class TestUpgrades : public AuditTest
{
    Q_OBJECT

private slots:
    void init();
    void cleanup() { stop(); }
    void aVaultKeepsWhatIsInIt();
    void aVaultGetsRules();
    void aVaultGetsRemoteServers();
    void anUpgradedVaultIsLikeANewOne();
    void anUpgradeIsWholeOrNotAtAll();
    void aTrailIsReadableOnceItsVaultIsUpgraded();
    void aNewerVaultIsRefusedInWords();
    void aHistoryKeepsItsCalls();
    void anUpgradedHistoryIsLikeANewOne();
    void aHistoryIsEmptyUntilItIsUpgraded();
    void aNewerHistoryIsRefusedInWords();

private:
    QString m_history;
};

void TestUpgrades::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    m_file = m_dir->filePath(u"vault.db"_s);
    m_history = m_dir->filePath(u"history.db"_s);
    build(m_file, u"vault1.json"_s);
    build(m_history, u"history1.json"_s);
}

void TestUpgrades::aVaultKeepsWhatIsInIt()
{
    for (int i = 0; i < 2; ++i) { // the second time it is what it has become
        reopen();
        const QList<Client> clients = m_vault->clients.all();
        QCOMPARE(clients.size(), 2);
        QCOMPARE(clients.at(0).name, u"Client \"Größe\""_s);
        QVERIFY(clients.at(0).metadata == (Json{{"client_uri", "https://x.example"}}));
        QCOMPARE(clients.at(1).kind, ClientKind::Person);
        QCOMPARE(clients.at(1).secretHash, QByteArray("\x00\xff\x01", 3));
        const auto grant = m_vault->grants.find({u"g1"_s});
        QVERIFY(grant);
        QCOMPARE(grant->scopes, (ScopeSet{u"mcp:read"_s, u"workers:read"_s}));
        QCOMPARE(grant->accounts, (QList<AccountRef>{{u"acc1"_s, u"Größe & Co"_s}}));
        QCOMPARE(m_vault->tokens.refreshState({u"g1"_s})->generation, 3);
        QCOMPARE(accessTokens(u"g1"_s).size(), 1);
        QCOMPARE(m_vault->approvals.all().size(), 1);
        QCOMPARE(m_vault->approvals.all().first().accountIds, QStringList{u"acc1"_s});
        QCOMPARE(m_vault->logins.all().size(), 1);
        QCOMPARE(m_vault->logins.all().first().email, u"ada@example.com"_s);
        const auto sessions = m_vault->sessions.load();
        QCOMPARE(sessions.size(), 1);
        QVERIFY(sessions.first().state == (Json{{"account", "acc1"}}));
        QVERIFY(m_vault->claim(true)); // it is still the sandbox's
        QCOMPARE(events(), (QStringList{u"registered"_s, u"consented"_s, u"refreshed"_s}));
        QVERIFY(!verdict().broken);
    }
    m_vault.reset();
    QCOMPARE(texts(m_file, u"SELECT count(*) FROM tasks"_s), QStringList{u"1"_s});
    QCOMPARE(texts(m_file, u"SELECT count(*) FROM secrets"_s), QStringList{u"1"_s});
    QCOMPARE(texts(m_file, u"PRAGMA user_version"_s), QStringList{QString::number(kVaultFormat)});
}

void TestUpgrades::aVaultGetsRules()
{
    reopen();
    QVERIFY(m_vault->rules.all().isEmpty());
    const Rule ofClient{{u"c1"_s}, u"tool:x"_s, Policy::Off, 7};
    const Rule ofAll{{}, u"effect:reads"_s, Policy::Ask, 8};
    for (const Rule &rule : {ofClient, ofAll})
        QVERIFY(m_vault->rules.save(rule));
    reopen();
    QCOMPARE(m_vault->rules.all(), (QList<Rule>{ofAll, ofClient}));
    QCOMPARE(events().mid(3), (QStringList{u"rule_changed"_s, u"rule_changed"_s}));
    QVERIFY(!verdict().broken);
    QVERIFY(m_vault->clients.remove({u"c1"_s}));
    QCOMPARE(m_vault->rules.all(), QList<Rule>{ofAll});
}

void TestUpgrades::aVaultGetsRemoteServers()
{
    m_file = m_dir->filePath(u"second.db"_s);
    build(m_file, u"vault2.json"_s);
    reopen();
    QCOMPARE(m_vault->rules.all(), (QList<Rule>{{{u"c1"_s}, u"tool:x"_s, Policy::Off, 7}}));
    QVERIFY(m_vault->remotes.all().isEmpty());
    Remote remote;
    remote.name = u"notes"_s;
    remote.title = u"Notes"_s;
    remote.url = u"https://notes.example/mcp"_s;
    remote.state = RemoteState::Ok;
    remote.authority = {{"issuer", "https://notes.example"}};
    remote.scopes = {u"a"_s, u"b"_s};
    QVERIFY(m_vault->remotes.save(remote));
    reopen();
    QCOMPARE(m_vault->remotes.all(), QList<Remote>{remote});
    m_vault.reset();
    const QStringList upgraded = layoutOf(m_file);
    m_file = m_dir->filePath(u"new.db"_s);
    reopen();
    m_vault.reset();
    QCOMPARE(upgraded, layoutOf(m_file));
}

void TestUpgrades::anUpgradedVaultIsLikeANewOne()
{
    reopen();
    m_vault.reset();
    const QStringList upgraded = layoutOf(m_file);
    m_file = m_dir->filePath(u"new.db"_s);
    reopen();
    m_vault.reset();
    QCOMPARE(upgraded, layoutOf(m_file));
}

void TestUpgrades::anUpgradeIsWholeOrNotAtAll()
{
    // The trigger cannot be made, as its name is taken; the table could.
    execute(m_file, u"CREATE TRIGGER rules_end_with_client AFTER DELETE ON clients "
                    "BEGIN SELECT 1; END"_s);
    QVERIFY(!Vault::open(m_file, m_clock));
    QCOMPARE(texts(m_file, u"PRAGMA user_version"_s), QStringList{u"1"_s});
    QVERIFY(texts(m_file, u"SELECT name FROM sqlite_schema WHERE name = 'rules'"_s).isEmpty());
    execute(m_file, u"DROP TRIGGER rules_end_with_client"_s);
    reopen();
    QCOMPARE(m_vault->clients.all().size(), 2);
}

/// What only reads does not upgrade, and says who does.
void TestUpgrades::aTrailIsReadableOnceItsVaultIsUpgraded()
{
    const auto tooEarly = AuditReader::open(m_file);
    QVERIFY(!tooEarly);
    QVERIFY2(tooEarly.error().action.startsWith(u"Start Flaredeck once"_s),
             qPrintable(tooEarly.error().text()));
    reopen();
    QVERIFY(AuditReader::open(m_file));
}

void TestUpgrades::aNewerVaultIsRefusedInWords()
{
    execute(m_file, u"PRAGMA user_version = %1"_s.arg(kVaultFormat + 1));
    const QByteArray before = contentOf(m_file);
    const auto vault = Vault::open(m_file, m_clock);
    QVERIFY(!vault);
    const QString text = vault.error().text();
    for (const QString &words :
         {m_file, u"another version of Flaredeck"_s, u"format %1"_s.arg(kVaultFormat + 1),
          u"format %1"_s.arg(kVaultFormat), u"Update Flaredeck"_s})
        QVERIFY2(text.contains(words), qPrintable(text));
    QVERIFY(!isDamage(vault.error()));
    QVERIFY(!AuditReader::open(m_file));
    QCOMPARE(contentOf(m_file), before);
}

void TestUpgrades::aHistoryKeepsItsCalls()
{
    {
        HistoryWriter writer(m_history, 0, m_clock);
        CallRecord call;
        call.startedAt = m_clock.now();
        call.tool = u"kv_namespace_create"_s;
        call.decision = u"a person allowed this call"_s;
        writer.append(call);
    }
    HistoryReader reader(m_history);
    QCOMPARE(reader.calls({}, 0, 10).value().size(), 3);
    const auto old = reader.call(1).value();
    QVERIFY(old);
    QCOMPARE(old->tool, u"workers_list"_s);
    QCOMPARE(old->accountName, u"Größe & Co"_s);
    QCOMPARE(old->arguments, QByteArray(R"({"n":1})"));
    QCOMPARE(old->result, QByteArray("result"));
    QCOMPARE(old->upstream,
             (QList<UpstreamRequest>{{u"GET"_s, u"/accounts"_s, 200, 12, u"ray1"_s}}));
    QCOMPARE(old->decision, QString());
    QCOMPARE(reader.call(2).value()->error, u"It failed."_s);
    // The ids go on.
    QCOMPARE(reader.call(3).value()->decision, u"a person allowed this call"_s);
}

void TestUpgrades::anUpgradedHistoryIsLikeANewOne()
{
    const QString fresh = m_dir->filePath(u"new.db"_s);
    for (const QString &file : {m_history, fresh}) {
        HistoryWriter writer(file, 0, m_clock);
        writer.flush();
    }
    QCOMPARE(layoutOf(m_history), layoutOf(fresh));
    QCOMPARE(texts(m_history, u"PRAGMA user_version"_s), texts(fresh, u"PRAGMA user_version"_s));
}

/// The window reads on another thread than the one that upgrades.
void TestUpgrades::aHistoryIsEmptyUntilItIsUpgraded()
{
    HistoryReader reader(m_history);
    const auto early = reader.calls({}, 0, 10);
    QVERIFY2(early, early ? "" : qPrintable(early.error().text()));
    QVERIFY(early->isEmpty());
    HistoryWriter(m_history, 0, m_clock).flush();
    QCOMPARE(reader.calls({}, 0, 10).value().size(), 2);
}

void TestUpgrades::aNewerHistoryIsRefusedInWords()
{
    execute(m_history, u"PRAGMA user_version = 1000"_s);
    HistoryReader reader(m_history);
    const auto calls = reader.calls({}, 0, 10);
    QVERIFY(!calls);
    QVERIFY2(calls.error().text().contains(u"format 1000"_s) &&
                 calls.error().text().contains(u"Update Flaredeck"_s),
             qPrintable(calls.error().text()));
    HistoryWriter writer(m_history, 0, m_clock);
    const QSignalSpy failed(&writer, &HistoryWriter::failed);
    writer.append(CallRecord());
    writer.flush();
    QTRY_COMPARE(failed.size(), 1);
    QCOMPARE(texts(m_history, u"SELECT count(*) FROM calls"_s), QStringList{u"2"_s});
}

FLAREDECK_TEST(TestUpgrades)

} // namespace tst_upgrades

#include "tst_upgrades.moc"
