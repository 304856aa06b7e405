#include "core/oauth/grants/refreshtoken.h"
#include "tests/core/oauth/issuer.h"
#include "tests/support/testcase.h"

#include <QTest>

#include <algorithm>
#include <array>
#include <memory>
#include <random>

namespace tst_rotation {

using namespace flaredeck;
using namespace flaredeck::oauth;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int kRefreshers = 8;
constexpr int kRotations = 10'000;
constexpr int kRotationsPerRun = 1000; ///< then the program restarts
/// No process of the computer is kept from running for longer than this.
constexpr Millis kLongestPause = 8 * kSecond;

/// One of several processes that share a token file and take no lease: each step may be overtaken
/// by any step of the others.
struct Refresher {
    enum class Next { Read, Ask, Write };
    Next next = Next::Read;
    Millis lastRun = 0;
    QByteArray held;
    QByteArray answer;
};

int generationOf(const QByteArray &token)
{
    return RefreshToken::parse(token)->generation;
}

} // namespace

/// However the refreshers of one client race, it stays signed in.
class TestRotation : public QObject
{
    Q_OBJECT

private slots:
    void eightRefreshersInParallelLoseNoLogin();
};

void TestRotation::eightRefreshersInParallelLoseNoLogin()
{
    Issuer issuer;
    issuer.vault.forgoSync();
    QByteArray file = issuer.tokensOf(issuer.code(issuer.client)).refresh;
    auto run = std::make_unique<Issuer::Restarted>(issuer);
    std::mt19937 random(20261124);
    const auto below = [&random](int bound) {
        return static_cast<int>(std::uniform_int_distribution<int>(0, bound - 1)(random));
    };
    std::array<Refresher, kRefreshers> refreshers;
    for (Refresher &one : refreshers)
        one.lastRun = issuer.clock.now();

    int current = generationOf(file);
    int furthestBehind = 0;
    int lost = 0;
    int restartedAt = current;
    while (current < kRotations) {
        issuer.clock.advance(below(300));
        const Millis now = issuer.clock.now();
        const auto longest =
            std::min_element(refreshers.begin(), refreshers.end(),
                             [](const auto &a, const auto &b) { return a.lastRun < b.lastRun; });
        Refresher &one = now - longest->lastRun > kLongestPause
                             ? *longest
                             : refreshers.at(size_t(below(kRefreshers)));
        one.lastRun = now;
        switch (one.next) {
        case Refresher::Next::Read:
            one.held = file;
            one.next = Refresher::Next::Ask;
            break;
        case Refresher::Next::Ask: {
            furthestBehind = std::max(furthestBehind, current - generationOf(one.held));
            const auto tokens = run->tokens.refresh({issuer.client, one.held, std::nullopt, {}});
            QVERIFY2(tokens, tokens ? "" : qPrintable(tokens.error().description));
            one.answer = tokens->refresh;
            current = std::max(current, generationOf(one.answer));
            // Now and then the answer does not arrive.
            const bool arrives = below(20) != 0;
            lost += arrives ? 0 : 1;
            // Its use retires the refresh token before.
            QVERIFY(!arrives || run->grants.use(crypto::sha256(tokens->access)));
            one.next = arrives ? Refresher::Next::Write : Refresher::Next::Read;
            break;
        }
        case Refresher::Next::Write:
            file = one.answer;
            one.next = Refresher::Next::Read;
            break;
        }
        if (below(50) == 0) {
            run->grants.flush();
            run->tokens.retireUsed();
        }
        if (current - restartedAt >= kRotationsPerRun) {
            restartedAt = current;
            run = std::make_unique<Issuer::Restarted>(issuer);
        }
    }

    QVERIFY(run->grants.find(issuer.lastGrant));
    QVERIFY(run->tokens.refresh({issuer.client, file, std::nullopt, {}}));
    // The races that this is about did happen.
    QVERIFY2(furthestBehind >= 4, qPrintable(QString::number(furthestBehind)));
    QVERIFY(lost > 100);
}

FLAREDECK_TEST(TestRotation)

} // namespace tst_rotation

#include "tst_rotation.moc"
