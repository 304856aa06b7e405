#include "core/base/secret.h"
#include "tests/support/testcase.h"

#include <QDebug>
#include <QTest>

#include <type_traits>

namespace tst_secret {

using namespace flaredeck;

template <typename T>
concept Loggable = requires(QDebug stream, const T &value)
{
    stream << value;
};

// A secret must not be copied or logged by accident: neither may compile.
static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);
static_assert(!std::is_convertible_v<Secret, QByteArray> &&
              !std::is_convertible_v<QByteArray, Secret>);
static_assert(Loggable<QByteArray> && !Loggable<Secret>);

class TestSecret : public QObject
{
    Q_OBJECT

private slots:
    void movesLeaveNothingBehind();
    void aCopyIsIndependent();
    void assignmentReplaces();
    void wipingLeavesOtherOwnersTheirBytes();
};

void TestSecret::movesLeaveNothingBehind()
{
    Secret first(QByteArray("secret"));
    const Secret second(std::move(first));
    QVERIFY(first.isEmpty()); // NOLINT(bugprone-use-after-move): tested on purpose
    QCOMPARE(second.reveal(), QByteArray("secret"));
}

void TestSecret::aCopyIsIndependent()
{
    Secret copy;
    {
        const Secret original(QByteArray("secret"));
        copy = original.copy();
        QVERIFY(copy.reveal().constData() != original.reveal().constData());
    }
    QCOMPARE(copy.reveal(), QByteArray("secret"));
    QVERIFY(Secret().copy().isEmpty());
}

void TestSecret::assignmentReplaces()
{
    Secret secret(QByteArray("old"));
    secret = Secret(QByteArray("new"));
    QCOMPARE(secret.reveal(), QByteArray("new"));
    Secret &same = secret;
    secret = std::move(same);
    QCOMPARE(secret.reveal(), QByteArray("new"));
}

void TestSecret::wipingLeavesOtherOwnersTheirBytes()
{
    QByteArray bytes("secret");
    bytes.detach();
    {
        const Secret secret(bytes);
        QCOMPARE(secret.reveal(), bytes);
    }
    QCOMPARE(bytes, QByteArray("secret"));
}

FLAREDECK_TEST(TestSecret)

} // namespace tst_secret

#include "tst_secret.moc"
