#include "core/base/erase.h"
#include "coretest.h"
#include "tests/support/testcase.h"

#include <QDir>

namespace tst_forgetting {

using namespace flaredeck;
using namespace flaredeck::service;
using namespace Qt::StringLiterals;

/// Everything is taken away: what is shown first, what happens, and what is said of the rest.
class TestForgetting : public CoreTest
{
    Q_OBJECT

private slots:
    void init() { prepare(); }
    void cleanup() { shutDown(); }
    void whatIsShownGoes();
    void whatIsNotWhatWasShownStays();
    void whatCannotBeReadIsNamed();

private:
    [[nodiscard]] ForgetPlan plan() const
    {
        std::optional<Result<ForgetPlan>> got;
        keep(m_core->planForgetting(), got);
        if (!QTest::qWaitFor([&got] { return got.has_value(); }) || !*got)
            qFatal("there is no plan");
        return **got;
    }
    [[nodiscard]] Result<QStringList> forget(const QByteArray &token) const
    {
        std::optional<Result<QStringList>> got;
        keep(m_core->forgetEverything(token), got);
        if (!QTest::qWaitFor([&got] { return got.has_value(); }))
            qFatal("there is no answer");
        return *got;
    }
    template <typename Value>
    static Task<> keep(Task<Result<Value>> task, std::optional<Result<Value>> &into)
    {
        into = co_await task;
    }
};

void TestForgetting::whatIsShownGoes()
{
    start();
    test::OAuthClient client(port(), u"Claude Code"_s);
    QVERIFY(client.signIn());
    const ForgetPlan shown = plan();
    QCOMPARE(shown.signIns.size(), 1);
    QCOMPARE(shown.grants, 1);
    QCOMPARE(shown.clients, 1);
    QCOMPARE(shown.keychainEntries, m_keys->keys());
    QCOMPARE(shown.stays, QStringList());
    QVERIFY(shown.files.contains(m_options.dataDir.vaultFile()));
    QVERIFY(!shown.token.isEmpty());

    bool told = false;
    connect(m_core.get(), &Core::forgotten, this, [&told] { told = true; });
    const Result<QStringList> left = forget(shown.token);
    QVERIFY2(left, left ? "" : qPrintable(left.error().text()));
    QCOMPARE(*left, QStringList());
    QVERIFY(told);
    QVERIFY(m_keys->isEmpty());
    QVERIFY(m_core->snapshot()->grants.isEmpty());
    QVERIFY(m_core->snapshot()->logins.isEmpty());
    shutDown();
    QCOMPARE(eraseData(m_options.dataDir), QStringList());
    QVERIFY(!QDir(m_options.dataDir.root).exists());
}

void TestForgetting::whatIsNotWhatWasShownStays()
{
    start();
    const ForgetPlan shown = plan();
    test::OAuthClient client(port(), u"Cursor"_s);
    QVERIFY(client.signIn());
    const Result<QStringList> left = forget(shown.token);
    QVERIFY(!left && left.error().kind == Error::Kind::Cancelled);
    QCOMPARE(m_core->snapshot()->grants.size(), 1);
    QVERIFY(!m_keys->isEmpty());
    QCOMPARE(statusOfPing(client), 200);
}

void TestForgetting::whatCannotBeReadIsNamed()
{
    start();
    test::OAuthClient client(port(), u"Cursor"_s);
    QVERIFY(client.signIn());
    shutDown();
    m_keys->clear(); // somebody emptied the keychain
    start();
    QTRY_COMPARE(m_core->snapshot()->keyState, store::KeyState::Closed);
    const ForgetPlan shown = plan();
    QCOMPARE(shown.stays.size(), 1);
    QVERIFY2(shown.stays.first().contains(u"cannot be read"_s), qPrintable(shown.stays.first()));
    const Result<QStringList> left = forget(shown.token);
    QVERIFY(left);
    QCOMPARE(*left, shown.stays);
    QVERIFY(m_core->snapshot()->logins.isEmpty());
}

FLAREDECK_TEST(TestForgetting)

} // namespace tst_forgetting

#include "tst_forgetting.moc"
