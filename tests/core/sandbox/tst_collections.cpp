#include "core/sandbox/collections.h"
#include "tests/support/manualclock.h"
#include "tests/support/testcase.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

namespace tst_collections {

using namespace flaredeck;
using namespace flaredeck::sandbox;
using namespace Qt::StringLiterals;

/// Endpoints that are data, from the test's own file.
class TestCollections : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void aListShowsWhatIsInTheAccount();
    void anItemIsGotByItsName();
    void whatIsCreatedIsThere();
    void whatIsCreatedNeedsItsMembersAndANameOfItsOwn();
    void aChangeStays();
    void whatIsDeletedIsGone();
    void scopesAreAskedFor();
    void onlyWhatTheDataNamesCanBeDone();
    void pagesOfEveryStyle_data();
    void pagesOfEveryStyle();
    void listsAreSearchedAndOrdered();
    void answersOfOtherShapes();
    void listsAreFiltered();
    void partsOfPathsThatNeedNotMatch();
    void aListBeginsAfterAName();
    void anItemMayBeADatabase();
    void itemsOfAnotherFormThanTheirBody();
    void answersRepeatTheBody();
    void aCursorWhereTheDataWantsIt();
    void aChangeNeedsNoBodyToDelete();
    void brokenFilesAreNamed_data();
    void brokenFilesAreNamed();

private:
    void loadToo(const QByteArray &content)
    {
        QFile file(m_folder->filePath(u"other.json"_s));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
        file.close();
        auto loaded = Collections::load(m_folder->path(), m_clock);
        QVERIFY2(loaded, loaded ? "" : qPrintable(loaded.error().message));
        m_collections = std::move(*loaded);
    }
    [[nodiscard]] Json send(http::Method method, const QString &target, const Json &body = {},
                            int status = 200)
    {
        http::Request request;
        request.method = method;
        request.query = target.section(u'?', 1).toLatin1();
        request.body = body.is_null() ? QByteArray() : json::print(body);
        m_response =
            m_collections->handle(request, target.section(u'?', 0, 0).split(u'/'), m_bearer);
        if (m_response.status != status)
            qWarning("%d %s", m_response.status, m_response.body.constData());
        return m_response.status == status ? json::parse(m_response.body).value_or(Json()) : Json();
    }
    [[nodiscard]] Json get(const QString &target, int status = 200)
    {
        return send(http::Method::Get, target, {}, status);
    }
    [[nodiscard]] QStringList titles(const QString &query = {})
    {
        QStringList found;
        const Json answer = get(u"accounts/a/boxes"_s + query);
        for (const Json &item : answer.value("result", Json::array()))
            found << json::toQString(item["title"]);
        return found;
    }

    static constexpr const char *kBoxes = R"({
      "collections": [{
        "missing": { "code": 10013, "message": "There is no such box." },
        "exists": { "code": 10014, "message": "There is a box of this title." },
        "defaults": { "size": 1, "label": "{title} in {account}", "_secret": "never shown" },
        "routes": [
          { "does": "list", "path": "/accounts/{account}/boxes", "scope": "boxes.read",
            "search": { "part": "title" }, "order": ["title"], "paging": { "style": "page", "size": 2, "most": 3, "nextPage": true } },
          { "does": "create", "path": "/accounts/{account}/boxes", "scope": "boxes.write",
            "needs": ["title"], "unique": "title", "sets": { "id": "{hex32}", "made_on": "{now}" } },
          { "does": "get", "path": "/accounts/{account}/boxes/{id}", "scope": "boxes.read" },
          { "does": "change", "method": "PATCH", "path": "/accounts/{account}/boxes/{id}", "scope": "boxes.write",
            "sets": { "changed_on": "{now}" } },
          { "does": "delete", "path": "/accounts/{account}/boxes/{id}", "scope": "boxes.write", "answer": { "id": "{id}" } },
          { "does": "get", "path": "/accounts/{account}/boxes/{id}/note", "text": "{title}, {size}", "type": "text/x-note" },
          { "does": "list", "path": "/accounts/{account}/cursor", "as": "boxes", "paging": { "style": "cursor", "size": 2 } },
          { "does": "list", "path": "/accounts/{account}/inside", "as": "boxes", "paging": { "style": "cursor", "size": 2, "inResult": true } },
          { "does": "list", "path": "/accounts/{account}/offset", "paging": { "style": "offset", "size": 2, "sizeName": "limit" } },
          { "does": "list", "path": "/accounts/{account}/bare", "bare": true },
          { "does": "create", "path": "/accounts/{account}/bare", "bare": true, "answer": { "made": "{title}" } },
          { "does": "list", "path": "/accounts/{account}/chosen", "filter": { "kind": "kinds", "size": "size" },
            "paging": { "style": "offset", "size": 2 },
            "answer": { "found": "{items}", "of": "{total}", "asked": "{kind}", "in": "{account}" } },
          { "does": "get", "path": "/accounts/{account}/wrapped/{id}", "as": "box" },
          { "does": "list", "path": "/accounts/{account}/later", "after": { "start": "title" } },
          { "does": "query", "path": "/accounts/{account}/boxes/{id}/query", "scope": "boxes.read", "writes": "boxes.write",
            "sql": "_sql", "sizes": { "tables": "drawers", "bytes": "bytes" } }
        ],
        "items": [
          { "_account": "a", "id": "1", "title": "red", "made_on": "{2d ago}", "_sql": "CREATE TABLE drawer (name); INSERT INTO drawer VALUES ('top');" },
          { "_account": "a", "id": "2", "title": "blue", "kinds": ["wide", "flat"] },
          { "_account": "a", "id": "3", "title": "green", "size": 7, "kinds": ["flat"] },
          { "_account": "b", "id": "4", "title": "black" }
        ]
      }, {
        "routes": [
          { "does": "get", "path": "/words/picture", "bytes": "iVBORwA=", "type": "image/png" },
          { "does": "get", "path": "/words/{kind...}/by/{colour}", "answer": { "kind": "{kind...}", "colour": "{colour}", "limit": "{limit}" } },
          { "does": "get", "path": "/words/{all...}", "answer": "{all...}" }
        ],
        "items": [{ "_colour": "red" }]
      }, {
        "routes": [{ "does": "get", "path": "/always/{account}", "answer": { "says": "{word}, {name}" } }]
      }]
    })";

    test::ManualClock m_clock{1'760'000'000'000};
    std::unique_ptr<QTemporaryDir> m_folder;
    std::optional<Collections> m_collections;
    Agreement m_bearer;
    http::Response m_response;
};

void TestCollections::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    QFile file(m_folder->filePath(u"boxes.json"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(kBoxes);
    file.close();
    auto loaded = Collections::load(m_folder->path(), m_clock);
    QVERIFY2(loaded, loaded ? "" : qPrintable(loaded.error().message));
    m_collections = std::move(*loaded);
    m_bearer = {u"client"_s, {u"boxes.write"_s}, {u"a"_s, u"b"_s}};
}

void TestCollections::aListShowsWhatIsInTheAccount()
{
    QCOMPARE(titles(u"?per_page=3"_s), (QStringList{u"red"_s, u"blue"_s, u"green"_s}));
    QCOMPARE(get(u"accounts/b/boxes"_s)["result"].size(), std::size_t(1));
    QVERIFY(get(u"accounts/c/boxes"_s)["result"].empty());
}

void TestCollections::anItemIsGotByItsName()
{
    const Json answer = get(u"accounts/a/boxes/1"_s);
    QVERIFY(answer["success"].get<bool>());
    QVERIFY(answer["result"] == Json({{"id", "1"},
                                      {"title", "red"},
                                      {"size", 1},
                                      {"label", "red in a"},
                                      {"made_on", "2025-10-07T08:53:20.000Z"}}));
    const Json missing = get(u"accounts/a/boxes/4"_s, 404);
    QCOMPARE(missing["errors"][0]["code"].get<int>(), 10013);
    QVERIFY(missing["result"].is_null());
}

void TestCollections::whatIsCreatedIsThere()
{
    const Json made = send(http::Method::Post, u"accounts/b/boxes"_s,
                           {{"title", "white"}, {"_account", "a"}, {"size", 3}})["result"];
    QCOMPARE(made["title"].get<std::string>(), std::string("white"));
    QCOMPARE(made["size"].get<int>(), 3);
    QCOMPARE(made["label"].get<std::string>(), std::string("white in b"));
    QCOMPARE(made["made_on"].get<std::string>(), std::string("2025-10-09T08:53:20.000Z"));
    const QString id = json::toQString(made["id"]);
    QCOMPARE(id.size(), 32);
    QVERIFY(get(u"accounts/b/boxes/"_s + id)["result"] == made);
    QCOMPARE(get(u"accounts/b/boxes"_s)["result"].size(), std::size_t(2));
    QCOMPARE(titles(u"?per_page=3"_s).size(), 3);
}

void TestCollections::whatIsCreatedNeedsItsMembersAndANameOfItsOwn()
{
    const auto create = [this](const Json &body, int status) {
        return send(http::Method::Post, u"accounts/a/boxes"_s, body, status)["errors"][0]["code"];
    };
    QCOMPARE(create({{"size", 3}}, 400).get<int>(), 10025);
    QCOMPARE(create(Json::array(), 400).get<int>(), 10025);
    QCOMPARE(create({{"title", "red"}}, 409).get<int>(), 10014);
    // The name is taken in one account only.
    QVERIFY(!send(http::Method::Post, u"accounts/b/boxes"_s, {{"title", "red"}}).is_null());
}

void TestCollections::aChangeStays()
{
    const Json changed = send(http::Method::Patch, u"accounts/a/boxes/2"_s,
                              {{"title", "violet"}, {"id", "9"}, {"_account", "b"}})["result"];
    QCOMPARE(changed["title"].get<std::string>(), std::string("violet"));
    QCOMPARE(changed["id"].get<std::string>(), std::string("2"));
    QCOMPARE(changed["changed_on"].get<std::string>(), std::string("2025-10-09T08:53:20.000Z"));
    QVERIFY(get(u"accounts/a/boxes/2"_s)["result"] == changed);
    QVERIFY(!send(http::Method::Patch, u"accounts/a/boxes/9"_s, {{"title", "x"}}, 404).is_null());
}

void TestCollections::whatIsDeletedIsGone()
{
    const Json gone = send(http::Method::Delete, u"accounts/a/boxes/1"_s);
    QVERIFY(gone["result"] == Json({{"id", "1"}}));
    QVERIFY(!get(u"accounts/a/boxes/1"_s, 404).is_null());
    QVERIFY(!send(http::Method::Delete, u"accounts/a/boxes/1"_s, {}, 404).is_null());
    QCOMPARE(titles(), (QStringList{u"blue"_s, u"green"_s}));
}

void TestCollections::scopesAreAskedFor()
{
    m_bearer.scopes = {u"boxes.read"_s};
    QVERIFY(!get(u"accounts/a/boxes"_s).is_null());
    QVERIFY(!send(http::Method::Post, u"accounts/a/boxes"_s, {{"title", "x"}}, 403).is_null());
    QVERIFY(!send(http::Method::Delete, u"accounts/a/boxes/1"_s, {}, 403).is_null());
    m_bearer.scopes = {u"boats.write"_s};
    QVERIFY(!get(u"accounts/a/boxes"_s, 403).is_null());
    QVERIFY(!get(u"accounts/a/bare"_s).is_null());
}

void TestCollections::onlyWhatTheDataNamesCanBeDone()
{
    QCOMPARE(
        send(http::Method::Put, u"accounts/a/boxes/1"_s, {{"title", "x"}}, 405)["errors"][0]["code"]
            .get<int>(),
        10405);
    QCOMPARE(get(u"accounts/a/bottles"_s, 404)["errors"][0]["code"].get<int>(), 7000);
}

void TestCollections::pagesOfEveryStyle_data()
{
    QTest::addColumn<QString>("target");
    QTest::addColumn<QString>("pointer"); ///< to the list
    QTest::addColumn<int>("count");
    QTest::addColumn<Json>("rest"); ///< the answer's result_info, or the result without the list
    const auto row = [](const char *name, const QString &target, const QString &pointer, int count,
                        const Json &rest) {
        QTest::newRow(name) << u"accounts/a/"_s + target << pointer << count << rest;
    };
    row("page", u"boxes"_s, u"/result"_s, 2,
        {{"page", 1},
         {"per_page", 2},
         {"count", 2},
         {"total_count", 3},
         {"total_pages", 2},
         {"next_page", true}});
    row("the last page", u"boxes?page=2"_s, u"/result"_s, 1,
        {{"page", 2},
         {"per_page", 2},
         {"count", 1},
         {"total_count", 3},
         {"total_pages", 2},
         {"next_page", false}});
    row("a page behind the end", u"boxes?page=9"_s, u"/result"_s, 0,
        {{"page", 9},
         {"per_page", 2},
         {"count", 0},
         {"total_count", 3},
         {"total_pages", 2},
         {"next_page", false}});
    row("cursor", u"cursor"_s, u"/result/boxes"_s, 2,
        {{"count", 2}, {"per_page", 2}, {"cursor", "2"}});
    row("the last cursor", u"cursor?cursor=2"_s, u"/result/boxes"_s, 1,
        {{"count", 1}, {"per_page", 2}, {"cursor", ""}});
    row("a cursor in the result", u"inside"_s, u"/result/boxes"_s, 2,
        {{"truncated", true}, {"cursor", "2"}});
    row("its end", u"inside?cursor=2"_s, u"/result/boxes"_s, 1, {{"truncated", false}});
    row("offset", u"offset?offset=1&limit=1"_s, u"/result"_s, 1,
        {{"count", 1}, {"total_count", 3}});
}

void TestCollections::pagesOfEveryStyle()
{
    QFETCH(QString, target);
    QFETCH(QString, pointer);
    QFETCH(int, count);
    QFETCH(Json, rest);
    Json answer = get(target);
    QCOMPARE(answer.at(Json::json_pointer(pointer.toStdString())).size(), std::size_t(count));
    if (answer.contains("result_info")) {
        QVERIFY2(answer["result_info"] == rest, answer.dump().c_str());
    } else {
        answer["result"].erase("boxes");
        QVERIFY2(answer["result"] == rest, answer.dump().c_str());
    }
}

void TestCollections::listsAreSearchedAndOrdered()
{
    QCOMPARE(titles(u"?part=RE"_s), (QStringList{u"red"_s, u"green"_s}));
    QCOMPARE(titles(u"?order=title&per_page=3"_s), (QStringList{u"blue"_s, u"green"_s, u"red"_s}));
    QCOMPARE(titles(u"?order=title&direction=desc"_s), (QStringList{u"red"_s, u"green"_s}));
    for (const QString &bad : {u"page=0"_s, u"per_page=0"_s, u"per_page=4"_s, u"page=x"_s})
        QVERIFY(!get(u"accounts/a/boxes?"_s + bad, 400).is_null());
}

void TestCollections::listsAreFiltered()
{
    const auto found = [this](const QString &query) {
        return get(u"accounts/a/chosen"_s + query)["result"];
    };
    const Json flat = found(u"?kind=flat"_s);
    QCOMPARE(flat["found"].size(), std::size_t(2));
    QCOMPARE(flat["of"].get<int>(), 2);
    QCOMPARE(flat["asked"].get<std::string>(), std::string("flat"));
    QCOMPARE(flat["in"].get<std::string>(), std::string("a"));
    QCOMPARE(found(u"?kind=flat&size=7"_s)["found"][0]["title"].get<std::string>(),
             std::string("green"));
    QCOMPARE(found(u"?kind=wide&kind=tall"_s)["of"].get<int>(), 1);
    QVERIFY(found(u"?kind=fla"_s)["found"].empty());
    QCOMPARE(found({})["of"].get<int>(), 3); // of all pages
}

void TestCollections::partsOfPathsThatNeedNotMatch()
{
    QVERIFY(get(u"words/a/b/by/red?limit=3"_s)["result"] ==
            Json({{"kind", "a/b"}, {"colour", "red"}, {"limit", "3"}}));
    QVERIFY(!get(u"words/a/by/blue"_s, 404).is_null());
    QCOMPARE(get(u"words/a"_s)["result"].get<std::string>(), std::string("a"));
    QVERIFY(!get(u"words"_s, 404).is_null());
}

void TestCollections::aListBeginsAfterAName()
{
    const Json later = get(u"accounts/a/later?start=green"_s)["result"];
    QCOMPARE(later.size(), std::size_t(1));
    QCOMPARE(later[0]["title"].get<std::string>(), std::string("red"));
    QCOMPARE(get(u"accounts/a/later"_s)["result"].size(), std::size_t(3));
}

void TestCollections::anItemMayBeADatabase()
{
    const auto query = [this](const char *sql, int status = 200) {
        return send(http::Method::Post, u"accounts/a/boxes/1/query"_s, {{"sql", sql}}, status);
    };
    QVERIFY(query("SELECT * FROM drawer")["result"][0]["results"] ==
            Json::parse(R"([{"name":"top"}])"));
    QVERIFY(!query("CREATE TABLE lid (name)").is_null());
    const Json box = get(u"accounts/a/boxes/1"_s)["result"];
    QCOMPARE(box["drawers"].get<int>(), 2);
    QVERIFY(box["bytes"].get<int>() > 0);
    QCOMPARE(query("SELECT * FROM nowhere", 400)["errors"][0]["code"].get<int>(), 7500);
    m_bearer.scopes = {u"boxes.read"_s};
    QVERIFY(!query("DROP TABLE lid", 400).is_null());
    QVERIFY(!query("SELECT * FROM lid").is_null());
    QVERIFY(!send(http::Method::Post, u"accounts/a/boxes/9/query"_s, {{"sql", "SELECT 1"}}, 404)
                 .is_null());
}

void TestCollections::answersOfOtherShapes()
{
    QCOMPARE(get(u"accounts/a/bare"_s).size(), std::size_t(3));
    QVERIFY(send(http::Method::Post, u"accounts/a/bare"_s, {{"title", "white"}}) ==
            Json({{"made", "white"}}));
    QCOMPARE(get(u"accounts/a/wrapped/1"_s)["result"]["box"]["title"].get<std::string>(),
             std::string("red"));
    QCOMPARE(get(u"always/a?name=you"_s)["result"]["says"].get<std::string>(),
             std::string("{word}, you"));
    QVERIFY(get(u"words/picture"_s).is_null());
    QCOMPARE(m_response.body, QByteArray("\x89PNG\0", 5));
    QCOMPARE(m_response.headers.value("Content-Type"), "image/png");
    QVERIFY(get(u"accounts/a/boxes/3/note"_s).is_null());
    QCOMPARE(m_response.body, "green, 7");
    QCOMPARE(m_response.headers.value("Content-Type"), "text/x-note");
}

void TestCollections::itemsOfAnotherFormThanTheirBody()
{
    loadToo(R"({"collections":[{"items":[],"routes":[
        {"does":"create","path":"/jobs","item":{"id":"{uuid}","what":"{list/0/what}",
         "args":"{list/0/args}","none":"{list/1/what}"}},
        {"does":"list","path":"/jobs"}]}]})");
    const Json made = send(http::Method::Post, u"jobs"_s,
                           {{"list", {{{"what", "dig"}, {"args", {{"deep", true}}}}}}})["result"];
    QCOMPARE(json::toQString(made["what"]), u"dig"_s);
    QVERIFY(made["args"] == Json({{"deep", true}}));
    QCOMPARE(json::toQString(made["none"]), u"{list/1/what}"_s);
    QVERIFY(!made.contains("list"));
    QVERIFY(get(u"jobs"_s)["result"][0] == made);
}

void TestCollections::answersRepeatTheBody()
{
    loadToo(R"({"collections":[{"routes":[
        {"does":"get","method":"POST","path":"/echo/{name}","answer":"{name}: {url}"}]}]})");
    const auto echo = [this](const Json &body) {
        return json::toQString(send(http::Method::Post, u"echo/me"_s, body)["result"]);
    };
    QCOMPARE(echo({{"url", "x"}, {"name", "you"}}), u"me: x"_s);
    QCOMPARE(echo({}), u"me: {url}"_s);
}

void TestCollections::aCursorWhereTheDataWantsIt()
{
    loadToo(R"({"collections":[{"items":[{"n":1},{"n":2},{"n":3}],"routes":[{"does":"list",
        "path":"/posts","bare":true,"as":"posts",
        "paging":{"style":"cursor","size":2,"sizeName":"limit","next":"nextCursor"}}]}]})");
    const Json first = get(u"posts"_s);
    QCOMPARE(first["posts"].size(), std::size_t(2));
    QCOMPARE(json::toQString(first["nextCursor"]), u"2"_s);
    const Json last = get(u"posts?cursor=2"_s);
    QCOMPARE(last["posts"].size(), std::size_t(1));
    QVERIFY(last["nextCursor"].is_null());
}

void TestCollections::aChangeNeedsNoBodyToDelete()
{
    loadToo(R"({"collections":[{"items":[{"id":"1","state":"running"}],"routes":[
        {"does":"change","method":"DELETE","path":"/crawls/{id}","sets":{"state":"cancelled"}},
        {"does":"get","path":"/crawls/{id}"}]}]})");
    QVERIFY(!send(http::Method::Delete, u"crawls/1"_s).is_null());
    QCOMPARE(json::toQString(get(u"crawls/1"_s)["result"]["state"]), u"cancelled"_s);
}

void TestCollections::brokenFilesAreNamed_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("no JSON") << QByteArray("{");
    QTest::newRow("no collections") << QByteArray("{}");
    QTest::newRow("a list") << QByteArray("[]");
}

void TestCollections::brokenFilesAreNamed()
{
    QFETCH(QByteArray, content);
    QFile file(m_folder->filePath(u"other.json"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(content);
    file.close();
    const auto loaded = Collections::load(m_folder->path(), m_clock);
    QVERIFY(!loaded);
    QVERIFY(loaded.error().message.contains("other.json"_L1));
}

FLAREDECK_TEST(TestCollections)

} // namespace tst_collections

#include "tst_collections.moc"
