#include "app/shellfiles/program.h"
#include "tests/support/testcase.h"

#include <QRegularExpression>
#include <QTest>

namespace tst_shellfiles {

using namespace flaredeck;
using namespace flaredeck::shellfiles;
using namespace Qt::StringLiterals;

/// What the shells and the manual say is what the programs take. tests/app/shellfiles.sh has the
/// shells read it.
class TestShellFiles : public QObject
{
    Q_OBJECT

private slots:
    void everyOptionAndVerbIsThere_data();
    void everyOptionAndVerbIsThere();
    void theManualEscapesWhatItQuotes();
    void idsAreAskedForWhereOneFollows();
};

void TestShellFiles::everyOptionAndVerbIsThere_data()
{
    QTest::addColumn<Program>("program");
    for (const Program &program : programs())
        QTest::newRow(qPrintable(program.name)) << program;
}

void TestShellFiles::everyOptionAndVerbIsThere()
{
    QFETCH(const Program, program);
    const QString page = manual(program).replace(uR"(\-)"_s, u"-"_s);
    const QString bash = bashCompletion(program);
    const QString zsh = zshCompletion(program);
    const QString fish = fishCompletion(program);
    for (const QCommandLineOption &option : program.options) {
        for (const QString &name : option.names()) {
            const QString typed = dashed(name);
            QVERIFY2(page.contains(u"\\fB%1\\fR"_s.arg(typed)), qPrintable(typed));
            QVERIFY2(bash.contains(typed + u' ') || bash.contains(typed + u'\''),
                     qPrintable(typed));
            QVERIFY2(zsh.contains(u')' + typed + u'['), qPrintable(typed));
            QVERIFY2(fish.contains((name.size() == 1 ? u" -s "_s : u" -l "_s) + name + u' '),
                     qPrintable(typed));
        }
    }
    for (const service::LocalVerb &verb : service::localVerbs()) {
        const QString words = QString::fromLatin1(verb.words);
        QCOMPARE(page.contains(u".TP\n\\fB%1\\fR"_s.arg(words)), program.hasVerbs);
        const QRegularExpression asWord(uR"((?<![-\w])%1(?![-\w]))"_s.arg(
            QRegularExpression::escape(words.section(u' ', 0, 0))));
        QCOMPARE(bash.contains(asWord), program.hasVerbs);
    }
    QCOMPARE(page.contains(u".SH EXIT STATUS"_s), program.hasVerbs);
}

void TestShellFiles::theManualEscapesWhatItQuotes()
{
    const Program program{
        u"x"_s, u"It's .one \\thing - 'so'"_s, {{u"o"_s, u".dots and `ticks`"_s}}, false};
    const QString page = manual(program);
    QVERIFY2(page.contains(uR"(It's \&.one \ething \- \&'so')"_s), qPrintable(page));
    QVERIFY2(page.contains(uR"(\&.dots and)"_s), qPrintable(page));
}

void TestShellFiles::idsAreAskedForWhereOneFollows()
{
    const Program core = programs().at(1);
    const QString bash = bashCompletion(core);
    QVERIFY2(
        bash.contains(u"'grants show' | 'grants revoke') _flaredeck_core_ids 'grants list' id"_s),
        qPrintable(bash));
    QVERIFY2(bash.contains(u"'sign-out') _flaredeck_core_ids 'accounts' signIn"_s),
             qPrintable(bash));
    QVERIFY(!bashCompletion(programs().at(2)).contains(u"_ids"_s));
}

FLAREDECK_TEST(TestShellFiles)

} // namespace tst_shellfiles

#include "tst_shellfiles.moc"
