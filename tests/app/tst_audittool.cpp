#include "core/base/crypto.h"
#include "core/store/vault/vault.h"
#include "tests/support/testcase.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <memory>
#include <sys/stat.h>

namespace tst_audittool {

using namespace flaredeck;
using namespace Qt::StringLiterals;

/// `flaredeck --verify-audit` and `--export-audit`, as somebody calls them on a terminal.
class TestAuditTool : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void init();
    void anIntactTrailIsSaidToBe();
    void itWorksWhileTheVaultIsInUse();
    void aBrokenRowIsNamed();
    void withoutAVaultItSaysSoAndMakesNone();
    void theExportCanBeCheckedByOthers();
    void theExportGoesToStandardOutput();
    void anExportThatCannotBeWrittenSaysWhy();
    void anExportTakesThePlaceOfNothingButAFile();

private:
    struct Answer {
        int code = -1;
        QString out;
        QString problem;
    };
    [[nodiscard]] Answer run(const QStringList &arguments) const;
    [[nodiscard]] std::unique_ptr<store::Vault> openVault() const;
    void write() const;
    static void checkLines(const QByteArray &exported);

    QString m_program;
    std::unique_ptr<QTemporaryDir> m_dir;
};

void TestAuditTool::initTestCase()
{
    m_program = QStringLiteral(FLAREDECK_PROGRAM);
    QVERIFY2(QFile::exists(m_program), qPrintable(m_program));
}

void TestAuditTool::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
}

TestAuditTool::Answer TestAuditTool::run(const QStringList &arguments) const
{
    QProcess process;
    process.start(m_program, QStringList{u"--data-dir"_s, m_dir->path()} + arguments);
    if (!process.waitForFinished(20'000))
        return {};
    return {process.exitCode(), QString::fromUtf8(process.readAllStandardOutput()),
            QString::fromUtf8(process.readAllStandardError())};
}

std::unique_ptr<store::Vault> TestAuditTool::openVault() const
{
    auto vault = store::Vault::open(m_dir->filePath(u"vault.db"_s), Clock::system());
    if (!vault)
        qFatal("%s", qPrintable(vault.error().text()));
    return *std::move(vault);
}

void TestAuditTool::write() const
{
    const std::unique_ptr<store::Vault> vault = openVault();
    for (const QString &outcome : {u"one"_s, u"two"_s, u"drei, größer"_s})
        QVERIFY(
            vault->audit.record({.kind = store::AuditKind::SettingsChanged, .outcome = outcome}));
}

void TestAuditTool::checkLines(const QByteArray &exported)
{
    const QList<QByteArray> lines = exported.trimmed().split('\n');
    QCOMPARE(lines.size(), 3);
    QByteArray previous(64, '0');
    for (const QByteArray &line : lines) {
        QVERIFY(line.contains("\"prev\":\"" + previous + "\""));
        const auto hash = line.indexOf(",\"hash\":\"");
        previous = crypto::sha256(line.left(hash) + '}').toHex();
        QCOMPARE(line.mid(hash), ",\"hash\":\"" + previous + "\"}");
    }
}

void TestAuditTool::anIntactTrailIsSaidToBe()
{
    write();
    const Answer answer = run({u"--verify-audit"_s});
    QCOMPARE(answer.code, 0);
    QVERIFY2(answer.out.contains(u"3 events from 2"_s), qPrintable(answer.out));
    QVERIFY2(answer.out.contains(u"intact"_s), qPrintable(answer.out));
    QVERIFY2(answer.out.contains(u"row 3"_s), qPrintable(answer.out));
    QCOMPARE(answer.problem, QString());
}

void TestAuditTool::itWorksWhileTheVaultIsInUse()
{
    write();
    const std::unique_ptr<store::Vault> vault = openVault();
    QVERIFY(vault->audit.record({.kind = store::AuditKind::SettingsChanged, .outcome = u"four"_s}));
    const Answer answer = run({u"--verify-audit"_s});
    QCOMPARE(answer.code, 0);
    QVERIFY2(answer.out.contains(u"4 events"_s), qPrintable(answer.out));
}

void TestAuditTool::aBrokenRowIsNamed()
{
    write();
    {
        auto database = store::Database::open(m_dir->filePath(u"vault.db"_s),
                                              store::Database::Durability::Full);
        QVERIFY(database);
        QVERIFY(database->execute(u"DROP TRIGGER audit_never_changes"_s));
        QVERIFY(database->execute(u"UPDATE audit SET outcome = 'zwei' WHERE seq = 2"_s));
    }
    const Answer answer = run({u"--verify-audit"_s});
    QCOMPARE(answer.code, 1);
    QVERIFY2(answer.problem.contains(u"broken at row 2"_s), qPrintable(answer.problem));
    QCOMPARE(answer.out, QString());
}

void TestAuditTool::withoutAVaultItSaysSoAndMakesNone()
{
    for (const QStringList &arguments :
         {QStringList{u"--verify-audit"_s}, QStringList{u"--export-audit"_s, u"-"_s}}) {
        const Answer answer = run(arguments);
        QCOMPARE(answer.code, 2);
        QVERIFY2(answer.problem.contains(u"There is no vault at "_s + m_dir->path()),
                 qPrintable(answer.problem));
        QVERIFY(answer.problem.contains(u"--data-dir"_s));
        QCOMPARE(answer.out, QString());
    }
    QVERIFY(QDir(m_dir->path()).isEmpty());
}

void TestAuditTool::theExportCanBeCheckedByOthers()
{
    write();
    const QString target = m_dir->filePath(u"trail.jsonl"_s);
    const Answer answer = run({u"--export-audit"_s, target});
    QCOMPARE(answer.code, 0);
    QVERIFY2(answer.out.contains(u"3 events"_s), qPrintable(answer.out));
    QFile file(target);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.permissions() & (QFile::ReadGroup | QFile::ReadOther), QFile::Permissions());
    checkLines(file.readAll());
}

void TestAuditTool::theExportGoesToStandardOutput()
{
    write();
    const Answer answer = run({u"--export-audit"_s, u"-"_s});
    QCOMPARE(answer.code, 0);
    checkLines(answer.out.toUtf8());
}

void TestAuditTool::anExportThatCannotBeWrittenSaysWhy()
{
    write();
    const Answer answer = run({u"--export-audit"_s, m_dir->filePath(u"absent/trail.jsonl"_s)});
    QCOMPARE(answer.code, 2);
    QVERIFY2(answer.problem.contains(u"cannot be written"_s), qPrintable(answer.problem));
}

void TestAuditTool::anExportTakesThePlaceOfNothingButAFile()
{
    write();
    const QString link = m_dir->filePath(u"trail.jsonl"_s);
    const QString precious = m_dir->filePath(u"precious"_s);
    QFile file(precious);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("precious");
    file.close();
    QVERIFY(QFile::link(precious, link));
    const QString fifo = m_dir->filePath(u"fifo"_s);
    QCOMPARE(::mkfifo(QFile::encodeName(fifo).constData(), 0600), 0);

    for (const QString &target : {link, fifo}) {
        const Answer answer = run({u"--export-audit"_s, target});
        QCOMPARE(answer.code, 2);
        QVERIFY2(answer.problem.contains(target), qPrintable(answer.problem));
        QVERIFY2(answer.problem.contains(u"not a file"_s), qPrintable(answer.problem));
    }
    QVERIFY(QFileInfo(link).isSymLink());
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), "precious");
}

FLAREDECK_TEST(TestAuditTool)

} // namespace tst_audittool

#include "tst_audittool.moc"
