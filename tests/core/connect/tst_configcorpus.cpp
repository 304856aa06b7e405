#include "core/base/json.h"
#include "core/connect/configtext.h"
#include "tests/core/connect/readback.h"
#include "tests/support/testcase.h"

#include <QFile>
#include <QTest>

#include <algorithm>

namespace tst_configcorpus {

using namespace Qt::StringLiterals;
using namespace flaredeck;
using namespace flaredeck::connect;

namespace {

const Entry kEntry{{"command", "/opt/flare deck/bridge"},
                   {"args", {"--toolset", "a: b #c", "é\n😀\"\\"}},
                   {"env", {{"MODE", "yes"}, {"a.b", ""}}},
                   {"enabled", true}};

QString causeOf(const Error &error)
{
    return error.text() + u' ' + error.detail;
}

QStringList namesOf(const QList<Found> &entries)
{
    QStringList names;
    for (const Found &entry : entries)
        names << entry.name;
    return names;
}

bool areEqual(const Entry &a, const Entry &b)
{
    return Json(a) == Json(b);
}

/// nlohmann's parser, which reads the results, knows no trailing commas.
bool canReadBack(const QByteArray &file, const Place &place)
{
    return place.format != Format::Json ||
           Json::accept(file.begin(), file.end(), /*ignore_comments=*/true);
}

} // namespace

/// Files as clients and people write them.
class TestConfigCorpus : public QObject
{
    Q_OBJECT

private slots:
    void entriesAreFound_data();
    void entriesAreFound();
    void whatIsAddedGoesWithoutATrace_data() { entriesAreFound_data(); }
    void whatIsAddedGoesWithoutATrace();
    void anEqualEntryChangesNothing_data() { entriesAreFound_data(); }
    void anEqualEntryChangesNothing();
    void eachEntryCanBeReplaced_data() { entriesAreFound_data(); }
    void eachEntryCanBeReplaced();
    void eachEntryCanBeRemoved_data() { entriesAreFound_data(); }
    void eachEntryCanBeRemoved();
};

void TestConfigCorpus::entriesAreFound_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<Place>("place");
    QTest::addColumn<QStringList>("names");
    QTest::addColumn<QList<int>>("lines");
    const auto row = [](const char *name, const Place &place, const QStringList &names,
                        const QList<int> &lines) {
        QFile file(QLatin1String(FLAREDECK_CONNECT_CORPUS "/") + QLatin1String(name));
        QVERIFY2(file.open(QIODevice::ReadOnly), name);
        QTest::newRow(name) << file.readAll() << place << names << lines;
    };
    const Place json{Format::Json, {u"mcpServers"_s}};
    row("json/claude-code.json", json, {u"github"_s, u"filesystem"_s}, {36, 43});
    row("json/claude-desktop-windows.json", json, {u"files"_s}, {3});
    row("json/vscode-mcp.json", {Format::Json, {u"servers"_s}}, {u"perplexity"_s, u"remote"_s},
        {12, 21});
    row("json/zed-settings.json", {Format::Json, {u"context_servers"_s}}, {u"postgres"_s}, {11});
    row("json/opencode.json", {Format::Json, {u"mcp"_s}}, {u"jira"_s}, {4});
    row("json/amp-settings.json", {Format::Json, {u"amp.mcpServers"_s}}, {u"context7"_s}, {4});
    row("json/nested.json", {Format::Json, {u"mcp"_s, u"servers"_s}}, {u"a"_s, u"b"_s}, {3, 4});
    row("json/one-line.json", json, {u"a"_s, u"b"_s}, {1, 1});
    row("json/list.json", {Format::Json, {u"mcpServers"_s}, true}, {u"sqlite"_s, u"other"_s},
        {4, 6});
    row("json/odd-comments.json", json, {u"a"_s, u"b"_s}, {3, 4});
    const Place toml{Format::Toml, {u"mcp_servers"_s}};
    row("toml/codex.toml", toml, {u"context7"_s, u"with space"_s}, {9, 17});
    row("toml/codex-windows.toml", toml, {u"a"_s}, {3});
    row("toml/lines.toml", toml, {u"a"_s, u"b"_s}, {2, 3});
    row("toml/dotted.toml", toml, {u"a"_s, u"b.c"_s}, {1, 3});
    row("toml/inline.toml", toml, {u"a"_s, u"b c"_s}, {4, 4});
    row("toml/list.toml", {Format::Toml, {u"mcp_servers"_s}, true}, {u"fetch"_s, u"remote"_s},
        {2, 7});
    row("toml/scattered.toml", toml, {u"a"_s, u"b"_s}, {1, 10});
    const Place goose{Format::Yaml, {u"extensions"_s}};
    const Place yamlList{Format::Yaml, {u"mcpServers"_s}, true};
    row("yaml/goose.yaml", goose, {u"developer"_s, u"memory"_s}, {4, 10});
    row("yaml/continue.yaml", yamlList, {u"SQLite"_s, u"Doc: server"_s}, {9, 13});
    row("yaml/comments.yaml", goose, {u"a"_s, u"b"_s}, {6, 12});
    row("yaml/windows.yaml", goose, {u"a"_s}, {2});
    row("yaml/flow.yaml", goose, {u"a"_s, u"b"_s}, {2, 3});
    row("yaml/nested.yaml", {Format::Yaml, {u"mcp"_s, u"servers"_s}}, {u"a"_s, u"b: c"_s}, {3, 5});
    row("yaml/unindented-list.yaml", yamlList, {u"a"_s, u"b"_s}, {2, 5});
}

void TestConfigCorpus::entriesAreFound()
{
    QFETCH(QByteArray, file);
    QFETCH(Place, place);
    const auto entries = entriesOf(file, place);
    QVERIFY2(entries, entries ? "" : qPrintable(causeOf(entries.error())));
    QTEST(namesOf(*entries), "names");
    QList<int> lines;
    for (const Found &entry : *entries) {
        lines << entry.line;
        QVERIFY(entry.value.is_object());
        QVERIFY(!entry.raw.isEmpty());
    }
    QTEST(lines, "lines");
}

void TestConfigCorpus::whatIsAddedGoesWithoutATrace()
{
    QFETCH(QByteArray, file);
    QFETCH(Place, place);
    QFETCH(QStringList, names);
    const auto added = withEntry(file, place, u"flare.deck"_s, kEntry);
    QVERIFY2(added, added ? "" : qPrintable(causeOf(added.error())));
    const auto entries = entriesOf(*added, place);
    QVERIFY(entries);
    QStringList others = namesOf(*entries);
    QVERIFY(others.removeOne(u"flare.deck"_s));
    QCOMPARE(others, names);
    if (canReadBack(*added, place))
        QCOMPARE(test::commandOf(*added, place, u"flare.deck"_s), u"/opt/flare deck/bridge"_s);
    QCOMPARE(added->contains("\r\n"), file.contains("\r\n"));
    QCOMPARE(added->endsWith('\n'), file.endsWith('\n'));
    QCOMPARE(added->count('\n') - added->count("\r\n"),
             file.contains("\r\n") ? 0 : added->count('\n'));

    const auto removed = withoutEntry(*added, place, u"flare.deck"_s);
    QVERIFY2(removed, removed ? "" : qPrintable(causeOf(removed.error())));
    QCOMPARE(*removed, file);
}

void TestConfigCorpus::anEqualEntryChangesNothing()
{
    QFETCH(QByteArray, file);
    QFETCH(Place, place);
    const QList<Found> entries = entriesOf(file, place).value();
    for (const Found &entry : entries)
        QCOMPARE(withEntry(file, place, entry.name, entry.value).value(), file);
}

void TestConfigCorpus::eachEntryCanBeReplaced()
{
    QFETCH(QByteArray, file);
    QFETCH(Place, place);
    const QList<Found> before = entriesOf(file, place).value();
    for (const Found &entry : before) {
        const auto replaced = withEntry(file, place, entry.name, kEntry);
        QVERIFY2(replaced, replaced ? "" : qPrintable(entry.name + causeOf(replaced.error())));
        const QList<Found> after = entriesOf(*replaced, place).value();
        QCOMPARE(namesOf(after), namesOf(before));
        for (qsizetype i = 0; i < after.size(); ++i)
            QVERIFY(
                areEqual(after[i].value, after[i].name == entry.name ? kEntry : before[i].value));
        if (canReadBack(*replaced, place))
            QCOMPARE(test::commandOf(*replaced, place, entry.name), u"/opt/flare deck/bridge"_s);
    }
}

void TestConfigCorpus::eachEntryCanBeRemoved()
{
    QFETCH(QByteArray, file);
    QFETCH(Place, place);
    QFETCH(QStringList, names);
    for (const QString &name : std::as_const(names)) {
        const auto removed = withoutEntry(file, place, name);
        QVERIFY2(removed, removed ? "" : qPrintable(name + causeOf(removed.error())));
        QStringList others = names;
        others.removeOne(name);
        QCOMPARE(namesOf(entriesOf(*removed, place).value()), others);
    }
    // One after the other, until none is left.
    QByteArray left = file;
    for (const QString &name : std::as_const(names)) {
        const auto removed = withoutEntry(left, place, name);
        QVERIFY2(removed, removed ? "" : qPrintable(name + causeOf(removed.error())));
        left = *removed;
    }
    QVERIFY(entriesOf(left, place).value().isEmpty());
    QVERIFY(withEntry(left, place, u"flaredeck"_s, kEntry));
}

FLAREDECK_TEST(TestConfigCorpus)

} // namespace tst_configcorpus

#include "tst_configcorpus.moc"
