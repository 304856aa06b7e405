#include "core/provider/scopes.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_scopes {

using namespace flaredeck;
using namespace Qt::Literals::StringLiterals;

namespace {

const ScopeSet kSome{u"workers:read"_s, u"observability:read"_s, u"kv:read"_s, u"kv:write"_s};

} // namespace

class TestScopes : public QObject
{
    Q_OBJECT

private slots:
    void parses_data();
    void parses();
    void wellFormed_data();
    void wellFormed();
    void writeImpliesRead();
    void everyScopeStandsOnKnownUpstreamScopes();
    void theBaselineComesFirst();
    void whatASignInLacks_data();
    void whatASignInLacks();
    void everythingThatIsAskedForIsEnough();
};

void TestScopes::parses_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("expected");

    QTest::newRow("nothing means the baseline") << u""_s << u"mcp:read"_s;
    QTest::newRow("the Inspector sends an empty scope") << u" "_s << u"mcp:read"_s;
    QTest::newRow("known names are kept and sorted")
        << u"workers:read mcp:read"_s << u"mcp:read workers:read"_s;
    QTest::newRow("the baseline is added") << u"workers:read"_s << u"mcp:read workers:read"_s;
    QTest::newRow("mcp-remote's last resort is dropped, not refused")
        << u"openid email profile"_s << u"mcp:read"_s;
    QTest::newRow("offline_access is not a scope of ours")
        << u"mcp:read offline_access"_s << u"mcp:read"_s;
    QTest::newRow("names compare exactly") << u"Workers:Read"_s << u"mcp:read"_s;
}

void TestScopes::parses()
{
    QFETCH(QString, text);
    QFETCH(QString, expected);
    QCOMPARE(scopes::print(scopes::parse(text)), expected);
}

void TestScopes::wellFormed_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("expected");

    QTest::newRow("empty") << u""_s << true;
    QTest::newRow("names and spaces") << u"mcp:read workers:read"_s << true;
    QTest::newRow("a quote is refused") << u"a\"b"_s << false;
    QTest::newRow("a backslash is refused") << u"a\\b"_s << false;
    QTest::newRow("a tab is refused") << u"a\tb"_s << false;
    QTest::newRow("letters beyond ASCII are refused") << u"caf\u00e9"_s << false;
}

void TestScopes::wellFormed()
{
    QFETCH(QString, text);
    QFETCH(bool, expected);
    QCOMPARE(scopes::isWellFormed(text), expected);
}

void TestScopes::writeImpliesRead()
{
    QVERIFY(scopes::contains({u"kv:write"_s}, u"kv:read"_s));
    QVERIFY(!scopes::contains({u"kv:read"_s}, u"kv:write"_s));
    QVERIFY(!scopes::contains({u"kv:write"_s}, u"d1:read"_s));
}

void TestScopes::everyScopeStandsOnKnownUpstreamScopes()
{
    const QStringList ids = scopes::upstreamFor(scopes::all());
    QCOMPARE(ids.first(), u"user-details.read"_s);
    QCOMPARE(ids.last(), u"offline_access"_s);
    QVERIFY(ids.contains(u"workers-scripts.read"_s));
    QVERIFY(ids.contains(u"workers-observability.read"_s));
    QCOMPARE(QSet<QString>(ids.begin(), ids.end()).size(), ids.size());
}

void TestScopes::theBaselineComesFirst()
{
    QCOMPARE(scopes::catalogue().first().name, scopes::kBaseline);
    for (const ScopeInfo &scope : scopes::catalogue())
        QVERIFY2(!scope.summary.isEmpty(), qPrintable(scope.name));
}

void TestScopes::whatASignInLacks_data()
{
    QTest::addColumn<QStringList>("held");
    QTest::addColumn<ScopeSet>("lacked"); // of kSome

    const QString user = u"user-details.read"_s;
    const QString storage = u"workers-kv-storage.write"_s;
    QTest::newRow("one that the person unticked")
        << QStringList{user, storage, u"workers-scripts.read"_s}
        << ScopeSet{u"observability:read"_s};
    QTest::newRow("write covers read")
        << QStringList{user, storage, u"workers-scripts.write"_s, u"workers-observability.read"_s}
        << ScopeSet{};
    QTest::newRow("read does not cover write")
        << QStringList{user, u"workers-kv-storage.read"_s, u"workers-scripts.read"_s,
                       u"workers-observability.read"_s}
        << ScopeSet{u"kv:write"_s};
    QTest::newRow("nothing but the identity") << QStringList{user} << kSome;
    QTest::newRow("an API token tells nothing") << QStringList{} << ScopeSet{};
    QTest::newRow("nor does another catalogue")
        << QStringList{u"workers:read"_s, u"offline_access"_s} << ScopeSet{};
}

void TestScopes::whatASignInLacks()
{
    QFETCH(QStringList, held);
    QFETCH(ScopeSet, lacked);
    const ScopeSet found = scopes::lackedBy(held);
    if (!held.contains(u"user-details.read"_s)) // nothing is known of such a sign-in
        QCOMPARE(found, ScopeSet{});
    for (const QString &scope : kSome)
        QVERIFY2(found.contains(scope) == lacked.contains(scope), qPrintable(scope));
    for (const ScopeInfo &scope : scopes::catalogue()) {
        QCOMPARE(!scopes::missingUpstream(scope.name, held).isEmpty(), found.contains(scope.name));
        // What needs nothing of the provider's is never lacking.
        QVERIFY(!found.contains(scope.name) || !scope.upstream.isEmpty());
    }
}

void TestScopes::everythingThatIsAskedForIsEnough()
{
    QCOMPARE(scopes::lackedBy(scopes::upstreamFor(scopes::all())), ScopeSet{});
}

FLAREDECK_TEST(TestScopes)

} // namespace tst_scopes

#include "tst_scopes.moc"
