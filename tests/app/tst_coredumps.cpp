#include "app/coredumps.h"
#include "tests/support/testcase.h"

#include <QTest>

#include <sys/resource.h>

namespace tst_coredumps {

using namespace flaredeck;

class TestCoreDumps : public QObject
{
    Q_OBJECT

private slots:
    void theProcessLeavesNone();
};

void TestCoreDumps::theProcessLeavesNone()
{
    QVERIFY(app::forbidCoreDumps());
    rlimit limit{0, 0};
    QCOMPARE(::getrlimit(RLIMIT_CORE, &limit), 0);
    QCOMPARE(limit.rlim_cur, rlim_t(1));
    QCOMPARE(limit.rlim_max, rlim_t(1)); // nothing in this process can raise it again
}

FLAREDECK_TEST(TestCoreDumps)

} // namespace tst_coredumps

#include "tst_coredumps.moc"
