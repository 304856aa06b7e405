#include "core/service/core.h"
#include "core/store/audit/auditreader.h"
#include "oauthclient.h"
#include "readyprompter.h"
#include "tests/core/mcp/httpcall.h"
#include "tests/support/keychains.h"
#include "tests/support/testcase.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

namespace tst_audittrail {

using namespace flaredeck;
using namespace flaredeck::service;
using namespace Qt::StringLiterals;

namespace {

/// A person who says no.
class Refuser : public test::ReadyPrompter
{
public:
    bool refuses = false;

protected:
    ConsentAnswer answerTo(const ConsentRequest &request) override
    {
        return refuses ? ConsentAnswer() : ReadyPrompter::answerTo(request);
    }
};

} // namespace

/// What a client or a person does from outside, and what the audit trail then tells.
class TestAuditTrail : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void cleanup();
    void aWholeFlowIsToldInOrder();
    void aReplayedCodeIsToldWithItsProgram();
    void aRefusalOfThePersonIsTold();
    void foreignPagesAreToldOnceAMinute();
    void changedSettingsAreTold();
    void nothingIsToldOfTheWindowsLooks();
    void theWindowHearsOfNewRows();

private:
    [[nodiscard]] QList<store::AuditRow> rows() const;
    [[nodiscard]] QStringList events() const;
    [[nodiscard]] quint16 port() const { return m_core->snapshot()->server.port; }
    [[nodiscard]] int statusWithOrigin(const QByteArray &origin) const;

    std::unique_ptr<QTemporaryDir> m_dir;
    Refuser m_person;
    Options m_options;
    std::unique_ptr<Core> m_core;
};

void TestAuditTrail::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    m_person.refuses = false;
    m_options.dataDir = {m_dir->path()};
    m_options.sandbox = true;
    m_options.autoApprove = true;
    auto core = Core::create(m_options, m_person, std::make_unique<test::MemoryKeychain>());
    QVERIFY2(core, core ? "" : qPrintable(core.error().text()));
    m_core = std::move(*core);
    QVERIFY(m_core->listen(0));
    QTRY_COMPARE(m_core->snapshot()->keyState, store::KeyState::Ready);
}

void TestAuditTrail::cleanup()
{
    // Whatever happened, nobody can have changed it.
    if (m_core)
        m_core->shutDown();
    auto reader = store::AuditReader::open(m_options.dataDir.vaultFile());
    QVERIFY(reader);
    const auto verdict = reader->verify();
    QVERIFY(verdict && !verdict->broken);
    if (m_core)
        QCOMPARE(m_core->checkAuditSeal(verdict->seal), store::SealState::Intact);
    m_core.reset();
}

QList<store::AuditRow> TestAuditTrail::rows() const
{
    auto reader = store::AuditReader::open(m_options.dataDir.vaultFile());
    auto found =
        reader ? reader->rows(0, 100) : Result<QList<store::AuditRow>>(fail(reader.error()));
    if (!found)
        qFatal("%s", qPrintable(found.error().text()));
    std::reverse(found->begin(), found->end());
    return *found;
}

QStringList TestAuditTrail::events() const
{
    QStringList names;
    for (const store::AuditRow &row : rows())
        names << row.event;
    return names;
}

int TestAuditTrail::statusWithOrigin(const QByteArray &origin) const
{
    HttpCall call(port(), "GET", "/.well-known/oauth-authorization-server", {{"Origin", origin}});
    return call.finish() ? call.status() : 0;
}

void TestAuditTrail::aWholeFlowIsToldInOrder()
{
    test::OAuthClient client(port(), u"Claude Code"_s);
    QVERIFY(client.signIn());
    QCOMPARE(client.refresh(), 200);
    const GrantId grant = m_core->snapshot()->grants.at(0).grant.id;
    QVERIFY(m_core->withdrawScope(grant, u"workers:read"_s));
    QVERIFY(m_core->revoke({{grant}}));
    QVERIFY(m_core->forgetClient({client.clientId()}));

    QCOMPARE(events(), QStringList({u"registered"_s, u"consented"_s, u"refreshed"_s,
                                    u"scopes_withdrawn"_s, u"revoked"_s, u"forgotten"_s}));
    const QList<store::AuditRow> found = rows();
    for (const store::AuditRow &row : found) {
        QCOMPARE(row.client, client.clientId());
        QCOMPARE(row.clientName, u"Claude Code"_s);
        QCOMPARE(row.grant, row.event == u"registered"_s || row.event == u"forgotten"_s
                                ? QString()
                                : grant.value);
    }
    for (int i : {0, 1, 2}) {
        QCOMPARE(found[i].program, QCoreApplication::applicationFilePath());
        QCOMPARE(found[i].pid, QCoreApplication::applicationPid());
    }
    QVERIFY(found[1].outcome.contains(u"workers:read"_s));
    QCOMPARE(found[3].outcome, u"Taken away: workers:read"_s);
    QCOMPARE(found[4].outcome, u"revoked in the window"_s);
    for (const store::AuditRow &row : found)
        QVERIFY(!store::audit::line(row, {}).contains("cfl_"));
}

void TestAuditTrail::aReplayedCodeIsToldWithItsProgram()
{
    test::OAuthClient client(port());
    QVERIFY(client.signIn());
    QCOMPARE(client.redeemAgain(), 400);
    QCOMPARE(events(),
             QStringList({u"registered"_s, u"consented"_s, u"replay_detected"_s, u"revoked"_s}));
    const QList<store::AuditRow> found = rows();
    QCOMPARE(found[2].program, QCoreApplication::applicationFilePath());
    QCOMPARE(found[2].pid, QCoreApplication::applicationPid());
    QCOMPARE(found[2].grant, found[1].grant);
    QCOMPARE(found[2].outcome, u"Its authorization code was used twice"_s);

    // The grant is gone; the thief is told of all the same.
    QCOMPARE(client.redeemAgain(), 400);
    QCOMPARE(events().last(), u"replay_detected"_s);
    QCOMPARE(client.refresh(), 400);
    QCOMPARE(events().size(), 5);
}

void TestAuditTrail::aRefusalOfThePersonIsTold()
{
    m_person.refuses = true;
    test::OAuthClient client(port(), u"Nosy"_s);
    QVERIFY(!client.signIn());
    QCOMPARE(events(), QStringList({u"registered"_s, u"denied"_s}));
    QCOMPARE(rows()[1].clientName, u"Nosy"_s);
    QCOMPARE(rows()[1].outcome, u"The request was denied in Flaredeck."_s);
}

void TestAuditTrail::foreignPagesAreToldOnceAMinute()
{
    for (int i = 0; i < 20; ++i)
        QCOMPARE(statusWithOrigin("https://evil.example"), 403);
    QCOMPARE(statusWithOrigin("https://other.example"), 403);
    QTRY_COMPARE(rows().size(), 2);
    m_core->shutDown(); // writes what was counted
    const QList<store::AuditRow> found = rows();
    qint64 ofEvil = 0;
    for (const store::AuditRow &row : found) {
        QCOMPARE(row.event, u"blocked"_s);
        QVERIFY2(row.outcome.contains(u"origin"_s), qPrintable(row.outcome));
        ofEvil += row.outcome.contains(u"https://evil.example"_s) ? row.count : 0;
    }
    QCOMPARE(ofEvil, 20);
    QCOMPARE(found.size(), 3);
}

void TestAuditTrail::changedSettingsAreTold()
{
    Settings window(m_options.dataDir.settingsFile());
    window.set(setting::storedCalls, u"none"_s);
    m_core->applySettings();
    m_core->applySettings();
    m_core->clearHistory();
    QVERIFY(m_core->setProviderClient(u"abc"_s, Secret("shh"_ba)));
    QStringList outcomes;
    for (const store::AuditRow &row : rows()) {
        QCOMPARE(row.event, u"settings_changed"_s);
        outcomes << row.outcome;
    }
    QCOMPARE(outcomes, QStringList({u"privacy/storedCalls: none, before full"_s,
                                    u"The history of calls was cleared"_s,
                                    u"cloudflare/clientId: abc, before (empty)"_s,
                                    u"A client secret of Cloudflare was stored"_s}));
}

void TestAuditTrail::nothingIsToldOfTheWindowsLooks()
{
    Settings window(m_options.dataDir.settingsFile());
    window.set(setting::theme, u"dark"_s);
    m_core->applySettings();
    QCOMPARE(events(), QStringList());
}

void TestAuditTrail::theWindowHearsOfNewRows()
{
    QSignalSpy written(m_core.get(), &Core::auditWritten);
    m_core->clearHistory();
    QVERIFY(written.wait());
}

FLAREDECK_TEST(TestAuditTrail)

} // namespace tst_audittrail

#include "tst_audittrail.moc"
