#include "core/base/logging.h"
#include "core/service/localcommands.h"
#include "core/store/history/history.h"
#include "tests/support/testcase.h"
#include "tests/ui/fakecommands.h"

#include <QCoroTask>
#include <QTemporaryDir>
#include <QTest>

namespace tst_localcommands {

using namespace flaredeck;
using namespace flaredeck::service;
using namespace Qt::StringLiterals;

/// A terminal that reads, or does not.
class Terminal : public LocalLines
{
public:
    QList<Json> lines;
    bool isStalled = false;
    qsizetype capacity = std::numeric_limits<qsizetype>::max(); ///< lines, before it stalls
    std::stop_source stop;
    std::optional<Result<Json>> end;

    ~Terminal() override { stop.request_stop(); } // it goes away

    void write(const Json &line) override { lines << line; }
    [[nodiscard]] bool isFull() const override { return isStalled || lines.size() >= capacity; }
    [[nodiscard]] QFuture<void> room() override { return m_room.next(); }

    void readOn()
    {
        isStalled = false;
        capacity = std::numeric_limits<qsizetype>::max();
        m_room.ring();
    }
    /// A member of the rows that came, in order.
    [[nodiscard]] QList<qint64> numbers(const char *member) const
    {
        QList<qint64> found;
        for (const Json &line : lines) {
            if (const Json *row = json::find(line, "row"))
                found << json::integerAt(*row, member).value_or(0);
        }
        return found;
    }

private:
    Bell m_room;
};

class TestLocalCommands : public QObject
{
    Q_OBJECT

    void write(int count)
    {
        for (int i = 0; i < count; ++i) {
            store::CallRecord call;
            call.startedAt = 1'000'000 + i;
            call.client = ClientId{u"c1"_s};
            call.clientName = u"Cursor"_s;
            call.tool = u"workers_list"_s;
            call.durationUs = 42;
            call.arguments = "what was asked";
            call.result = "what was answered";
            m_history->append(call);
        }
        m_history->flush();
        m_commands->tellOfCalls();
    }
    Result<Json> give(const QStringList &words, const QByteArray &input = {})
    {
        return QCoro::waitFor(m_commands->carryOut(words, Secret(input), &m_terminal));
    }
    /// Does not wait for the end.
    void begin(Terminal &terminal, const QStringList &words)
    {
        m_running->run(
            keep(m_commands->carryOut(words, {}, &terminal, terminal.stop.get_token()), &terminal));
    }
    static Task<> keep(Task<Result<Json>> task, Terminal *terminal)
    {
        terminal->end = co_await task;
    }
    static store::Login login(const QString &id, const QString &label)
    {
        store::Login login;
        login.id = LoginId{id};
        login.email = label;
        login.accounts = {{u"a1"_s, u"Acme Inc."_s}};
        return login;
    }

    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<LogBook> m_book;
    std::unique_ptr<store::HistoryWriter> m_history;
    std::shared_ptr<Snapshot> m_shot;
    ui::FakeCommands m_asked;
    QByteArray m_token;
    std::optional<Error> m_refusal;
    Terminal m_terminal;
    std::unique_ptr<LocalCommands> m_commands;
    std::unique_ptr<TaskScope> m_running;

private slots:
    void init();
    void cleanup();
    void everyVerbIsFoundAndExplained();
    void whatIsWrongSaysWhatToDo_data();
    void whatIsWrongSaysWhatToDo();
    void aSecretThatWasTypedAsAWordIsNotRepeated();
    void aGrantIsShownWithItsSentencesAndSessions();
    void callsAreTheLastOnesOldestFirst();
    void whoFollowsGetsEachCallOnce();
    void aStalledTerminalHoldsNothingAndMissesNothing();
    void theLogSaysHowManyLinesAStalledTerminalMissed();
    void onlySoManyFollowAtOnce();
    void anEndIsToldToWhoFollows();
    void aSignInIsSignedOutByItsName();
    void aSignOutTellsOfItselfAlone();
    void whatTheSignInPageIsAndWhoSignedIn();
    void aTokenComesOverStandardInputOnly();
    void theDoctorNamesNobody();
    void toolsAreListedWithWhatHappensToTheirCalls();
    void aPolicyIsShownWithItsExceptions();
    void aRuleThatTakesAwayIsMade_data();
    void aRuleThatTakesAwayIsMade();
    void aRuleThatGivesIsRefused_data();
    void aRuleThatGivesIsRefused();
    void aRuleForNothingSaysWhatIsLikeIt();
};

void TestLocalCommands::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    m_book = std::make_unique<LogBook>(LogBook::Echo::Nothing);
    const QString file = m_dir->filePath(u"history.db"_s);
    m_history = std::make_unique<store::HistoryWriter>(file, 0, Clock::system());
    m_shot = std::make_shared<Snapshot>();
    m_asked.asked.clear();
    m_token.clear();
    m_refusal.reset();
    m_terminal.lines.clear();
    m_commands = std::make_unique<LocalCommands>(LocalDesk{
        .commands = m_asked,
        .snapshot = [this] { return m_shot; },
        .signIn = [](LocalDesk::ShowPage show, std::stop_token) -> Task<Result<store::Login>> {
            SignInRequest page;
            page.url = QUrl(u"https://dash.example/auth?state=s"_s);
            page.callback = QUrl(u"http://localhost:8788/oauth/callback"_s);
            show(page);
            co_return login(u"l1"_s, u"demo@acme.example"_s);
        },
        .addApiToken = [this](Secret token) -> Task<Result<store::Login>> {
            m_token = token.reveal();
            if (m_refusal)
                co_return fail(*m_refusal);
            co_return login(u"l2"_s, u"Acme Inc."_s);
        },
        .historyFile = file});
    m_running = std::make_unique<TaskScope>();
}

void TestLocalCommands::cleanup()
{
    m_commands->shutDown();
    m_running.reset();
    m_commands.reset();
    m_history.reset();
    m_book.reset();
}

void TestLocalCommands::everyVerbIsFoundAndExplained()
{
    for (const LocalVerb &verb : localVerbs()) {
        const QStringList words = QString::fromLatin1(verb.words).split(u' ');
        QCOMPARE(findVerb(words), &verb);
        QCOMPARE(findVerb(words + QStringList{u"more"_s}), &verb);
        QVERIFY2(QByteArray(verb.summary).endsWith('.'), verb.words);
    }
}

void TestLocalCommands::whatIsWrongSaysWhatToDo_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<QString>("words");

    QTest::newRow("no such group") << u"frobnicate"_s << u"There is no command 'frobnicate'"_s;
    QTest::newRow("no such verb") << u"grants give"_s << u"There is `grants list`, `grants show`"_s;
    QTest::newRow("no id") << u"grants revoke"_s << u"`grants revoke` needs one id."_s;
    QTest::newRow("no address") << u"sign-out"_s << u"`sign-out` needs one EMAIL."_s;
    QTest::newRow("too much") << u"status now"_s << u"`status` takes nothing behind it."_s;
    QTest::newRow("no line") << u"calls --count 0"_s << u"a number from 1 to 5000"_s;
    QTest::newRow("too many lines") << u"logs --count 5001"_s << u"a number from 1 to 5000"_s;
    QTest::newRow("nothing to follow") << u"status --follow"_s << u"takes nothing behind it"_s;
    QTest::newRow("no subject") << u"tools policy"_s << u"`tools policy` needs SUBJECT [POLICY]."_s;
    QTest::newRow("no client") << u"status --client x"_s << u"takes nothing behind it"_s;
    QTest::newRow("no grant") << u"grants show ffff"_s << u"There is no grant 'ffff'."_s;
}

void TestLocalCommands::whatIsWrongSaysWhatToDo()
{
    QFETCH(const QString, line);
    QFETCH(const QString, words);
    const auto answer = give(line.split(u' '));
    QVERIFY(!answer);
    QVERIFY2(answer.error().text().contains(words), qPrintable(answer.error().text()));
}

void TestLocalCommands::aSecretThatWasTypedAsAWordIsNotRepeated()
{
    for (const QString &line : {u"token s3cret"_s, u"token add s3cret"_s, u"token s3cret add"_s}) {
        const auto answer = give(line.split(u' '));
        QVERIFY(!answer);
        QVERIFY2(!answer.error().text().contains(u"s3cret"_s), qPrintable(answer.error().text()));
    }
    QVERIFY(m_token.isEmpty());
}

void TestLocalCommands::aGrantIsShownWithItsSentencesAndSessions()
{
    GrantView view;
    view.grant.id = GrantId{u"abcdef012345"_s};
    view.grant.scopes = {u"workers:read"_s, u"mcp:read"_s};
    view.grant.accounts = {{u"a1"_s, u"Acme Inc."_s}};
    view.grant.createdAt = 5;
    view.clientName = u"Cursor"_s;
    m_shot->grants << view;
    ClientView client;
    mcp::SessionInfo session;
    session.handle = u"12345678"_s;
    session.grant = view.grant.id;
    mcp::SessionInfo another;
    another.grant = GrantId{u"another"_s};
    client.sessions = {session, another};
    m_shot->clients << client;

    const auto answer = give({u"grants"_s, u"show"_s, u"abcd"_s});
    QVERIFY(answer);
    const Json &row = answer->at("rows").at(0);
    QCOMPARE(json::stringAt(row.at("scopes").at(1), "scope"), u"workers:read"_s);
    QCOMPARE(json::stringAt(row.at("scopes").at(1), "opens"), u"See Workers and their code"_s);
    QCOMPARE(row.at("sessions").size(), size_t(1));
    QCOMPARE(json::stringAt(row.at("sessions").at(0), "session"), u"12345678"_s);
    QCOMPARE(json::integerAt(row, "createdAt"), 5);
}

void TestLocalCommands::callsAreTheLastOnesOldestFirst()
{
    QCOMPARE(give({u"calls"_s})->at("rows").size(), size_t(0));
    write(30);
    const auto answer = give({u"calls"_s, u"--count"_s, u"3"_s});
    QVERIFY(answer);
    const Json &rows = answer->at("rows");
    QCOMPARE(rows.size(), size_t(3));
    QCOMPARE(json::integerAt(rows.at(0), "id"), 28);
    QCOMPARE(json::integerAt(rows.at(2), "id"), 30);
    QCOMPARE(json::stringAt(rows.at(0), "client"), u"Cursor"_s);
    QVERIFY(!json::print(*answer).contains("what was"));
}

void TestLocalCommands::whoFollowsGetsEachCallOnce()
{
    write(3);
    Terminal terminal;
    begin(terminal, {u"calls"_s, u"--follow"_s, u"--count"_s, u"2"_s});
    QTRY_COMPARE(terminal.numbers("id"), (QList<qint64>{2, 3}));
    write(2);
    QTRY_COMPARE(terminal.numbers("id"), (QList<qint64>{2, 3, 4, 5}));
    QVERIFY(!terminal.end);
    terminal.stop.request_stop(); // it goes away
    QTRY_VERIFY(terminal.end);
}

void TestLocalCommands::aStalledTerminalHoldsNothingAndMissesNothing()
{
    Terminal terminal;
    terminal.capacity = 10; // in the middle of a page
    begin(terminal, {u"calls"_s, u"--follow"_s});
    QTRY_COMPARE(terminal.lines.size(), 1); // that it follows
    write(1000);
    Terminal other; // by the time that this one has them, the stalled one could have
    begin(other, {u"calls"_s, u"--follow"_s, u"--count"_s, u"1000"_s});
    QTRY_COMPARE(other.numbers("id").size(), 1000);
    QCOMPARE(terminal.lines.size(), 10);
    terminal.readOn();
    QTRY_COMPARE(terminal.numbers("id").size(), 1000);
    QCOMPARE(terminal.numbers("id"), other.numbers("id"));
}

void TestLocalCommands::theLogSaysHowManyLinesAStalledTerminalMissed()
{
    m_book->record(LogLevel::Info, u"test"_s, u"first"_s);
    Terminal terminal;
    begin(terminal, {u"logs"_s, u"--follow"_s});
    QTRY_COMPARE(terminal.numbers("number"), QList<qint64>{1});
    terminal.isStalled = true;
    for (int i = 0; i < LogBook::kKept + 100; ++i)
        m_book->record(LogLevel::Info, u"test"_s, u"more"_s);
    Terminal other; // by the time that this one has them, the stalled one could have
    begin(other, {u"logs"_s, u"--follow"_s, u"--count"_s, u"5000"_s});
    QTRY_COMPARE(other.numbers("number").size(), LogBook::kKept);
    QCOMPARE(terminal.numbers("number").size(), 1);
    terminal.readOn();
    QTRY_COMPARE(terminal.numbers("number").size(), 1 + LogBook::kKept);
    const auto missed = std::find_if(terminal.lines.begin(), terminal.lines.end(),
                                     [](const Json &line) { return line.contains("missed"); });
    QVERIFY(missed != terminal.lines.end());
    QCOMPARE(json::integerAt(*missed, "missed"), 100);
}

void TestLocalCommands::onlySoManyFollowAtOnce()
{
    std::vector<Terminal> terminals(LocalCommands::kMostStreams + 1);
    for (Terminal &terminal : terminals)
        begin(terminal, {u"calls"_s, u"--follow"_s});
    QTRY_VERIFY(terminals.back().end);
    QCOMPARE(terminals.back().end->error().kind, Error::Kind::RateLimited);
    QVERIFY(!terminals.front().end);

    terminals.front().stop.request_stop();
    QTRY_VERIFY(terminals.front().end);
    Terminal next;
    begin(next, {u"logs"_s, u"--follow"_s});
    QTRY_COMPARE(next.lines.size(), 1);
}

void TestLocalCommands::anEndIsToldToWhoFollows()
{
    Terminal terminal;
    begin(terminal, {u"logs"_s, u"--follow"_s});
    QTRY_VERIFY(!terminal.lines.isEmpty());
    terminal.stop.request_stop();
    QTRY_VERIFY(terminal.end);
    QVERIFY(*terminal.end);
    QCOMPARE(json::stringAt(**terminal.end, "done"), u"Flaredeck was quit."_s);
}

void TestLocalCommands::aSignInIsSignedOutByItsName()
{
    m_shot->logins = {login(u"l1"_s, u"demo@acme.example"_s), login(u"l2"_s, u"Acme Inc."_s),
                      login(u"l3"_s, u"Acme Inc."_s)};
    m_shot->receipt.grants = 2;
    m_shot->receipt.signOuts = {{.label = u"demo@acme.example"_s,
                                 .progress = Receipt::Progress::Failed,
                                 .problem = u"Cloudflare may still accept it."_s}};
    const auto gone = give({u"sign-out"_s, u"Demo@Acme.example"_s});
    QVERIFY(gone);
    QCOMPARE(m_asked.asked, QStringList{u"signOut l1"_s});
    const QString words = json::stringAt(*gone, "done").value_or(QString());
    QVERIFY2(words.contains(u"2 grants ended. Cloudflare may still accept it."_s),
             qPrintable(words));

    QVERIFY(give({u"sign-out"_s, u"nobody"_s}).error().text().contains(u"no sign-in 'nobody'"_s));
    QVERIFY(give({u"sign-out"_s, u"Acme Inc."_s}).error().text().contains(u"signInId"_s));
    QVERIFY(give({u"sign-out"_s, u"l3"_s}));
    QCOMPARE(m_asked.asked.constLast(), u"signOut l3"_s);
}

void TestLocalCommands::aSignOutTellsOfItselfAlone()
{
    using Progress = Receipt::Progress;
    m_shot->logins = {login(u"l1"_s, u"demo@acme.example"_s),
                      login(u"l2"_s, u"ops@acme.example"_s)};
    // Another sign-in was taken back right behind it, and failed.
    m_shot->receipt.grants = 2;
    m_shot->receipt.signOuts = {
        {.label = u"demo@acme.example"_s, .progress = Progress::Done},
        {.label = u"other@acme.example"_s, .progress = Progress::Failed, .problem = u"No way."_s}};
    auto answer = give({u"sign-out"_s, u"demo@acme.example"_s});
    QVERIFY(answer);
    QString words = json::stringAt(*answer, "done").value_or(u""_s);
    QVERIFY2(words.startsWith(u"demo@acme.example is signed out. 2 grants ended."_s) &&
                 words.contains(u"revoked the sign-in"_s) && !words.contains(u"No way."_s),
             qPrintable(words));

    // The receipt is of what somebody else took back meanwhile: nothing of it is this one's.
    answer = give({u"sign-out"_s, u"ops@acme.example"_s});
    QVERIFY(answer);
    words = json::stringAt(*answer, "done").value_or(u""_s);
    QCOMPARE(words, u"ops@acme.example is signed out."_s);
    QVERIFY(!answer->contains("grants"));
}

void TestLocalCommands::whatTheSignInPageIsAndWhoSignedIn()
{
    const auto answer = give({u"sign-in"_s});
    QVERIFY(answer);
    QCOMPARE(json::stringAt(m_terminal.lines.at(0), "address"),
             u"https://dash.example/auth?state=s"_s);
    QCOMPARE(json::integerAt(m_terminal.lines.at(0), "port"), 8788);
    QCOMPARE(json::stringAt(*answer, "done"), u"Signed in as demo@acme.example, with 1 account."_s);
}

void TestLocalCommands::aTokenComesOverStandardInputOnly()
{
    const auto added = give({u"token"_s, u"add"_s}, "s3cret");
    QVERIFY(added);
    QCOMPARE(m_token, "s3cret");
    QVERIFY(!json::print(*added).contains("s3cret"));
    QCOMPARE(json::stringAt(*added, "signIn"), u"Acme Inc."_s);

    QVERIFY(give({u"token"_s, u"add"_s}).error().text().contains(u"No token came"_s));
    m_refusal = Error{Error::Kind::Upstream, u"It is not accepted."_s};
    QCOMPARE(give({u"token"_s, u"add"_s}, "s3cret").error().text(), u"It is not accepted."_s);
    for (const LogRecord &record : m_book->recent())
        QVERIFY(!record.message.contains(u"s3cret"_s));
}

void TestLocalCommands::theDoctorNamesNobody()
{
    store::Login ended = login(u"l2"_s, u"other@acme.example"_s);
    ended.state = store::LoginState::NeedsLogin;
    m_shot->logins = {login(u"l1"_s, u"demo@acme.example"_s), ended};
    m_shot->keyState = store::KeyState::Ready;
    m_shot->server.state = ServerState::Listening;
    m_shot->server.port = 8788;
    m_book->record(LogLevel::Info, u"test"_s, u"not worth a line"_s);
    m_book->record(LogLevel::Warning, u"test"_s, u"the sign-in of demo@acme.example ended"_s);

    const auto answer = give({u"doctor"_s});
    QVERIFY(answer);
    const QByteArray all = json::print(*answer);
    QVERIFY2(!all.contains("acme.example") && !all.contains("Acme"), all.constData());
    QCOMPARE(answer->at("log").size(), size_t(1));
    QVERIFY2(all.contains("the sign-in of (e-mail) ended"), all.constData());
    QVERIFY2(all.contains("1 usable, 1 ended"), all.constData());
    QCOMPARE(json::integerAt(*answer, "port"), 8788);
}

namespace {

ClientView clientCalled(const QString &id, const QString &name)
{
    ClientView view;
    view.client.id = ClientId{id};
    view.client.name = name;
    return view;
}

} // namespace

void TestLocalCommands::toolsAreListedWithWhatHappensToTheirCalls()
{
    m_shot->clients << clientCalled(u"c_cursor"_s, u"Cursor"_s);
    m_shot->rules = {{{}, u"tool:kv_namespaces_list"_s, Policy::Ask, 1},
                     {ClientId{u"c_cursor"_s}, u"toolset:bindings"_s, Policy::Off, 1}};
    const auto policies = [](const Result<Json> &answer) {
        QHash<QString, QString> found;
        for (const Json &row : answer->at("rows"))
            found.insert(*json::stringAt(row, "name"), *json::stringAt(row, "policy"));
        return found;
    };
    const auto all = give({u"tools"_s, u"list"_s});
    QVERIFY(all);
    QCOMPARE(policies(all).value(u"kv_namespaces_list"_s), u"ask"_s);
    QCOMPARE(policies(all).value(u"kv_namespace_get"_s), u"allow"_s);
    QCOMPARE(policies(all).value(u"kv_namespace_delete"_s), u"ask"_s);
    for (const QString &typed : {u"cursor"_s, u"c_cur"_s}) {
        const auto own = give({u"tools"_s, u"list"_s, u"--client"_s, typed});
        QVERIFY2(own, qPrintable(own ? QString() : own.error().text()));
        QCOMPARE(policies(own).value(u"kv_namespace_get"_s), u"off"_s);
    }
    const auto nobody = give({u"tools"_s, u"list"_s, u"--client"_s, u"nobody"_s});
    QVERIFY(!nobody);
    QVERIFY(nobody.error().text().contains(u"There is no client 'nobody'."_s));
}

void TestLocalCommands::aPolicyIsShownWithItsExceptions()
{
    m_shot->clients << clientCalled(u"c_cursor"_s, u"Cursor"_s);
    m_shot->rules = {{ClientId{u"c_cursor"_s}, u"tool:workers_list"_s, Policy::Off, 1}};
    const auto answer = give({u"tools"_s, u"policy"_s, u"workers_list"_s});
    QVERIFY(answer);
    const Json &rows = answer->at("rows");
    QCOMPARE(rows.size(), size_t(2));
    QCOMPARE(json::stringAt(rows.at(0), "appliesTo"), u"all clients"_s);
    QCOMPARE(json::stringAt(rows.at(0), "policy"), u"allow"_s);
    QCOMPARE(json::stringAt(rows.at(1), "appliesTo"), u"Cursor"_s);
    QCOMPARE(json::stringAt(rows.at(1), "policy"), u"off"_s);
    QVERIFY(m_asked.asked.isEmpty());
}

void TestLocalCommands::aRuleThatTakesAwayIsMade_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<QString>("asked");
    QTest::newRow("off") << u"workers_list off"_s << u"setRule  tool:workers_list off"_s;
    QTest::newRow("ask") << u"tool:workers_list ask"_s << u"setRule  tool:workers_list ask"_s;
    QTest::newRow("a toolset") << u"toolset:bindings off"_s << u"setRule  toolset:bindings off"_s;
    QTest::newRow("an effect") << u"effect:reads ask"_s << u"setRule  effect:reads ask"_s;
    QTest::newRow("for one") << u"workers_list off --client Cursor"_s
                             << u"setRule c_cursor tool:workers_list off"_s;
    // A person had allowed it for good.
    QTest::newRow("usual is less")
        << u"kv_namespace_delete usual"_s << u"setRule  tool:kv_namespace_delete usual"_s;
    QTest::newRow("the same again")
        << u"d1_database_delete off"_s << u"setRule  tool:d1_database_delete off"_s;
}

void TestLocalCommands::aRuleThatTakesAwayIsMade()
{
    QFETCH(const QString, line);
    QFETCH(const QString, asked);
    m_shot->clients << clientCalled(u"c_cursor"_s, u"Cursor"_s);
    m_shot->rules = {{{}, u"tool:kv_namespace_delete"_s, Policy::Allow, 1},
                     {{}, u"tool:d1_database_delete"_s, Policy::Off, 1}};
    const auto answer = give(QStringList{u"tools"_s, u"policy"_s} + line.split(u' '));
    QVERIFY2(answer, qPrintable(answer ? QString() : answer.error().text()));
    QVERIFY(answer->contains("done"));
    QCOMPARE(m_asked.asked, QStringList{asked});
}

void TestLocalCommands::aRuleThatGivesIsRefused_data()
{
    QTest::addColumn<QString>("line");
    QTest::newRow("allow") << u"kv_namespace_delete allow"_s;
    QTest::newRow("allow what is allowed") << u"workers_list allow"_s;
    QTest::newRow("a toolset") << u"toolset:radar allow"_s;
    QTest::newRow("an effect") << u"effect:destroys allow"_s;
    QTest::newRow("ask in place of off") << u"d1_database_delete ask"_s;
    QTest::newRow("usual in place of off") << u"d1_database_delete usual"_s;
    QTest::newRow("a tool of a toolset that is off") << u"get_as_set ask"_s;
    QTest::newRow("for one whose tool is off") << u"d1_database_delete ask --client Cursor"_s;
    QTest::newRow("usual for one that was stopped") << u"workers_list usual --client Cursor"_s;
}

void TestLocalCommands::aRuleThatGivesIsRefused()
{
    QFETCH(const QString, line);
    m_shot->clients << clientCalled(u"c_cursor"_s, u"Cursor"_s);
    m_shot->rules = {{{}, u"tool:d1_database_delete"_s, Policy::Off, 1},
                     {ClientId{u"c_cursor"_s}, u"tool:workers_list"_s, Policy::Ask, 1}};
    const auto answer = give(QStringList{u"tools"_s, u"policy"_s} + line.split(u' '));
    QVERIFY(!answer);
    QCOMPARE(answer.error().kind, Error::Kind::Denied);
    QVERIFY2(answer.error().text().contains(u"page Tools"_s), qPrintable(answer.error().text()));
    QVERIFY(m_asked.asked.isEmpty());
}

void TestLocalCommands::aRuleForNothingSaysWhatIsLikeIt()
{
    const auto answer = give({u"tools"_s, u"policy"_s, u"worker_list"_s, u"off"_s});
    QVERIFY(!answer);
    QVERIFY2(answer.error().text().contains(u"workers_list"_s), qPrintable(answer.error().text()));
    const auto wrong = give({u"tools"_s, u"policy"_s, u"workers_list"_s, u"never"_s});
    QVERIFY(!wrong);
    QVERIFY2(wrong.error().text().contains(u"Say ask, off or usual."_s),
             qPrintable(wrong.error().text()));
    const auto toolset = give({u"tools"_s, u"policy"_s, u"toolset:bindings"_s, u"ask"_s});
    QVERIFY(!toolset);
    QVERIFY2(toolset.error().text().contains(u"cannot be ask"_s),
             qPrintable(toolset.error().text()));
    QVERIFY(m_asked.asked.isEmpty());
}

FLAREDECK_TEST(TestLocalCommands)

} // namespace tst_localcommands

#include "tst_localcommands.moc"
