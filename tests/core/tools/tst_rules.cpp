#include "core/tools/rules.h"

#include "core/provider/facts.h"
#include "core/store/audit/auditreader.h"
#include "tests/core/provider/upstreamfixture.h"
#include "tests/core/store/unwritable.h"
#include "tests/support/testcase.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>

#include <algorithm>

namespace tst_rules {

using namespace flaredeck;
using namespace flaredeck::tools;
using namespace Qt::Literals::StringLiterals;

namespace {

const ClientId kAll;
const ClientId kOne{u"c1"_s};
const ClientId kOther{u"c2"_s};

const ToolDefinition &tool(const QString &name)
{
    const auto &all = allDefinitions();
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&name](const auto &one) { return one.tool.name == name; });
    if (found == all.end())
        qFatal("there is no tool %s", qPrintable(name));
    return *found;
}

Json toolOf(const std::string &name, const char *effect)
{
    return {{"name", name},
            {"title", "T"},
            {"description", "d"},
            {"scope", "mcp:read"},
            {"effect", effect},
            {"change", "c"},
            {"input", {{"type", "object"}, {"properties", Json::object()}}}};
}

/// A toolset whose tools are named after their effects.
Json toolset(const std::string &name)
{
    Json tools = Json::array();
    for (const char *effect : {"reads", "changes", "destroys"})
        tools.push_back(toolOf(name + '_' + effect, effect));
    return {{"toolset", name},
            {"title", "T"},
            {"summary", "s"},
            {"description", "d"},
            {"tools", std::move(tools)}};
}

void write(const QString &path, const QByteArray &content)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
        qFatal("%s cannot be written", qPrintable(path));
}

} // namespace

/// What decides about a call, in which order, and where that is kept.
class TestRules : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void cleanup();
    void theNarrowerRuleCounts_data();
    void theNarrowerRuleCounts();
    void whatStaysHereIsNotAskedAbout();
    void aRuleIsForItsClientOnly();
    void onlyOffHidesATool();
    void whatNamesNothingIsRefused_data();
    void whatNamesNothingIsRefused();
    void anUnknownClientHasNoRules();
    void whatIsNoLongerAllowedIsTold_data();
    void whatIsNoLongerAllowedIsTold();
    void aRuleConcernsItsCalls_data();
    void aRuleConcernsItsCalls();
    void everyPolicyThatFitsIsTaken();
    void theRuleOfAToolThatIsGoneCanBeRemoved();
    void changesAreToldAndKept();
    void changesAreOnRecord();
    void whatCannotBeRecordedDoesNotHold();
    void aClientTakesItsRulesAlong();

private:
    [[nodiscard]] QStringList recorded();

    QTemporaryDir m_facts;
    test::ManualClock m_clock;
    std::unique_ptr<test::StoreFixture> m_store;
    std::unique_ptr<Rules> m_rules;
};

void TestRules::initTestCase()
{
    // Other facts than the built-in ones: a toolset that is deprecated, and one that is not.
    QVERIFY(QDir(m_facts.path()).mkdir(u"toolsets"_s));
    QFile provider(QStringLiteral(FLAREDECK_OTHER_FACTS) + u"/provider.json"_s);
    QVERIFY2(provider.open(QIODevice::ReadOnly), qPrintable(provider.fileName()));
    write(m_facts.filePath(u"provider.json"_s), provider.readAll());
    Json now = toolset("now");
    now["tools"].push_back(toolOf("here_changes", "changes"));
    now["tools"].back()["local"] = true;
    Json old = toolset("old");
    old["deprecated"] = "Use the others.";
    write(m_facts.filePath(u"toolsets/now.json"_s), json::print(now));
    write(m_facts.filePath(u"toolsets/old.json"_s), json::print(old));
    provider::readFactsFrom(m_facts.path());
}

void TestRules::init()
{
    m_store = std::make_unique<test::StoreFixture>(m_clock);
    for (const ClientId &id : {kOne, kOther}) {
        store::Client client;
        client.id = id;
        client.name = u"Client "_s + id.value;
        client.createdAt = m_clock.now();
        QVERIFY(m_store->vault->clients.save(client));
    }
    m_rules = std::make_unique<Rules>(m_store->vault->rules, m_clock);
}

void TestRules::cleanup()
{
    m_rules.reset();
    m_store.reset();
}

QStringList TestRules::recorded()
{
    auto reader = store::AuditReader::open(m_store->directory.filePath(u"vault.db"_s));
    const auto rows = reader ? reader->rows(0, 100) : Result<QList<store::AuditRow>>();
    QStringList events;
    for (const store::AuditRow &row : rows.value_or(QList<store::AuditRow>())) {
        if (row.event == u"rule_changed"_s)
            events.prepend(row.client + u' ' + row.outcome);
    }
    return events;
}

void TestRules::theNarrowerRuleCounts_data()
{
    QTest::addColumn<QString>("rules"); // "client subject policy, …"; * = all clients
    QTest::addColumn<QString>("tool");
    QTest::addColumn<QString>("policy");
    const auto row = [](const char *name, const QString &rules, const QString &tool,
                        const QString &policy) { QTest::newRow(name) << rules << tool << policy; };
    row("reads run", {}, u"now_reads"_s, u"allow"_s);
    row("changes ask", {}, u"now_changes"_s, u"ask"_s);
    row("what destroys asks", {}, u"now_destroys"_s, u"ask"_s);
    row("deprecated reads are off", {}, u"old_reads"_s, u"off"_s);
    row("deprecated changes are off", {}, u"old_changes"_s, u"off"_s);

    row("the effect, for all", u"* effect:reads ask"_s, u"now_reads"_s, u"ask"_s);
    row("another effect", u"* effect:destroys allow"_s, u"now_changes"_s, u"ask"_s);
    row("the effect of the client before that of all",
        u"* effect:changes ask, c1 effect:changes allow"_s, u"now_changes"_s, u"allow"_s);
    row("the toolset before the effect", u"* toolset:now off, c1 effect:reads allow"_s,
        u"now_reads"_s, u"off"_s);
    row("a toolset that is on changes nothing", u"* toolset:now allow"_s, u"now_changes"_s,
        u"ask"_s);
    row("another toolset", u"* toolset:old off"_s, u"now_reads"_s, u"allow"_s);
    row("the client's toolset is on where that of all is off",
        u"* toolset:now off, c1 toolset:now allow"_s, u"now_changes"_s, u"ask"_s);
    row("the client's toolset is off where that of all is on",
        u"* toolset:now allow, c1 toolset:now off"_s, u"now_reads"_s, u"off"_s);
    row("the tool before its toolset", u"c1 toolset:now off, * tool:now_reads allow"_s,
        u"now_reads"_s, u"allow"_s);
    row("the tool before its effect", u"c1 effect:changes allow, * tool:now_changes off"_s,
        u"now_changes"_s, u"off"_s);
    row("the client's tool before that of all",
        u"* tool:now_changes off, c1 tool:now_changes allow"_s, u"now_changes"_s, u"allow"_s);
    row("the client's tool off before that of all",
        u"* tool:now_reads allow, c1 tool:now_reads off"_s, u"now_reads"_s, u"off"_s);
    row("another tool", u"* tool:now_changes off"_s, u"now_reads"_s, u"allow"_s);
    row("all levels",
        u"* effect:destroys allow, c1 effect:destroys allow, * toolset:now allow, "
        "c1 toolset:now off, * tool:now_destroys off, c1 tool:now_destroys ask"_s,
        u"now_destroys"_s, u"ask"_s);

    row("deprecated, switched on", u"* toolset:old allow"_s, u"old_reads"_s, u"allow"_s);
    row("deprecated, switched on, and still asks", u"* toolset:old allow"_s, u"old_destroys"_s,
        u"ask"_s);
    row("deprecated, switched on for the client", u"c1 toolset:old allow"_s, u"old_reads"_s,
        u"allow"_s);
    row("deprecated, switched on for another", u"c2 toolset:old allow"_s, u"old_reads"_s, u"off"_s);
    row("deprecated, switched on for all but the client",
        u"* toolset:old allow, c1 toolset:old off"_s, u"old_reads"_s, u"off"_s);
    row("one deprecated tool", u"* tool:old_reads allow"_s, u"old_reads"_s, u"allow"_s);
    row("deprecated, whatever the effect", u"c1 effect:reads allow"_s, u"old_reads"_s, u"off"_s);
}

void TestRules::theNarrowerRuleCounts()
{
    QFETCH(QString, rules);
    QFETCH(QString, tool);
    QFETCH(QString, policy);
    for (const QString &rule : rules.split(u", "_s, Qt::SkipEmptyParts)) {
        const QStringList words = rule.split(u' ');
        const ClientId client{words.at(0) == u"*"_s ? QString() : words.at(0)};
        QVERIFY(m_rules->set(client, words.at(1), policyNamed(words.at(2))));
    }
    const ToolDefinition &definition = tst_rules::tool(tool);
    QCOMPARE(nameOf(m_rules->book().policyFor(kOne, definition, definition.effect)), policy);
    QCOMPARE(m_rules->book().isOff(kOne, definition), policy == u"off"_s);
    // The same after a restart.
    const Rules again(m_store->vault->rules, m_clock);
    QCOMPARE(nameOf(again.book().policyFor(kOne, definition, definition.effect)), policy);
}

void TestRules::whatStaysHereIsNotAskedAbout()
{
    const ToolDefinition &here = tool(u"here_changes"_s);
    QCOMPARE(m_rules->book().policyFor(kOne, here, here.effect), Policy::Allow);
    QVERIFY(m_rules->set(kAll, u"tool:here_changes"_s, Policy::Ask));
    QCOMPARE(m_rules->book().policyFor(kOne, here, here.effect), Policy::Ask);
}

void TestRules::aRuleIsForItsClientOnly()
{
    QVERIFY(m_rules->set(kOne, u"tool:now_reads"_s, Policy::Off));
    QVERIFY(m_rules->book().isOff(kOne, tool(u"now_reads"_s)));
    QVERIFY(!m_rules->book().isOff(kOther, tool(u"now_reads"_s)));
    QVERIFY(!m_rules->book().isOff(kAll, tool(u"now_reads"_s)));
    QVERIFY(m_rules->book().isOwn(kOne));
    QVERIFY(!m_rules->book().isOwn(kOther));
    QVERIFY(!m_rules->book().isOwn(kAll));
}

/// One tool may read and change: a rule about an effect does not take it from the list.
void TestRules::onlyOffHidesATool()
{
    const ToolDefinition &destroys = tool(u"now_destroys"_s);
    QVERIFY(m_rules->set(kAll, u"effect:reads"_s, Policy::Ask));
    QVERIFY(m_rules->set(kAll, u"tool:now_destroys"_s, Policy::Ask));
    QVERIFY(!m_rules->book().isOff(kOne, destroys));
    QCOMPARE(m_rules->book().policyFor(kOne, destroys, Effect::Reads), Policy::Ask);
}

void TestRules::whatNamesNothingIsRefused_data()
{
    QTest::addColumn<QString>("subject");
    QTest::addColumn<Policy>("policy");
    QTest::newRow("nothing") << QString() << Policy::Allow;
    QTest::newRow("no kind") << u"now_reads"_s << Policy::Allow;
    QTest::newRow("an unknown kind") << u"scope:mcp:read"_s << Policy::Allow;
    QTest::newRow("a kind alone") << u"tool:"_s << Policy::Off;
    QTest::newRow("an unknown tool") << u"tool:nope"_s << Policy::Off;
    QTest::newRow("a tool in capitals") << u"tool:NOW_READS"_s << Policy::Off;
    QTest::newRow("something behind it") << u"tool:now_reads:x"_s << Policy::Off;
    QTest::newRow("a space") << u" tool:now_reads"_s << Policy::Off;
    QTest::newRow("a line end") << u"tool:now_reads\n"_s << Policy::Off;
    QTest::newRow("an unknown toolset") << u"toolset:nope"_s << Policy::Off;
    QTest::newRow("an unknown effect") << u"effect:looks"_s << Policy::Ask;
    QTest::newRow("a toolset that asks") << u"toolset:now"_s << Policy::Ask;
    QTest::newRow("an effect that is off") << u"effect:reads"_s << Policy::Off;
}

void TestRules::whatNamesNothingIsRefused()
{
    QFETCH(QString, subject);
    QFETCH(Policy, policy);
    const QSignalSpy changed(m_rules.get(), &Rules::changed);
    const auto refused = m_rules->set(kOne, subject, policy);
    QVERIFY(!refused);
    QCOMPARE(refused.error().kind, Error::Kind::InvalidInput);
    QVERIFY(!refused.error().action.isEmpty());
    QVERIFY(m_rules->book().all().isEmpty());
    QVERIFY(changed.isEmpty());
    QVERIFY(recorded().isEmpty());
}

void TestRules::anUnknownClientHasNoRules()
{
    const QSignalSpy changed(m_rules.get(), &Rules::changed);
    const auto refused = m_rules->set({u"c\u202e9"_s}, u"tool:now_reads"_s, Policy::Off);
    QVERIFY(!refused);
    QCOMPARE(refused.error().kind, Error::Kind::InvalidInput);
    QCOMPARE(refused.error().message, u"There is no client c\\u{202e}9."_s);
    QVERIFY(!refused.error().action.isEmpty());
    QVERIFY(changed.isEmpty());
    QVERIFY(m_rules->book().all().isEmpty());
    QVERIFY(recorded().isEmpty());
    // Nothing is there to be removed.
    QVERIFY(m_rules->set({u"c9"_s}, u"tool:now_reads"_s, std::nullopt));
}

void TestRules::whatIsNoLongerAllowedIsTold_data()
{
    QTest::addColumn<QString>("policy");
    QTest::addColumn<bool>("isTold");
    QTest::newRow("allow") << u"allow"_s << false;
    QTest::newRow("ask") << u"ask"_s << true;
    QTest::newRow("off") << u"off"_s << true;
    QTest::newRow("as usual") << QString() << true;
}

void TestRules::whatIsNoLongerAllowedIsTold()
{
    QFETCH(QString, policy);
    QFETCH(bool, isTold);
    const QString subject = u"tool:now_changes"_s;
    QVERIFY(m_rules->set(kOne, subject, Policy::Allow));
    const QSignalSpy withheld(m_rules.get(), &Rules::withheld);
    QVERIFY(m_rules->set(kOne, subject, policyNamed(policy)));
    QCOMPARE(withheld.size(), isTold ? 1 : 0);
    if (isTold) {
        QCOMPARE(withheld.first().at(0).value<ClientId>(), kOne);
        QCOMPARE(withheld.first().at(1).toString(), subject);
    }
}

void TestRules::aRuleConcernsItsCalls_data()
{
    QTest::addColumn<QString>("subject");
    QTest::addColumn<bool>("concerns");
    QTest::newRow("the tool") << u"tool:now_changes"_s << true;
    QTest::newRow("another tool") << u"tool:now_reads"_s << false;
    QTest::newRow("its toolset") << u"toolset:now"_s << true;
    QTest::newRow("another toolset") << u"toolset:old"_s << false;
    QTest::newRow("the effect") << u"effect:changes"_s << true;
    QTest::newRow("another effect") << u"effect:destroys"_s << false;
}

void TestRules::aRuleConcernsItsCalls()
{
    QFETCH(QString, subject);
    QTEST(RuleBook::concerns(subject, u"now_changes"_s, Effect::Changes), "concerns");
}

void TestRules::everyPolicyThatFitsIsTaken()
{
    for (const Policy policy : kPolicies) {
        QVERIFY(m_rules->set(kAll, u"tool:now_reads"_s, policy));
        QCOMPARE(bool(m_rules->set(kAll, u"toolset:now"_s, policy)), policy != Policy::Ask);
        for (const Effect effect : kEffects)
            QCOMPARE(bool(m_rules->set(kAll, u"effect:"_s + nameOf(effect), policy)),
                     policy != Policy::Off);
    }
    QCOMPARE(m_rules->book().all().size(), qsizetype(2 + kEffects.size()));
}

/// As after an update that no longer has it.
void TestRules::theRuleOfAToolThatIsGoneCanBeRemoved()
{
    QVERIFY(m_store->vault->rules.save({kOne, u"tool:gone"_s, Policy::Off, 1}));
    Rules rules(m_store->vault->rules, m_clock);
    QCOMPARE(rules.book().all().size(), 1);
    const auto removed = rules.set(kOne, u"tool:gone"_s, std::nullopt);
    QVERIFY2(removed, removed ? "" : qPrintable(removed.error().text()));
    QVERIFY(rules.book().all().isEmpty());
    QVERIFY(!rules.set(kOne, u"tool:gone"_s, Policy::Off));
}

void TestRules::changesAreToldAndKept()
{
    const QSignalSpy changed(m_rules.get(), &Rules::changed);
    QVERIFY(m_rules->set(kOne, u"tool:now_changes"_s, Policy::Allow));
    QCOMPARE(changed.size(), 1);
    QCOMPARE(m_rules->book().all(),
             (QList<store::Rule>{{kOne, u"tool:now_changes"_s, Policy::Allow, m_clock.now()}}));
    m_clock.advance(1);
    QVERIFY(m_rules->set(kOne, u"tool:now_changes"_s, Policy::Off));
    QCOMPARE(changed.size(), 2);
    QCOMPARE(m_rules->book().all(),
             (QList<store::Rule>{{kOne, u"tool:now_changes"_s, Policy::Off, m_clock.now()}}));
    QVERIFY(m_rules->set(kOne, u"tool:now_changes"_s, std::nullopt));
    QCOMPARE(changed.size(), 3);
    QVERIFY(m_rules->book().all().isEmpty());
    QVERIFY(!m_rules->book().isOwn(kOne));
    // What is not there can be removed as often as one likes.
    QVERIFY(m_rules->set(kOne, u"tool:now_changes"_s, std::nullopt));
    QCOMPARE(recorded().size(), 3);
}

void TestRules::changesAreOnRecord()
{
    QVERIFY(m_rules->set(kOne, u"tool:now_changes"_s, Policy::Allow));
    QVERIFY(m_rules->set(kAll, u"toolset:now"_s, Policy::Off));
    QVERIFY(m_rules->set(kAll, u"effect:destroys"_s, Policy::Ask));
    QVERIFY(m_rules->set(kOne, u"tool:now_changes"_s, std::nullopt));
    QCOMPARE(recorded(),
             (QStringList{u"c1 the tool now_changes: allow"_s, u" the toolset now: off"_s,
                          u" the effect destroys: ask"_s, u"c1 the tool now_changes: as usual"_s}));
}

void TestRules::whatCannotBeRecordedDoesNotHold()
{
    QVERIFY(m_rules->set(kOne, u"tool:now_reads"_s, Policy::Off));
    const QSignalSpy changed(m_rules.get(), &Rules::changed);
    const QString file = m_store->directory.filePath(u"vault.db"_s);
    test::setWritable(file, false);
    const auto loosened = m_rules->set(kOne, u"tool:now_reads"_s, Policy::Allow);
    const auto removed = m_rules->set(kOne, u"tool:now_reads"_s, std::nullopt);
    test::setWritable(file, true);
    QVERIFY(!loosened && !removed);
    QCOMPARE(loosened.error().kind, Error::Kind::Storage);
    QVERIFY(changed.isEmpty());
    QVERIFY(m_rules->book().isOff(kOne, tool(u"now_reads"_s)));
}

void TestRules::aClientTakesItsRulesAlong()
{
    for (const ClientId &client : {kOne, kOther, kAll})
        QVERIFY(m_rules->set(client, u"tool:now_reads"_s, Policy::Off));
    QVERIFY(m_store->vault->clients.remove(kOne));
    m_rules->readAgain();
    const QList<store::Rule> left = m_rules->book().all();
    QCOMPARE(left.size(), 2);
    QVERIFY(std::none_of(left.begin(), left.end(),
                         [](const store::Rule &rule) { return rule.client == kOne; }));
    QCOMPARE(Rules(m_store->vault->rules, m_clock).book().all(), left);
}

FLAREDECK_TEST(TestRules)

} // namespace tst_rules

#include "tst_rules.moc"
