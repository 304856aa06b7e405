#include "core/tools/querylanguage.h"

#include "tests/support/testcase.h"

namespace tst_querylanguage {

using namespace flaredeck::tools;
using namespace Qt::Literals::StringLiterals;

/// What is told to be a read runs unasked: whatever may be more must not be.
class TestQueryLanguage : public QObject
{
    Q_OBJECT

private slots:
    void sqlThatReads_data();
    void sqlThatReads();
    void sqlThatMayWrite_data();
    void sqlThatMayWrite();
    void graphQlThatReads_data();
    void graphQlThatReads();
    void graphQlThatMayWrite_data();
    void graphQlThatMayWrite();
};

void TestQueryLanguage::sqlThatReads_data()
{
    QTest::addColumn<QString>("sql");
    const auto row = [](const char *name, const QString &sql) { QTest::newRow(name) << sql; };
    row("select", u"SELECT * FROM t WHERE id = 1"_s);
    row("in small letters", u"select 1"_s);
    row("values", u"VALUES (1), (2)"_s);
    row("a semicolon behind it", u"SELECT 1;"_s);
    row("semicolons alone", u";; SELECT 1 ;;"_s);
    row("several", u"SELECT 1; SELECT 2; VALUES (3)"_s);
    row("a comment before it", u"-- what is there\nSELECT 1 /* all of it */"_s);
    row("a comment without an end of line", u"SELECT 1 -- DELETE FROM t"_s);
    row("words in comments", u"/* DELETE FROM t; */ SELECT 1"_s);
    row("words in a string", u"SELECT 'DELETE FROM t; DROP TABLE t'"_s);
    row("a quote in a string", u"SELECT 'it''s; DELETE FROM t'"_s);
    row("a comment in a string", u"SELECT '-- /*', 1"_s);
    row("quoted names", u"SELECT \"delete\", `drop`, [update] FROM \"insert\""_s);
    row("a quote in a quoted name", u"SELECT \"a\"\"; DELETE FROM t\" FROM t"_s);
    row("with", u"WITH a AS (SELECT 1), b AS (SELECT 2) SELECT * FROM a, b"_s);
    row("recursive", u"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) "
                     "SELECT i FROM n"_s);
    row("explained", u"EXPLAIN QUERY PLAN SELECT 1"_s);
    row("the function replace", u"SELECT replace(name, 'a', 'b') FROM t"_s);
    row("the function replace, with space", u"SELECT REPLACE (name, 'a', 'b') FROM t"_s);
    row("parameters", u"SELECT * FROM t WHERE a = ?1 AND b = :b AND c = @c AND d = $d"_s);
    row("a parameter in brackets", u"SELECT * FROM t WHERE a IN (:a, (:b)) AND (c = $c)"_s);
    row("a pragma that tells", u"PRAGMA table_info(t)"_s);
    row("a pragma with a string", u"PRAGMA table_info('t')"_s);
    row("a pragma without an argument", u"pragma table_list"_s);
    row("a pragma as a table", u"SELECT * FROM pragma_table_info('t')"_s);
    row("names that begin like words", u"SELECT deleted, updates, created_at FROM inserts"_s);
    row("other letters", u"SELECT größe FROM möbel"_s);
}

void TestQueryLanguage::sqlThatReads()
{
    QFETCH(QString, sql);
    QVERIFY(onlyReads(QueryLanguage::Sql, sql));
}

void TestQueryLanguage::sqlThatMayWrite_data()
{
    QTest::addColumn<QString>("sql");
    const auto row = [](const char *name, const QString &sql) { QTest::newRow(name) << sql; };
    row("nothing", QString());
    row("a comment", u"-- nothing"_s);
    row("semicolons", u";;"_s);
    for (const char *word : {"INSERT INTO t VALUES (1)",
                             "UPDATE t SET a = 1",
                             "DELETE FROM t",
                             "DROP TABLE t",
                             "ALTER TABLE t ADD a",
                             "CREATE TABLE t (a)",
                             "REPLACE INTO t VALUES (1)",
                             "VACUUM",
                             "REINDEX",
                             "ANALYZE",
                             "ATTACH 'x' AS x",
                             "DETACH x",
                             "BEGIN",
                             "COMMIT",
                             "END",
                             "ROLLBACK",
                             "SAVEPOINT s",
                             "RELEASE s",
                             "EXPLAIN DELETE FROM t",
                             "GRANT x"})
        row(word, QString::fromLatin1(word));
    row("behind a read", u"SELECT 1; DELETE FROM t"_s);
    row("before a read", u"DELETE FROM t; SELECT 1"_s);
    row("behind a comment", u"/* SELECT */ DELETE FROM t"_s);
    row("behind a comment of a line", u"-- SELECT\nDELETE FROM t"_s);
    row("behind what looks like a nested comment", u"/* /* */ DELETE FROM t -- */"_s);
    row("behind what looks like the end of a comment", u"SELECT 1 /*/ */; DELETE FROM t -- */"_s);
    row("a comment in between", u"SELECT 1;/**/DE/**/LETE FROM t"_s);
    row("behind a string with a backslash", u"SELECT '\\'; DELETE FROM t; --'"_s);
    row("behind a string with a quote", u"SELECT ''''; DELETE FROM t; --'"_s);
    row("behind a bracket with a doubled one", u"SELECT [a]]; DELETE FROM t; --]"_s);
    row("with and delete", u"WITH a AS (SELECT 1) DELETE FROM t WHERE id IN a"_s);
    row("with and update", u"WITH a AS (SELECT 1) UPDATE t SET x = 1"_s);
    row("with and insert", u"WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a"_s);
    row("with and replace", u"WITH a AS (SELECT 1) REPLACE INTO t SELECT * FROM a"_s);
    row("with and replace into a quoted name",
        u"WITH a AS (SELECT 1) REPLACE INTO\"t\" SELECT 1"_s);
    row("a pragma that sets", u"PRAGMA user_version = 3"_s);
    row("a pragma that sets without a sign", u"PRAGMA user_version(3)"_s);
    row("a telling pragma that sets", u"PRAGMA table_info = t"_s);
    row("an unknown pragma", u"PRAGMA optimize"_s);
    row("a pragma of another schema", u"PRAGMA main.journal_mode"_s);
    row("no pragma at all", u"PRAGMA"_s);
    row("a pragma behind a read", u"SELECT 1; PRAGMA writable_schema = 1"_s);
    row("an extension", u"SELECT load_extension('x')"_s);
    row("an unfinished string", u"SELECT 'a"_s);
    row("an unfinished name", u"SELECT \"a"_s);
    row("an unfinished bracket", u"SELECT [a"_s);
    row("an unfinished comment", u"SELECT 1 /* and so on"_s);
    row("a NUL", u"SELECT 1"_s + QChar(u'\0') + u"; DELETE FROM t"_s);
    row("a NUL at the end", u"SELECT 1"_s + QChar(u'\0'));
    // For SQLite $a(…) is the name of one parameter, quotes included.
    row("a parameter that swallows a quote", u"SELECT $a('); DELETE FROM t; --'"_s);
    row("another one", u"SELECT :a('); DELETE FROM t; --'"_s);
    row("and another one", u"SELECT @a::b('); DELETE FROM t; --'"_s);
    row("a parameter of other letters", u"SELECT $a\u20ac('); DELETE FROM t; --'"_s);
    row("a parameter with another space", u"SELECT $a\u00a0('); DELETE FROM t; --'"_s);
    row("a space that is none to SQLite", u"SELECT\u00a01"_s);
    row("a bracket where nothing begins", u") SELECT 1"_s);
}

void TestQueryLanguage::sqlThatMayWrite()
{
    QFETCH(QString, sql);
    QVERIFY(!onlyReads(QueryLanguage::Sql, sql));
}

void TestQueryLanguage::graphQlThatReads_data()
{
    QTest::addColumn<QString>("query");
    const auto row = [](const char *name, const QString &query) { QTest::newRow(name) << query; };
    row("anonymous", u"{ viewer { zones { id } } }"_s);
    row("without a name", u"query { viewer { id } }"_s);
    row("with a name", u"query Zones { viewer { id } }"_s);
    row("named like the other", u"query mutation { viewer { id } }"_s);
    row("variables and directives",
        u"query Q($a: [In!] = [{b: 1}], $c: S = \"}\") @d(e: {f: 2}) { viewer(x: $a) @include(if: true) { id } }"_s);
    row("fragments", u"fragment F on Zone { id } query { viewer { ...F ... on Z { name } } }"_s);
    row("a field named like it", u"{ viewer { mutation subscription } }"_s);
    row("a word in a comment", u"# mutation { drop }\n{ viewer { id } }"_s);
    row("a word in a string", u"{ viewer(filter: \"mutation { drop }\") { id } }"_s);
    row("an escaped quote", u"{ viewer(filter: \"\\\" } mutation { drop\") { id } }"_s);
    row("a word in a block string", u"{ viewer(filter: \"\"\"a \" } mutation { \"\"\") { id } }"_s);
    row("an escaped block quote",
        u"{ viewer(filter: \"\"\"a \\\"\"\" } mutation { \"\"\") { id } }"_s);
    row("several queries", u"query A { a } query B { b }"_s);
}

void TestQueryLanguage::graphQlThatReads()
{
    QFETCH(QString, query);
    QVERIFY(onlyReads(QueryLanguage::GraphQl, query));
}

void TestQueryLanguage::graphQlThatMayWrite_data()
{
    QTest::addColumn<QString>("query");
    const auto row = [](const char *name, const QString &query) { QTest::newRow(name) << query; };
    row("nothing", QString());
    row("a comment", u"# query { a }"_s);
    row("a mutation", u"mutation { drop }"_s);
    row("a mutation with a name", u"mutation Drop($a: B) { drop(a: $a) }"_s);
    row("a subscription", u"subscription { zones }"_s);
    row("behind a query", u"query A { a } mutation B { b }"_s);
    row("before a query", u"mutation B { b } query A { a }"_s);
    row("behind an anonymous query", u"{ a } mutation B { b }"_s);
    row("behind a fragment", u"fragment F on Z { id } mutation { b }"_s);
    row("behind a comment", u"# {\nmutation { b }"_s);
    row("behind a comment with a carriage return", u"# {\rmutation { b }"_s);
    row("behind a comment with a quote", u"{ a } # \"\nmutation { b } # \""_s);
    row("behind a string with a brace", u"{ a(b: \"{\") } mutation { b }"_s);
    row("behind a string with a backslash", u"{ a(b: \"\\\\\") } mutation { b } # \""_s);
    row("behind an empty string", u"{ a(b: \"\") } mutation { b } # \""_s);
    row("behind an empty block string", u"{ a(b: \"\"\"\"\"\") } mutation { b } # \"\"\""_s);
    row("behind a block string with a hash", u"{ a(b: \"\"\"#\"\"\") } mutation { b }"_s);
    row("with commas", u"{ a },,,mutation,{ b }"_s);
    row("with a mark at the start", u"\ufeffmutation { b }"_s);
    row("a schema", u"type A { b: C }"_s);
    row("an extension", u"extend type A { b: C }"_s);
    row("an unknown word", u"quer { a }"_s);
    row("in capitals", u"QUERY { a }"_s);
    row("a brace that does not close", u"{ a { b }"_s);
    row("a brace too many", u"{ a } }"_s);
    row("a brace too many, and one again", u"{ a } } { mutation { b }"_s);
    row("an unfinished string", u"{ a(b: \"c) }"_s);
    row("a string over two lines", u"{ a(b: \"c\nd\") }"_s);
    row("an unfinished block string", u"{ a(b: \"\"\"c) }"_s);
    row("no selection", u"query Q"_s);
}

void TestQueryLanguage::graphQlThatMayWrite()
{
    QFETCH(QString, query);
    QVERIFY(!onlyReads(QueryLanguage::GraphQl, query));
}

FLAREDECK_TEST(TestQueryLanguage)

} // namespace tst_querylanguage

#include "tst_querylanguage.moc"
