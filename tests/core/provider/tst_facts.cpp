#include "core/provider/facts.h"
#include "core/provider/scopes.h"
#include "tests/support/testcase.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

namespace tst_facts {

using namespace flaredeck;
using namespace flaredeck::provider;
using namespace Qt::Literals::StringLiterals;

namespace {

/// A folder with the built-in facts and the test's own files.
class Folder
{
public:
    Folder()
    {
        QDir(m_directory.path()).mkdir(u"toolsets"_s);
        const QDir builtIn(u":/flaredeck/provider"_s);
        QVERIFY(QFile::copy(builtIn.filePath(u"provider.json"_s), path(u"provider.json"_s)));
    }
    [[nodiscard]] QString path(const QString &name) const { return m_directory.filePath(name); }
    void write(const QString &name, const QByteArray &content) const
    {
        QFile::remove(path(name));
        QFile file(path(name));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
    }
    [[nodiscard]] Result<Facts> read() const { return readFacts(m_directory.path()); }

private:
    QTemporaryDir m_directory;
};

} // namespace

class TestFacts : public QObject
{
    Q_OBJECT

private slots:
    void theBaselineComesFirst();
    void everyPlaceIsSecure();
    void aStandInTakesEveryPlace();
    void aFileIsAToolsetWithItsScopes();
    void brokenFilesAreNamed_data();
    void brokenFilesAreNamed();
};

void TestFacts::theBaselineComesFirst()
{
    QCOMPARE(facts().scopes.first().name, scopes::kBaseline);
}

void TestFacts::everyPlaceIsSecure()
{
    const Endpoints &places = facts().endpoints;
    for (const QUrl &url : {places.authorize, places.token, places.revoke, places.api})
        QCOMPARE(url.scheme(), u"https"_s);
    for (const QUrl &site : places.sites)
        QCOMPARE(site.scheme(), u"https"_s);
    QVERIFY(!places.sandbox);
}

void TestFacts::aStandInTakesEveryPlace()
{
    const Endpoints places = facts().endpointsAt(QUrl(u"http://127.0.0.1:99"_s));
    for (const QUrl &url :
         {places.authorize, places.token, places.revoke, places.api, places.documentation})
        QCOMPARE(url.toString(QUrl::RemovePath), u"http://127.0.0.1:99"_s);
    QCOMPARE(places.token.path(), facts().endpoints.token.path());
    QVERIFY(places.sandbox);
    for (const QString &name : facts().endpoints.sites.keys())
        QCOMPARE(places.site(name), QUrl(u"http://127.0.0.1:99/sites/"_s + name));
}

void TestFacts::aFileIsAToolsetWithItsScopes()
{
    Folder folder;
    folder.write(u"toolsets/dns.json"_s, R"({"toolset":"dns","tools":[],"scopes":[
        {"name":"dns:write","summary":"Change DNS records","write":true,"upstream":["dns.write"]}]})");
    const Result<Facts> read = folder.read();
    QVERIFY2(read, read ? "" : qPrintable(read.error().message));
    QCOMPARE(read->toolsets.size(), 1);
    QCOMPARE(read->toolsets.first().name, u"dns"_s);
    const ScopeInfo &scope = read->scopes.last();
    QCOMPARE(scope.name, u"dns:write"_s);
    QCOMPARE(scope.label, u"dns"_s);
    QCOMPARE(scope.upstream, QStringList{u"dns.write"_s});
    QVERIFY(scope.write);
}

void TestFacts::brokenFilesAreNamed_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("no JSON") << u"toolsets/x.json"_s << QByteArray("{");
    QTest::newRow("no name") << u"toolsets/x.json"_s << QByteArray("{}");
    QTest::newRow("a name that no address can have")
        << u"toolsets/x.json"_s << QByteArray(R"({"toolset":"a/b"})");
    QTest::newRow("a scope without words")
        << u"toolsets/x.json"_s << QByteArray(R"({"toolset":"x","scopes":[{"name":"x:read"}]})");
    QTest::newRow("no places") << u"provider.json"_s << QByteArray(R"({"name":"X"})");
}

void TestFacts::brokenFilesAreNamed()
{
    QFETCH(QString, file);
    QFETCH(QByteArray, content);
    Folder folder;
    folder.write(file, content);
    const Result<Facts> read = folder.read();
    QVERIFY(!read);
    QVERIFY2(read.error().message.contains(file), qPrintable(read.error().message));
}

FLAREDECK_TEST(TestFacts)

} // namespace tst_facts

#include "tst_facts.moc"
