#include "core/store/audit/auditreader.h"
#include "core/store/vault/vault.h"
#include "fixtures.h"
#include "tests/support/testcase.h"

#include <QProcess>
#include <QRandomGenerator>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>

#include <cstdio>

namespace tst_vaultcrash {

using namespace Qt::StringLiterals;
using namespace flaredeck;
using store::Vault;

namespace {

/// The child process: commits grants for ever and prints the id of each after its commit.
int commitGrants(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    const QString file = QCoreApplication::arguments().value(1);
    Result<std::unique_ptr<Vault>> vault = Vault::open(file, Clock::system());
    if (!vault || !(*vault)->clients.save(test::client(u"c"_s, Clock::system().now())))
        return 1;
    for (int i = 0;; ++i) {
        const Millis now = Clock::system().now();
        const QByteArray id =
            QByteArray::number(QCoreApplication::applicationPid()) + '-' + QByteArray::number(i);
        const store::Grant grant = test::grant(QString::fromLatin1(id), u"c"_s, now);
        if (!(*vault)->grants.add(grant, test::code("code " + id, grant)) ||
            !(*vault)
                 ->tokens
                 .redeem("code " + id, test::accessToken("access " + id, grant.id.value, now),
                         test::refreshState(grant.id.value, 1, "refresh " + id), now)
                 .value_or(false))
            return 1;
        // One write(), so that a line arrives whole or not at all.
        const QByteArray line = id + '\n';
        std::fwrite(line.constData(), 1, static_cast<size_t>(line.size()), stdout);
        std::fflush(stdout);
    }
}

} // namespace

class TestVaultCrash : public QObject
{
    Q_OBJECT

private slots:
    void aKilledProcessLosesNoCommittedGrant();
};

void TestVaultCrash::aKilledProcessLosesNoCommittedGrant()
{
    const QTemporaryDir dir;
    const QString file = dir.filePath(u"vault.db"_s);
    QList<QByteArray> committed;
    for (int round = 0; round < 8; ++round) {
        QProcess child;
        child.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        child.start(QCoreApplication::applicationFilePath(), {u"commit-grants"_s, file});
        QVERIFY(child.waitForStarted());
        // A random moment, measured by the child's progress, so that it is in the middle of its
        // work.
        const int killAfter = QRandomGenerator::global()->bounded(1, 60);
        QByteArray output;
        while (output.count('\n') < killAfter) {
            QVERIFY2(child.waitForReadyRead(20'000), qPrintable(child.errorString()));
            output += child.readAllStandardOutput();
        }
        child.kill(); // SIGKILL
        QVERIFY(child.waitForFinished());
        QCOMPARE(child.exitStatus(), QProcess::CrashExit);
        output += child.readAllStandardOutput();
        const QList<QByteArray> lines = output.left(output.lastIndexOf('\n')).split('\n');
        committed << lines;

        Result<std::unique_ptr<Vault>> vault = Vault::open(file, Clock::system());
        QVERIFY2(vault, vault ? "" : qPrintable(vault.error().text()));
        for (const QByteArray &id : committed) {
            const GrantId grant{QString::fromLatin1(id)};
            QVERIFY2((*vault)->grants.find(grant), id.constData());
            QCOMPARE((*vault)->tokens.refreshState(grant)->hash, "refresh " + id);
        }
        // A grant that was not printed is stored completely or not at all.
        const QList<store::AccessToken> tokens = (*vault)->tokens.accessTokens();
        for (const store::AccessToken &token : tokens)
            QVERIFY((*vault)->tokens.refreshState(token.grant));
        QVERIFY(tokens.size() >= committed.size());

        // There is no grant without its event and no event without its grant, and the chain is
        // unbroken.
        auto reader = store::AuditReader::open(file);
        QVERIFY(reader);
        const auto verdict = reader->verify();
        QVERIFY(verdict && !verdict->broken);
        const auto rows = reader->rows(0, 10'000);
        QVERIFY(rows);
        QSet<QString> recorded;
        for (const store::AuditRow &row : *rows)
            recorded << row.grant;
        QSet<QString> granted;
        for (const store::Grant &grant : (*vault)->grants.live())
            granted << grant.id.value;
        QCOMPARE(recorded, granted);
    }
}

const test::Entry role("commit-grants", &commitGrants);
FLAREDECK_TEST(TestVaultCrash)

} // namespace tst_vaultcrash

#include "tst_vaultcrash.moc"
