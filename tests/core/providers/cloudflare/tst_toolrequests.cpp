#include "core/provider/scopes.h"
#include "core/sandbox/inventory.h"
#include "core/sandbox/sandbox.h"
#include "requesttable.h"
#include "tests/core/provider/comparejson.h"
#include "tests/core/tools/cataloguesetup.h"
#include "tests/support/testcase.h"

#include <QTest>

#include <algorithm>
#include <set>

namespace tst_toolrequests {

using namespace flaredeck;
using namespace flaredeck::test;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr const char *kAccount = "a1";
const QByteArray kApi = "/client/v4";

const std::vector<RequestEntry> &entries()
{
    static const auto all = readRequestTables(QStringLiteral(FLAREDECK_TOOL_REQUESTS), kAccount);
    return all;
}

const RequestEntry &entryAt(int index)
{
    return entries().at(std::size_t(index));
}

/// The first entry of each tool, of these.
std::vector<const RequestEntry *> typical(const std::vector<RequestEntry> &of)
{
    std::vector<const RequestEntry *> first;
    std::set<QString> seen;
    for (const RequestEntry &entry : of) {
        if (seen.insert(entry.tool()).second)
            first.push_back(&entry);
    }
    return first;
}

QByteArray withoutApi(const QByteArray &path)
{
    return path.startsWith(kApi + '/') ? path.mid(kApi.size()) : path;
}

QByteArray nameOf(http::Method method)
{
    static const std::map<http::Method, QByteArray> names{
        {http::Method::Get, "GET"},     {http::Method::Head, "HEAD"},
        {http::Method::Post, "POST"},   {http::Method::Put, "PUT"},
        {http::Method::Patch, "PATCH"}, {http::Method::Delete, "DELETE"}};
    const auto found = names.find(method);
    return found == names.end() ? QByteArray() : found->second;
}

Sent sentOf(const http::Request &request)
{
    const auto decoded = [](QByteArray text) {
        return QString::fromUtf8(QByteArray::fromPercentEncoding(text.replace('+', ' ')));
    };
    Sent sent{QString::fromLatin1(nameOf(request.method)),
              QString::fromUtf8(QByteArray::fromPercentEncoding(withoutApi(request.path))),
              {},
              {}};
    for (const QByteArray &pair : request.query.split('&')) {
        const qsizetype sign = pair.indexOf('=');
        if (!pair.isEmpty())
            sent.query[decoded(pair.left(sign))]
                << (sign < 0 ? QString() : decoded(pair.mid(sign + 1)));
    }
    if (!request.body.isEmpty())
        sent.body = json::parse(request.body).value_or(Json("no JSON"));
    return sent;
}

QByteArray inWords(const Sent &sent)
{
    QByteArray text = (sent.method + u' ' + sent.path).toUtf8();
    char sign = '?';
    for (const auto &[key, values] : sent.query) {
        for (const QString &value : values)
            text += std::exchange(sign, '&') + key.toUtf8() + '=' + value.toUtf8();
    }
    return sent.body.is_null() ? text : text + ' ' + json::print(sent.body);
}

http::Response responseOf(const Json &answer)
{
    const bool isSpecial =
        answer.is_object() &&
        (answer.contains("whole") || answer.contains("base64") || answer.contains("result"));
    if (!isSpecial)
        return enveloped(answer);
    http::Response response =
        enveloped(answer.value("result", Json()), answer.value("info", Json()));
    if (const Json *whole = json::find(answer, "whole"))
        response = whole->is_string() ? http::Response::text(200, json::toQString(*whole).toUtf8())
                                      : http::Response::json(200, *whole);
    if (const auto bytes = json::stringAt(answer, "base64"))
        response.body = QByteArray::fromBase64(bytes->toLatin1());
    response.status = answer.value("status", 200);
    if (const auto type = json::stringAt(answer, "type"))
        response.headers.set("Content-Type", type->toLatin1());
    return response;
}

QString textOf(const ToolResult &result)
{
    QStringList texts;
    for (const mcp::Content &block : result.content)
        texts << block.text;
    return texts.join(u'\n');
}

/// Its arguments, and those that are the members of its only one.
QStringList argumentsIn(const Json &schema)
{
    const Json *properties = json::find(schema, "properties");
    QStringList names;
    if (!properties)
        return names;
    for (const auto &[name, property] : properties->items()) {
        names << QString::fromStdString(name);
        if (properties->size() > 1)
            continue;
        for (const QString &member : argumentsIn(property))
            names << names.constFirst() + u'.' + member;
    }
    return names;
}

QStringList namesIn(const Json &arguments)
{
    QStringList names;
    for (const auto &[name, value] : arguments.items()) {
        names << QString::fromStdString(name);
        for (const QString &member : value.is_object() ? namesIn(value) : QStringList())
            names << QString::fromStdString(name) + u'.' + member;
    }
    return names;
}

/// The tools against the sandbox, as a person has signed in to it.
struct StandIn {
    StandIn()
    {
        const Result<QUrl> started = sandbox.start();
        if (!started)
            qFatal("the sandbox does not start: %s", qPrintable(started.error().message));
        endpoints = provider::facts().endpointsAt(*started);
        credentials.emplace(store.logins, http, endpoints, publicClient, Clock::system());
        client.emplace(*cloudflare, http, *credentials, endpoints);
        catalogue.emplace(*cloudflare, *client, nullptr, Clock::system());
        store.add(sandbox::Sandbox::apiToken(), {}, Clock::system().now() + kDay,
                  store::LoginKind::ApiToken);
    }

    ToolResult call(const QString &tool, const Json &arguments)
    {
        const auto &account = sandbox::inventory::accounts().first();
        const auto context = std::make_shared<ToolClient>(session);
        context->caller = CatalogueSetup::caller({{account.id, account.name}}, scopes::all());
        const auto result = QCoro::waitFor(catalogue->call(tool, arguments, context));
        return result ? *result : ToolResult::error(result.error().text());
    }

    sandbox::Sandbox sandbox{{}};
    provider::Endpoints endpoints;
    http::HttpClient http;
    StoreFixture store{Clock::system()};
    const std::unique_ptr<provider::Provider> cloudflare = cloudflare::makeProvider();
    std::optional<provider::Credentials> credentials;
    std::optional<provider::ApiClient> client;
    std::optional<tools::Catalogue> catalogue;
    Json session = Json::object();
};

} // namespace

/// What each tool asks Cloudflare for, and what it makes of the answer.
class TestToolRequests : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void everyToolAndArgumentIsInATable();
    void whatIsSentAndGiven_data();
    void whatIsSentAndGiven();
    void aMissingArgumentIsNamed_data() { rowsOfTools(); }
    void aMissingArgumentIsNamed();
    void noArgumentLeavesItsPlace_data() { rowsOfTools(); }
    void noArgumentLeavesItsPlace();
    void theSandboxAnswers_data();
    void theSandboxAnswers();

private:
    static void rowsOfTools()
    {
        QTest::addColumn<int>("index");
        for (const RequestEntry *entry : typical(entries()))
            QTest::newRow(qPrintable(entry->tool())) << int(entry - entries().data());
    }

    ToolResult call(const QString &tool, const Json &arguments)
    {
        const auto who = CatalogueSetup::caller(kOne, scopes::all());
        return m_setup->call(tool, arguments, m_setup->context(who));
    }
    [[nodiscard]] const mcp::Tool *published(const QString &name) const
    {
        const auto found = std::find_if(m_tools.begin(), m_tools.end(),
                                        [&name](const auto &tool) { return tool.name == name; });
        return found == m_tools.end() ? nullptr : &*found;
    }

    std::unique_ptr<CatalogueSetup> m_setup;
    std::unique_ptr<StandIn> m_standIn;
    QList<mcp::Tool> m_tools;
    QList<Json> m_answers; ///< of the scripted upstream, in order; the last one stays
};

void TestToolRequests::initTestCase()
{
    QVERIFY(!entries().empty());
    CatalogueSetup setup;
    setup.catalogue->setListsAll(true);
    const auto who = CatalogueSetup::caller(kOne, scopes::all());
    // Some toolsets are not on the address of all tools.
    QStringList toolsets = setup.catalogue->toolsets();
    toolsets << QString();
    for (const QString &toolset : std::as_const(toolsets)) {
        for (const mcp::Tool &tool : setup.catalogue->list(who, toolset)) {
            if (!published(tool.name))
                m_tools << tool;
        }
    }
    QCOMPARE(m_tools.size(), tools::Catalogue::summaries().size());
}

void TestToolRequests::init()
{
    // One each, as what was looked up once is known for a while.
    m_setup = std::make_unique<CatalogueSetup>();
    m_setup->upstream.server.setFallback([this](const auto &request, const auto &exchange) {
        m_setup->upstream.seen.append(request);
        exchange->respond(responseOf(m_answers.size() > 1  ? m_answers.takeFirst()
                                     : m_answers.isEmpty() ? Json()
                                                           : m_answers.first()));
    });
    m_answers.clear();
}

void TestToolRequests::everyToolAndArgumentIsInATable()
{
    QStringList lacking;
    for (const mcp::Tool &tool : std::as_const(m_tools)) {
        if (!tool.annotations.openWorld)
            continue; // asks Cloudflare nothing
        bool hasEntry = false;
        QStringList used;
        for (const RequestEntry &entry : entries()) {
            if (entry.tool() != tool.name || entry.entry.contains("error"))
                continue;
            hasEntry = true;
            used << namesIn(entry.arguments());
        }
        if (!hasEntry)
            lacking << tool.name;
        for (const QString &argument : argumentsIn(tool.inputSchema)) {
            if (hasEntry && !used.contains(argument))
                lacking << tool.name + u": "_s + argument;
        }
    }
    for (const RequestEntry &entry : entries()) {
        if (!published(entry.tool()))
            lacking << u"no such tool: "_s + entry.tool();
    }
    QVERIFY2(lacking.isEmpty(), qPrintable(lacking.join(u'\n')));
}

void TestToolRequests::whatIsSentAndGiven_data()
{
    QTest::addColumn<int>("index");
    for (int i = 0; i < int(entries().size()); ++i)
        QTest::newRow(qPrintable(entryAt(i).label)) << i;
}

void TestToolRequests::whatIsSentAndGiven()
{
    QFETCH(int, index);
    const Json &entry = entryAt(index).entry;
    const Json &expected = entryAt(index).requests();
    for (const Json &request : expected)
        m_answers << request.value("answer", entry.value("answer", Json()));
    const ToolResult result = call(entryAt(index).tool(), entryAt(index).arguments());

    const QList<http::RequestPtr> &seen = m_setup->upstream.seen;
    for (qsizetype i = 0; i < qMin(seen.size(), qsizetype(expected.size())); ++i) {
        QCOMPARE(inWords(sentOf(*seen[i])), inWords(expectedOf(expected[std::size_t(i)])));
        const Json headers = expected[std::size_t(i)].value("headers", Json::object());
        for (const auto &[name, value] : headers.items())
            QCOMPARE(seen[i]->headers.value(name.c_str()), json::toQString(value).toUtf8());
    }
    QVERIFY2(seen.size() == qsizetype(expected.size()),
             qPrintable(u"%1 requests; %2"_s.arg(seen.size()).arg(textOf(result))));

    if (const auto error = json::stringAt(entry, "error")) {
        QVERIFY(result.isError);
        QVERIFY2(textOf(result).contains(*error), qPrintable(textOf(result)));
        return;
    }
    if (!m_answers.isEmpty() && !m_answers.constLast().is_null())
        QVERIFY2(!result.isError, qPrintable(textOf(result)));
    if (const Json *wanted = json::find(entry, "result")) {
        QVERIFY2(!result.isError, qPrintable(textOf(result)));
        if (wanted->is_string())
            QCOMPARE(textOf(result), json::toQString(*wanted));
        else
            COMPARE_JSON(json::parse(textOf(result).toUtf8()).value_or(Json()), *wanted);
    }
}

void TestToolRequests::aMissingArgumentIsNamed()
{
    QFETCH(int, index);
    const RequestEntry &entry = entryAt(index);
    const mcp::Tool *tool = published(entry.tool());
    QVERIFY(tool);
    for (const QString &name : json::stringsAt(tool->inputSchema, "required")) {
        Json arguments = entry.arguments();
        QVERIFY2(arguments.erase(name.toStdString()) == 1, qPrintable(name));
        const ToolResult result = call(entry.tool(), arguments);
        QVERIFY2(result.isError, qPrintable(name));
        QVERIFY2(textOf(result).contains(name), qPrintable(textOf(result)));
    }
    QVERIFY(m_setup->upstream.seen.isEmpty());
}

void TestToolRequests::noArgumentLeavesItsPlace()
{
    QFETCH(int, index);
    const RequestEntry &entry = entryAt(index);
    for (const char *hostile : {"../elsewhere/..?leaked=1#", "..", "a/elsewhere",
                                "%2e%2e/elsewhere", "..\\elsewhere", "a\nelsewhere"}) {
        for (const auto &[name, value] : entry.arguments().items()) {
            if (!value.is_string())
                continue;
            m_answers = {Json()};
            Json arguments = entry.arguments();
            arguments[name] = hostile;
            (void)call(entry.tool(), arguments);
            for (const http::RequestPtr &request : std::as_const(m_setup->upstream.seen)) {
                const QList<QByteArray> segments = request->path.split('/');
                QVERIFY2(!segments.contains("..") && !segments.contains("elsewhere"),
                         request->path.constData());
                QVERIFY2(!request->query.startsWith("leaked") &&
                             !request->query.contains("&leaked"),
                         request->query.constData());
            }
            m_setup->upstream.seen.clear();
        }
    }
}

void TestToolRequests::theSandboxAnswers_data()
{
    m_standIn = std::make_unique<StandIn>();
    static const auto asked =
        readRequestTables(QStringLiteral(FLAREDECK_TOOL_REQUESTS),
                          sandbox::inventory::accounts().first().id.toLatin1());
    QTest::addColumn<QString>("tool");
    QTest::addColumn<QByteArray>("arguments");
    auto rows = typical(asked);
    // What destroys comes last, as the sandbox keeps what is done to it.
    const auto harm = [this](const RequestEntry *entry) {
        const mcp::Tool *tool = published(entry->tool());
        return !tool || tool->annotations.readOnly ? 0 : tool->annotations.destructive ? 2 : 1;
    };
    std::stable_sort(rows.begin(), rows.end(),
                     [&harm](const auto *a, const auto *b) { return harm(a) < harm(b); });
    for (const RequestEntry *row : rows) {
        if (row->entry.value("standIn", true))
            QTest::newRow(qPrintable(row->tool())) << row->tool() << json::print(row->arguments());
    }
}

void TestToolRequests::theSandboxAnswers()
{
    QFETCH(QString, tool);
    QFETCH(QByteArray, arguments);
    const ToolResult result = m_standIn->call(tool, *json::parse(arguments));
    QVERIFY2(!result.isError, qPrintable(textOf(result)));
    QVERIFY(!result.content.isEmpty());
    const mcp::Content &first = result.content.constFirst();
    QVERIFY(first.kind != mcp::Content::Kind::Text || !first.text.isEmpty());
}

FLAREDECK_TEST(TestToolRequests)

} // namespace tst_toolrequests

#include "tst_toolrequests.moc"
