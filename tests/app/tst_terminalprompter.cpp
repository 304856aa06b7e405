#include "app/terminalprompter.h"
#include "tests/support/testcase.h"

#include <QTest>

#include <array>
#include <cstdlib>
#include <fcntl.h>
#include <unistd.h>

namespace tst_terminalprompter {

using namespace flaredeck;
using flaredeck::app::TerminalPrompter;
using namespace Qt::StringLiterals;

namespace {

/// What a person types, and what the program prints: two pipes.
class Terminal
{
public:
    Terminal()
    {
        if (::pipe(m_in.data()) != 0 || ::pipe(m_out.data()) != 0)
            qFatal("no pipe");
    }
    ~Terminal()
    {
        for (const int end : {m_in[0], m_in[1], m_out[0], m_out[1]}) {
            if (end >= 0)
                ::close(end);
        }
    }
    Terminal(const Terminal &) = delete;
    Terminal &operator=(const Terminal &) = delete;

    [[nodiscard]] int input() const { return m_in[0]; }
    [[nodiscard]] int output() const { return m_out[1]; }
    void type(const QByteArray &text) const
    {
        QCOMPARE(::write(m_in[1], text.constData(), size_t(text.size())), text.size());
    }
    void hangUp()
    {
        ::close(m_in[1]);
        m_in[1] = -1;
    }
    /// Waits until something was printed.
    [[nodiscard]] QString printed() const
    {
        std::array<char, 8192> bytes;
        const auto count = ::read(m_out[0], bytes.data(), bytes.size());
        return QString::fromUtf8(bytes.data(), qsizetype(count));
    }

private:
    std::array<int, 2> m_in{-1, -1};
    std::array<int, 2> m_out{-1, -1};
};

ConsentRequest request(const QString &id = u"1"_s)
{
    ConsentRequest request;
    request.id = id;
    request.clientName = u"Claude Code "_s + id;
    request.checkPhrase = u"amber falcon"_s;
    request.program = u"/usr/bin/node"_s;
    request.programPid = 41822;
    request.redirectTarget = u"this computer, port 3334, /oauth/callback"_s;
    request.preselected = {u"mcp:read"_s, u"workers:read"_s};
    request.offered = request.preselected;
    return request;
}

CallApprovalRequest callRequest(const QString &id = u"call"_s)
{
    CallApprovalRequest request;
    request.id = id;
    request.clientName = u"Claude Code"_s;
    request.program = u"/usr/bin/node"_s;
    request.programPid = 41822;
    request.tool = u"workers_list"_s;
    request.toolTitle = u"List Workers"_s;
    request.arguments = u"limit: 5\nname: a"_s;
    request.account = u"Acme"_s;
    request.loginLabel = u"ops@acme.example"_s;
    request.missing = {u"workers:read"_s};
    return request;
}

} // namespace

class TestTerminalPrompter : public QObject
{
    Q_OBJECT

private slots:
    void theQuestionCarriesWhatIsNeededToDecide();
    void answers_data();
    void answers();
    void aYesMayBeNarrowed_data();
    void aYesMayBeNarrowed();
    void saysThatASignInComesNext();
    void saysHowTheProgramIsKnown();
    void saysWhoAsked();
    void wordsOfOthersDoNotSteerTheTerminal();
    void noNameReadsAsAddedByThePerson();
    void whatWasTypedBeforeTheQuestionIsDiscarded();
    void anAnswerMayArriveInPieces();
    void questionsAreAskedOneAfterTheOther();
    void aWithdrawnQuestionIsAnsweredWithNo();
    void aClosedTerminalMeansNo();
    void withoutATerminalEveryRequestIsRefusedWithAReason();
    void aCallIsAskedAboutToo();
    void answersAboutACall_data();
    void answersAboutACall();
    void nobodyIsThereForACall();
    void theSignInGoesToTheWaitingTabOrToTheTerminal();
    void aWarningIsPrinted();
    void theEndOfTheProgramMeansNo();
};

void TestTerminalPrompter::theQuestionCarriesWhatIsNeededToDecide()
{
    const Terminal terminal;
    TerminalPrompter prompter(terminal.input(), terminal.output(), true);
    const auto answer = prompt::put(prompter, request());
    QCoreApplication::processEvents();
    const QString text = terminal.printed();
    for (const QString &part : {u"Claude Code 1"_s, u"amber falcon"_s, u"/usr/bin/node"_s,
                                u"41822"_s, u"port 3334"_s, u"you sign in next"_s})
        QVERIFY2(text.contains(part), qPrintable(text));
    QVERIFY(!answer.isFinished());
}

void TestTerminalPrompter::answers_data()
{
    QTest::addColumn<QByteArray>("typed");
    QTest::addColumn<bool>("allowed");

    QTest::newRow("yes") << "yes\n"_ba << true;
    QTest::newRow("yes in capitals, with blanks") << " YES \n"_ba << true;
    QTest::newRow("y is too little for an account") << "y\n"_ba << false;
    QTest::newRow("no") << "no\n"_ba << false;
    QTest::newRow("just return") << "\n"_ba << false;
    QTest::newRow("yes inside of something else") << "yes or no?\n"_ba << false;
    QTest::newRow("endless text") << QByteArray(5000, 'y') << false;
}

void TestTerminalPrompter::answers()
{
    QFETCH(const QByteArray, typed);
    QFETCH(const bool, allowed);
    const Terminal terminal;
    TerminalPrompter prompter(terminal.input(), terminal.output(), true);
    const auto answer = prompt::put(prompter, request());
    QCoreApplication::processEvents(); // what is typed before the question counts for nothing else
    terminal.type(typed);
    QTRY_VERIFY(answer.isFinished());
    QCOMPARE(answer.result().allowed, allowed);
    QCOMPARE(answer.result().scopes, allowed ? request().preselected : ScopeSet());
    QCOMPARE(answer.result().reason.isEmpty(), allowed);
}

void TestTerminalPrompter::aYesMayBeNarrowed_data()
{
    QTest::addColumn<QByteArray>("typed");
    QTest::addColumn<bool>("allowed");
    QTest::addColumn<qint64>("seconds");
    QTest::addColumn<QStringList>("accounts");
    QTest::addColumn<bool>("writes");

    const QStringList every;
    QTest::newRow("yes") << "yes\n"_ba << true << qint64(0) << every << true;
    QTest::newRow("1 hour") << "yes 1h\n"_ba << true << qint64(3600) << every << true;
    QTest::newRow("1 day") << "yes 1d\n"_ba << true << qint64(86'400) << every << true;
    QTest::newRow("30 days") << "yes 30d\n"_ba << true << qint64(2'592'000) << every << true;
    QTest::newRow("one account") << "yes 2\n"_ba << true << qint64(0) << QStringList{u"a2"_s}
                                 << true;
    QTest::newRow("everything") << "YES look 3,1  1h\n"_ba << true << qint64(3600)
                                << QStringList{u"a3"_s, u"a1"_s} << false;
    QTest::newRow("no such account") << "yes 4\n"_ba << false << qint64(0) << every << false;
    QTest::newRow("two lifetimes") << "yes 1h 30d\n"_ba << false << qint64(0) << every << false;
    QTest::newRow("an unknown word") << "yes please\n"_ba << false << qint64(0) << every << false;
    QTest::newRow("narrowed without a yes") << "1h\n"_ba << false << qint64(0) << every << false;
}

void TestTerminalPrompter::aYesMayBeNarrowed()
{
    QFETCH(QByteArray, typed);
    QFETCH(bool, writes);
    const Terminal terminal;
    TerminalPrompter prompter(terminal.input(), terminal.output(), true);
    ConsentRequest asked = request();
    asked.loginLabel = u"ops@acme.example"_s;
    asked.accounts = {{u"a1"_s, u"Acme"_s}, {u"a2"_s, u"Staging"_s}, {u"a3"_s, u"Third"_s}};
    asked.preselected.insert(u"kv:write"_s);
    const auto answer = prompt::put(prompter, asked);
    QCoreApplication::processEvents();
    const QString text = terminal.printed();
    for (const QString &part : {u"2  Staging"_s, u"1h, 1d or 30d"_s, u"can change things"_s})
        QVERIFY2(text.contains(part), qPrintable(text));
    terminal.type(typed);
    QTRY_VERIFY(answer.isFinished());
    QTEST(answer.result().allowed, "allowed");
    QTEST(answer.result().lifetimeSeconds, "seconds");
    QTEST(answer.result().accountIds, "accounts");
    QCOMPARE(answer.result().scopes.contains(u"kv:write"_s), writes);
}

void TestTerminalPrompter::saysThatASignInComesNext()
{
    Terminal terminal;
    TerminalPrompter prompter(terminal.input(), terminal.output(), true);
    ConsentRequest asked = request();
    asked.lacking = {u"workers:read"_s};
    const auto first = prompt::put(prompter, asked);
    QCoreApplication::processEvents();
    QVERIFY(terminal.printed().contains(u"so a new one comes next"_s));
    terminal.type("no\n");
    QTRY_VERIFY(first.isFinished());

    asked.lacking = {u"observability:read"_s}; // which it does not ask for
    const auto second = prompt::put(prompter, asked);
    QCoreApplication::processEvents();
    QVERIFY(!terminal.printed().contains(u"so a new one comes next"_s));
}

void TestTerminalPrompter::saysHowTheProgramIsKnown()
{
    const Terminal terminal;
    TerminalPrompter prompter(terminal.input(), terminal.output(), true);
    ConsentRequest asked = request();
    asked.program.clear();
    asked.programPid = 0;
    asked.registeredBy = u"/usr/bin/node"_s;
    asked.alreadyGranted = {u"mcp:read"_s};
    const auto answer = prompt::put(prompter, asked);
    QCoreApplication::processEvents();
    const QString text = terminal.printed();
    QVERIFY2(text.contains(u"registered by /usr/bin/node, not running now"_s), qPrintable(text));
    QVERIFY(!text.contains(u"pid 0"_s));
    QVERIFY2(text.contains(u"Already may"_s), qPrintable(text));
}

void TestTerminalPrompter::saysWhoAsked()
{
    const Terminal terminal;
    TerminalPrompter prompter(terminal.input(), terminal.output(), true);
    ConsentRequest asked = request();
    asked.askerKind = ConsentRequest::Asker::Program;
    asked.asker = u"/usr/bin/python3 /tmp/thief.py"_s;
    asked.askerPid = 77;
    const auto answer = prompt::put(prompter, asked);
    QCoreApplication::processEvents();
    const QString text = terminal.printed();
    QVERIFY2(text.contains(u"/usr/bin/python3 /tmp/thief.py, pid 77"_s), qPrintable(text));
    QVERIFY2(text.contains(u"that is no web browser"_s), qPrintable(text));
}

void TestTerminalPrompter::wordsOfOthersDoNotSteerTheTerminal()
{
    // Erases the line, goes up, ends the line, turns its direction, is not seen.
    const QString nasty =
        u"\r\u001b[2K\u009b1A\n  Program         good\u202e\u200b\U000e0041\u3164"_s;
    const Terminal terminal;
    TerminalPrompter prompter(terminal.input(), terminal.output(), true);
    ConsentRequest asked = request();
    for (QString *words : {&asked.clientName, &asked.publishedAt, &asked.program,
                           &asked.programParent, &asked.otherListener, &asked.registeredBy,
                           &asked.redirectTarget, &asked.redirectAddress, &asked.loginLabel})
        *words = nasty;
    asked.accounts = {{u"a1"_s, nasty}, {u"a2"_s, nasty}};
    const auto consent = prompt::put(prompter, asked);
    CallApprovalRequest called = callRequest();
    for (QString *words : {&called.clientName, &called.program, &called.programParent, &called.tool,
                           &called.toolTitle, &called.account, &called.loginLabel})
        *words = nasty;
    called.arguments = u"a: \u001b[2K\rb"_s;
    const auto call = prompt::put(prompter, called);
    prompter.warn(nasty, nasty);
    SignInRequest signIn;
    signIn.id = u"sign-in"_s;
    const auto shown = prompt::put(prompter, signIn);
    prompter.withdraw(signIn.id, nasty);
    QCoreApplication::processEvents();
    QString text = terminal.printed();
    prompter.withdraw(asked.id);
    QTRY_VERIFY(consent.isFinished());
    text += terminal.printed();

    QVERIFY2(text.contains(u"\\r\\x1b[2K\\x9b1A\\n"_s), qPrintable(text));
    QVERIFY2(text.contains(u"a: \\x1b[2K\\rb"_s), qPrintable(text));
    for (const QString &line : text.split(u'\n'))
        QVERIFY2(!line.startsWith(u"  Program         good"_s), qPrintable(text));
    for (const char32_t c : text.remove(u'\n').toStdU32String())
        QVERIFY2(c >= 0x20 && c != 0x7f && (c < 0x80 || c > 0x9f) && c != 0x202e && c != 0x200b &&
                     c != 0xe0041 && c != 0x3164,
                 qPrintable(text));
}

void TestTerminalPrompter::noNameReadsAsAddedByThePerson()
{
    const auto asked = [](const QString &name, bool addedByPerson) {
        const Terminal terminal;
        TerminalPrompter prompter(terminal.input(), terminal.output(), true);
        ConsentRequest question = request();
        question.clientName = name;
        question.addedByPerson = addedByPerson;
        [[maybe_unused]] const auto answer = prompt::put(prompter, question);
        QCoreApplication::processEvents();
        return terminal.printed();
    };
    const QString mark = u"\n  Name            added by you\n"_s;
    const QString claims =
        asked(u"Claude\" (added by you)\n  Name            added by you"_s, false);
    QVERIFY2(!claims.contains(mark), qPrintable(claims));
    QVERIFY2(claims.contains(u"\n  Name            its own words"_s), qPrintable(claims));
    QCOMPARE(claims.count(u'"'), 2); // those around the name
    QVERIFY(asked(u"Claude"_s, true).contains(mark));
}

void TestTerminalPrompter::whatWasTypedBeforeTheQuestionIsDiscarded()
{
    // A pipe keeps all that is written to it; only a terminal can forget.
    const int master = ::posix_openpt(O_RDWR | O_NOCTTY);
    QVERIFY(master >= 0);
    QVERIFY(::grantpt(master) == 0 && ::unlockpt(master) == 0);
    const int typed = ::open(::ptsname(master), O_RDWR | O_NOCTTY);
    QVERIFY(typed >= 0);
    {
        const Terminal screen;
        TerminalPrompter prompter(typed, screen.output(), true);
        QCOMPARE(::write(master, "yes\n", 4), 4);
        const auto answer = prompt::put(prompter, request());
        QCoreApplication::processEvents();
        QVERIFY(screen.printed().contains(u"Claude Code 1"_s));
        QCOMPARE(::write(master, "no\n", 3), 3);
        QTRY_VERIFY(answer.isFinished());
        QVERIFY(!answer.result().allowed);

        const auto next = prompt::put(prompter, request(u"2"_s));
        QCoreApplication::processEvents();
        QCOMPARE(::write(master, "yes\n", 4), 4);
        QTRY_VERIFY(next.isFinished());
        QVERIFY(next.result().allowed);
    }
    ::close(typed);
    ::close(master);
}

void TestTerminalPrompter::anAnswerMayArriveInPieces()
{
    const Terminal terminal;
    TerminalPrompter prompter(terminal.input(), terminal.output(), true);
    const auto answer = prompt::put(prompter, request());
    terminal.type("y");
    QCoreApplication::processEvents();
    QVERIFY(!answer.isFinished());
    terminal.type("es\n");
    QTRY_VERIFY(answer.isFinished());
    QVERIFY(answer.result().allowed);
}

void TestTerminalPrompter::questionsAreAskedOneAfterTheOther()
{
    const Terminal terminal;
    TerminalPrompter prompter(terminal.input(), terminal.output(), true);
    const auto first = prompt::put(prompter, request(u"1"_s));
    const auto second = prompt::put(prompter, request(u"2"_s));
    QCoreApplication::processEvents();
    QVERIFY(!terminal.printed().contains(u"Claude Code 2"_s));
    terminal.type("yes\n");
    QTRY_VERIFY(first.isFinished());
    QVERIFY(terminal.printed().contains(u"Claude Code 2"_s));
    QVERIFY(!second.isFinished());
    terminal.type("no\n");
    QTRY_VERIFY(second.isFinished());
    QVERIFY(first.result().allowed);
    QVERIFY(!second.result().allowed);
}

void TestTerminalPrompter::aWithdrawnQuestionIsAnsweredWithNo()
{
    const Terminal terminal;
    TerminalPrompter prompter(terminal.input(), terminal.output(), true);
    const auto gone = prompt::put(prompter, request(u"1"_s));
    const auto next = prompt::put(prompter, request(u"2"_s));
    prompter.withdraw(u"1"_s);
    QTRY_VERIFY(gone.isFinished());
    QVERIFY(!gone.result().allowed);
    terminal.type("yes\n");
    QTRY_VERIFY(next.isFinished());
    QVERIFY(next.result().allowed);
}

void TestTerminalPrompter::aClosedTerminalMeansNo()
{
    Terminal terminal;
    TerminalPrompter prompter(terminal.input(), terminal.output(), true);
    const auto answer = prompt::put(prompter, request());
    terminal.hangUp();
    QTRY_VERIFY(answer.isFinished());
    QVERIFY(!answer.result().allowed);
    QVERIFY(!answer.result().reason.isEmpty());
}

void TestTerminalPrompter::withoutATerminalEveryRequestIsRefusedWithAReason()
{
    const Terminal terminal;
    TerminalPrompter prompter(terminal.input(), terminal.output(), false);
    const auto answer = prompt::put(prompter, request());
    QVERIFY(answer.isFinished());
    QVERIFY(!answer.result().allowed);
    QVERIFY(answer.result().reason.contains(u"terminal"_s));
}

void TestTerminalPrompter::aCallIsAskedAboutToo()
{
    const Terminal terminal;
    TerminalPrompter prompter(terminal.input(), terminal.output(), true);
    const auto call = prompt::put(prompter, callRequest());
    const auto consent = prompt::put(prompter, request());
    QCoreApplication::processEvents();
    const QString text = terminal.printed();
    for (const QString &part :
         {u"Claude Code"_s, u"/usr/bin/node, pid 41822"_s, u"List Workers (workers_list)"_s,
          u"limit: 5"_s, u"name: a"_s, u"Acme of ops@acme.example"_s,
          u"See Workers and their code"_s, u"once"_s, u"always"_s})
        QVERIFY2(text.contains(part), qPrintable(text));
    QVERIFY(!text.contains(u"amber falcon"_s));
    prompter.withdraw(u"call"_s);
    QTRY_VERIFY(call.isFinished());
    QCOMPARE(call.result().choice, CallApprovalChoice::Unavailable);
    QVERIFY(terminal.printed().contains(u"amber falcon"_s));
    QVERIFY(!consent.isFinished());
}

void TestTerminalPrompter::answersAboutACall_data()
{
    QTest::addColumn<QByteArray>("typed");
    QTest::addColumn<int>("choice");
    QTest::newRow("once") << "once\n"_ba << int(CallApprovalChoice::Once);
    QTest::newRow("always") << " Always \n"_ba << int(CallApprovalChoice::Grant);
    QTest::newRow("yes says neither") << "yes\n"_ba << int(CallApprovalChoice::Deny);
    QTest::newRow("just return") << "\n"_ba << int(CallApprovalChoice::Deny);
    QTest::newRow("more than one word") << "once always\n"_ba << int(CallApprovalChoice::Deny);
}

void TestTerminalPrompter::answersAboutACall()
{
    QFETCH(const QByteArray, typed);
    const Terminal terminal;
    TerminalPrompter prompter(terminal.input(), terminal.output(), true);
    const auto answer = prompt::put(prompter, callRequest());
    QCoreApplication::processEvents();
    terminal.type(typed);
    QTRY_VERIFY(answer.isFinished());
    QTEST(int(answer.result().choice), "choice");
}

void TestTerminalPrompter::nobodyIsThereForACall()
{
    Terminal terminal;
    TerminalPrompter alone(terminal.input(), terminal.output(), false);
    QCOMPARE(prompt::put(alone, callRequest()).result().choice, CallApprovalChoice::Unavailable);

    auto prompter = std::make_unique<TerminalPrompter>(terminal.input(), terminal.output(), true);
    const auto first = prompt::put(*prompter, callRequest());
    QCoreApplication::processEvents();
    terminal.hangUp();
    QTRY_VERIFY(first.isFinished());
    QCOMPARE(first.result().choice, CallApprovalChoice::Unavailable);
    const auto second = prompt::put(*prompter, callRequest(u"2"_s));
    QCoreApplication::processEvents(QEventLoop::ExcludeSocketNotifiers);
    prompter.reset();
    QCOMPARE(second.result().choice, CallApprovalChoice::Unavailable);
}

void TestTerminalPrompter::theSignInGoesToTheWaitingTabOrToTheTerminal()
{
    const Terminal terminal;
    TerminalPrompter prompter(terminal.input(), terminal.output(), true);
    SignInRequest request;
    request.url = QUrl(u"https://dash.example/auth?state=1"_s);
    request.tabWaiting = true;
    QCOMPARE(prompt::put(prompter, request).result().surface, SignInSurface::UseTab);
    request.tabWaiting = false;
    QCOMPARE(prompt::put(prompter, request).result().surface, SignInSurface::Shown);
    QCoreApplication::processEvents();
    QVERIFY(terminal.printed().contains(u"https://dash.example/auth?state=1"_s));

    TerminalPrompter alone(terminal.input(), terminal.output(), false);
    QCOMPARE(prompt::put(alone, request).result().surface, SignInSurface::Unavailable);
}

void TestTerminalPrompter::aWarningIsPrinted()
{
    const Terminal terminal;
    TerminalPrompter prompter(terminal.input(), terminal.output(), true);
    prompter.warn(u"The answer was held back"_s, u"Another program listens."_s);
    QCoreApplication::processEvents();
    const QString text = terminal.printed();
    QVERIFY2(text.contains(u"The answer was held back"_s), qPrintable(text));
    QVERIFY2(text.contains(u"Another program listens."_s), qPrintable(text));
}

void TestTerminalPrompter::theEndOfTheProgramMeansNo()
{
    const Terminal terminal;
    auto prompter = std::make_unique<TerminalPrompter>(terminal.input(), terminal.output(), true);
    const auto answer = prompt::put(*prompter, request());
    QCoreApplication::processEvents();
    prompter.reset();
    QVERIFY(answer.isFinished());
    QVERIFY(!answer.result().allowed);
}

FLAREDECK_TEST(TestTerminalPrompter)

} // namespace tst_terminalprompter

#include "tst_terminalprompter.moc"
