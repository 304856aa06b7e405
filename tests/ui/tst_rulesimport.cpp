#include "core/service/rulefile.h"
#include "tests/support/testcase.h"
#include "tests/ui/pagetest.h"
#include "ui/dialogs/rulesimport.h"

#include <QCheckBox>
#include <QFile>
#include <QLabel>

namespace tst_rulesimport {

using namespace flaredeck;
using namespace flaredeck::ui;
using namespace Qt::StringLiterals;

/// Rules from a file: what would change is shown, and only then done.
class TestRulesImport : public QObject
{
    Q_OBJECT

private slots:
    void theDifferencesAreShownFirst();
    void whatTheFileLacksGoesOnRequestOnly();
    void aFileOfSomethingElseIsToldSo();
    void whatIsExportedChangesNothingWhenItComesBack();
    void aPlaceThatCannotBeWrittenIsTold();

private:
    static QString write(const PageFixture &fixture, const QByteArray &text)
    {
        const QString name = fixture.directory.filePath(u"rules.json"_s);
        QFile file(name);
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
            qFatal("cannot write %s", qPrintable(name));
        return name;
    }
    static service::SnapshotPtr ruled()
    {
        service::Snapshot shot = *PageFixture::busy();
        shot.rules = examples::rules(format::now());
        return std::make_shared<const service::Snapshot>(shot);
    }
    static QString saidBy(const QWidget &widget)
    {
        QString said;
        for (const QLabel *label : widget.findChildren<QLabel *>())
            said += label->text() + u'\n';
        return said;
    }
};

namespace {

const QByteArray kFile = R"({"format": "flaredeck-rules", "version": 1, "rules": [
    {"subject": "tool:kv_namespace_delete", "policy": "off"},
    {"subject": "tool:r2_bucket_create", "policy": "ask", "client": "Claude Code"},
    {"subject": "tool:workers_list", "policy": "ask", "client": "Somebody else"}]})";

} // namespace

void TestRulesImport::theDifferencesAreShownFirst()
{
    PageFixture fixture;
    QWidget host;
    host.show();
    rulesimport::importFile(&host, fixture.commands, ruled(), write(fixture, kFile));
    QPointer<QDialog> dialog;
    QTRY_VERIFY(dialog = host.findChild<QDialog *>());
    const QString said = saidBy(*dialog);
    for (const QString &part :
         {u"2 rules change"_s, u"Delete KV namespace (kv_namespace_delete): as usual → Off"_s,
          u"for Claude Code: Allow → Ask"_s, u"Somebody else"_s})
        QVERIFY2(said.contains(part), qPrintable(said));
    QCOMPARE(fixture.commands.asked, QStringList());
    answerDialog(host, u"confirm"_s);
    QTRY_COMPARE(fixture.commands.asked,
                 QStringList({u"setRule  tool:kv_namespace_delete off"_s,
                              u"setRule claude tool:r2_bucket_create ask"_s}));
}

void TestRulesImport::whatTheFileLacksGoesOnRequestOnly()
{
    PageFixture fixture;
    QWidget host;
    host.show();
    rulesimport::importFile(&host, fixture.commands, ruled(), write(fixture, kFile));
    QPointer<QDialog> dialog;
    QTRY_VERIFY(dialog = host.findChild<QDialog *>());
    auto *removes = dialog->findChild<QCheckBox *>();
    QVERIFY(removes && !removes->isChecked());
    QCOMPARE(removes->text(), u"Also remove the 5 rules that the file does not have"_s);
    removes->setChecked(true);
    answerDialog(host, u"confirm"_s);
    QTRY_COMPARE(fixture.commands.asked.size(), 7);
    QVERIFY(fixture.commands.asked.contains(u"setRule cursor toolset:radar usual"_s));
}

void TestRulesImport::aFileOfSomethingElseIsToldSo()
{
    for (const QByteArray &text : {QByteArray("{}"), QByteArray("no JSON"),
                                   QByteArray(R"({"format": "flaredeck-rules", "version": 9,
                                                  "rules": []})")}) {
        PageFixture fixture;
        QWidget host;
        host.show();
        rulesimport::importFile(&host, fixture.commands, ruled(), write(fixture, text));
        QPointer<QDialog> dialog;
        QTRY_VERIFY(dialog = host.findChild<QDialog *>());
        QVERIFY2(saidBy(*dialog).contains(u"were not imported"_s), qPrintable(saidBy(*dialog)));
        QVERIFY(!dialog->findChild<QPushButton *>(u"confirm"_s));
    }
}

void TestRulesImport::whatIsExportedChangesNothingWhenItComesBack()
{
    PageFixture fixture;
    QWidget host;
    host.show();
    const QString file = fixture.directory.filePath(u"out.json"_s);
    rulesimport::exportFile(&host, *ruled(), file);
    QVERIFY(!host.findChild<QDialog *>());
    rulesimport::importFile(&host, fixture.commands, ruled(), file);
    QPointer<QDialog> dialog;
    QTRY_VERIFY(dialog = host.findChild<QDialog *>());
    QVERIFY2(saidBy(*dialog).contains(u"All of its rules hold already."_s),
             qPrintable(saidBy(*dialog)));
    QVERIFY(!dialog->findChild<QPushButton *>(u"confirm"_s));
}

void TestRulesImport::aPlaceThatCannotBeWrittenIsTold()
{
    PageFixture fixture;
    QWidget host;
    host.show();
    rulesimport::exportFile(&host, *ruled(), fixture.directory.filePath(u"no/such/place.json"_s));
    QPointer<QDialog> dialog;
    QTRY_VERIFY(dialog = host.findChild<QDialog *>());
    QVERIFY(saidBy(*dialog).contains(u"were not exported"_s));
}

FLAREDECK_TEST(TestRulesImport)

} // namespace tst_rulesimport

#include "tst_rulesimport.moc"
