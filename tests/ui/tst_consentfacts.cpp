#include "tests/support/testcase.h"
#include "tests/ui/consenttest.h"

namespace tst_consentfacts {

using namespace flaredeck;
using namespace flaredeck::ui;
using namespace Qt::StringLiterals;

/// What the dialog says about who asks.
class TestConsentFacts : public ConsentTest
{
    Q_OBJECT

private slots:
    void aClientThatComesBackIsNotAskedAsNew();
    void saysHowTheProgramIsKnown_data();
    void saysHowTheProgramIsKnown();
    void saysWhoAsked();
    void saysThatScriptsLookAlike();
    void saysWhoAsksAndWhereTheAnswerGoes();
    void aNameThatThePersonGaveIsNotMarked();
    void theAddressStandsBesideItsName();
};

void TestConsentFacts::aClientThatComesBackIsNotAskedAsNew()
{
    ConsentRequest request = examples::consent(format::now());
    request.alreadyGranted = request.requested;
    request.lastUsed = format::now() - 60'000;
    request.earlierApprovals = 3;
    open(request);
    QCOMPARE(textOf(u"headline"_s), u"“Windsurf” asks to connect once more"_s);
    QVERIFY(says(u"Nothing new. You can add"_s));
    QVERIFY(!says(u"It asks for"_s));
    QVERIFY(textOf(u"history"_s).contains(u"last used 1 min ago"_s));
    QVERIFY(textOf(u"history"_s).contains(u"allowed 3 times before"_s));
    clickAllow();
    QCOMPARE(m_answer->scopes, request.requested);
}

void TestConsentFacts::saysHowTheProgramIsKnown_data()
{
    QTest::addColumn<qint64>("pid");
    QTest::addColumn<QString>("program");
    QTest::addColumn<QString>("registeredBy");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("process");
    QTest::newRow("it listens") << qint64(7) << u"/usr/bin/node"_s << u"/usr/bin/node"_s
                                << u"/usr/bin/node"_s << u"pid 7, started by gnome-shell"_s;
    QTest::newRow("another one registered")
        << qint64(7) << u"/tmp/x"_s << u"/usr/bin/node"_s << u"/tmp/x"_s
        << u"pid 7, started by gnome-shell. The client was registered by /usr/bin/node"_s;
    QTest::newRow("nobody listens yet")
        << qint64(0) << QString() << u"/usr/bin/node"_s << u"/usr/bin/node"_s
        << u"It registered the client. Nobody listens for the answer yet."_s;
    QTest::newRow("nothing is known")
        << qint64(0) << QString() << QString() << u"unknown"_s << QString();
}

void TestConsentFacts::saysHowTheProgramIsKnown()
{
    QFETCH(qint64, pid);
    QFETCH(QString, program);
    QFETCH(QString, registeredBy);
    ConsentRequest request = examples::consent(format::now());
    request.programPid = pid;
    request.program = program;
    request.registeredBy = registeredBy;
    open(request);
    QTEST(textOf(u"program"_s), "path");
    QTEST(textOf(u"process"_s), "process");
    QVERIFY(!child<QWidget>(u"otherListener"_s));
    request.otherListener = u"/tmp/thief"_s;
    open(request);
    QVERIFY(child<QWidget>(u"otherListener"_s)->isVisible());
}

void TestConsentFacts::saysWhoAsked()
{
    ConsentRequest request = examples::consent(format::now());
    open(request);
    QCOMPARE(textOf(u"askerPath"_s), u"/usr/lib/firefox-esr/firefox-esr"_s);
    QCOMPARE(textOf(u"asker"_s), u"pid 2914, started by gnome-shell"_s);
    request.askerKind = ConsentRequest::Asker::Program;
    request.asker = u"/usr/bin/python3 /tmp/thief.py"_s;
    open(request);
    QCOMPARE(textOf(u"askerPath"_s), request.asker);
    QVERIFY(textOf(u"asker"_s).contains(u"in the name of the client"_s));
    request.answersAsker = true;
    open(request);
    QVERIFY(textOf(u"asker"_s).contains(u"It gets the answer"_s));
    // The client itself stands there already.
    request.askerKind = ConsentRequest::Asker::Client;
    open(request);
    QVERIFY(!child<QWidget>(u"askerPath"_s));
}

void TestConsentFacts::saysThatScriptsLookAlike()
{
    ConsentRequest request = examples::consent(format::now());
    open(request);
    QVERIFY(!textOf(u"process"_s).contains(u"script"_s));
    request.programRunsScripts = true;
    open(request);
    QVERIFY(textOf(u"process"_s).contains(u"another script of it can look the same"_s));
}

void TestConsentFacts::saysWhoAsksAndWhereTheAnswerGoes()
{
    ConsentRequest request = examples::consent(format::now());
    request.leavesComputer = true;
    request.redirectTarget = u"the web site evil.example"_s;
    request.clientName = u"<b>Bold</b>"_s;
    open(request);
    QCOMPARE(child<QLabel>(u"checkPhrase"_s)->text(), u"amber falcon"_s);
    QCOMPARE(child<QLabel>(u"redirectTarget"_s)->text(), u"the web site evil.example"_s);
    QVERIFY(child<QWidget>(u"leavesComputer"_s)->isVisible());
    // A name is text, whatever it holds.
    for (const QLabel *label : m_dialog->findChildren<QLabel *>())
        QCOMPARE(label->textFormat(), Qt::PlainText);
}

void TestConsentFacts::aNameThatThePersonGaveIsNotMarked()
{
    open();
    QCOMPARE(textOf(u"nameOrigin"_s), u"(its own words, not checked)"_s);
    ConsentRequest request = examples::consent(format::now());
    request.addedByPerson = true;
    request.registeredBy.clear();
    open(request);
    QCOMPARE(textOf(u"nameOrigin"_s), u"(added by you)"_s);
    QVERIFY(textOf(u"history"_s).contains(u"added by you"_s));
    QVERIFY(!textOf(u"history"_s).contains(u"by itself"_s));
}

void TestConsentFacts::theAddressStandsBesideItsName()
{
    open();
    QVERIFY(!child<QLabel>(u"redirectAddress"_s));
    ConsentRequest request = examples::consent(format::now());
    request.redirectTarget = u"opens Cursor"_s;
    request.redirectAddress = u"cursor://anysphere.cursor-mcp/oauth/callback"_s;
    open(request);
    QVERIFY(says(u"opens Cursor"_s));
    QVERIFY(says(u"cursor://anysphere.cursor-mcp/oauth/callback"_s));
}

FLAREDECK_TEST(TestConsentFacts)

} // namespace tst_consentfacts

#include "tst_consentfacts.moc"
