#include "core/base/crypto.h"
#include "core/sandbox/oauthclients.h"
#include "core/sandbox/tokenbook.h"
#include "tests/support/manualclock.h"
#include "tests/support/testcase.h"

#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

namespace tst_tokenbook {

using namespace flaredeck;
using namespace flaredeck::sandbox;
using namespace Qt::StringLiterals;

namespace {

const QString kClient = oauthclients::kPublicClientId;
const QString kRedirect = u"http://localhost:8788/oauth/callback"_s;
const QByteArray kVerifier = "a-verifier-that-is-long-enough-for-rfc-7636-0000";

Agreement agreement(const QString &scopes = u"user-details.read offline_access"_s)
{
    return {kClient, scopes.split(u' '), {u"account"_s}};
}

} // namespace

class TestTokenBook : public QObject
{
    Q_OBJECT

private slots:
    void aCodeGivesTokensOnce();
    void aCodeIsBoundToWhatAskedForIt_data();
    void aCodeIsBoundToWhatAskedForIt();
    void aSecondUseOfACodeEndsWhatTheFirstGave();
    void anAccessTokenExpires();
    void aRefreshGivesANewPairAndKillsTheOldRefreshToken();
    void withoutOfflineAccessThereIsNoRefreshToken();
    void revokingOneTokenEndsTheWholeAgreement_data();
    void revokingOneTokenEndsTheWholeAgreement();
    void anotherClientCannotRevokeOrRefresh();
    void theApiTokenIsAlwaysGood();
    void aRestartKeepsWhatWasIssuedAndNothingInClear();
    void whatIsInThePlaceOfItsFileIsLeftAlone();

private:
    QByteArray issueCode(const Agreement &agreed = agreement())
    {
        return m_book.issueCode(agreed, {kRedirect, crypto::pkceChallenge(kVerifier)});
    }
    IssuedTokens signIn(const Agreement &agreed = agreement())
    {
        return m_book.redeemCode(kClient, issueCode(agreed), kRedirect, kVerifier).value();
    }

    test::ManualClock m_clock;
    TokenBook m_book{m_clock, 60};
};

void TestTokenBook::aCodeGivesTokensOnce()
{
    const QByteArray code = issueCode();
    QVERIFY(code.startsWith("cfoac_"));
    const auto issued = m_book.redeemCode(kClient, code, kRedirect, kVerifier);
    QVERIFY(issued);
    QVERIFY(issued->accessToken.startsWith("cfoat_"));
    QVERIFY(issued->refreshToken.startsWith("cfort_"));
    QCOMPARE(issued->expiresInSeconds, 60);
    QVERIFY(m_book.bearer(issued->accessToken));
    QCOMPARE(*m_book.bearer(issued->accessToken), agreement());

    const auto again = m_book.redeemCode(kClient, code, kRedirect, kVerifier);
    QVERIFY(!again);
    QCOMPARE(again.error().code, u"invalid_grant"_s);
}

void TestTokenBook::aCodeIsBoundToWhatAskedForIt_data()
{
    QTest::addColumn<QString>("client");
    QTest::addColumn<QString>("redirect");
    QTest::addColumn<QByteArray>("verifier");
    QTest::addColumn<int>("seconds");
    QTest::newRow("another client") << u"other"_s << kRedirect << kVerifier << 0;
    QTest::newRow("another redirect URI")
        << kClient << u"http://localhost:9999/oauth/callback"_s << kVerifier << 0;
    QTest::newRow("another verifier") << kClient << kRedirect << QByteArray("wrong") << 0;
    QTest::newRow("no verifier") << kClient << kRedirect << QByteArray() << 0;
    QTest::newRow("too late") << kClient << kRedirect << kVerifier << TokenBook::kCodeSeconds;
}

void TestTokenBook::aCodeIsBoundToWhatAskedForIt()
{
    QFETCH(QString, client);
    QFETCH(QString, redirect);
    QFETCH(QByteArray, verifier);
    QFETCH(int, seconds);
    const QByteArray code = issueCode();
    m_clock.advance(seconds * 1000LL);
    const auto issued = m_book.redeemCode(client, code, redirect, verifier);
    QVERIFY(!issued);
    QCOMPARE(issued.error().code, u"invalid_grant"_s);
}

void TestTokenBook::aSecondUseOfACodeEndsWhatTheFirstGave()
{
    const QByteArray code = issueCode();
    const auto issued = m_book.redeemCode(kClient, code, kRedirect, kVerifier);
    QVERIFY(issued);
    QVERIFY(!m_book.redeemCode(kClient, code, kRedirect, kVerifier));
    QVERIFY(!m_book.bearer(issued->accessToken));
    QVERIFY(!m_book.refresh(kClient, issued->refreshToken));
}

void TestTokenBook::anAccessTokenExpires()
{
    const IssuedTokens issued = signIn();
    m_clock.advance(59'999);
    QVERIFY(m_book.bearer(issued.accessToken));
    m_clock.advance(1);
    QVERIFY(!m_book.bearer(issued.accessToken));
    QVERIFY(m_book.refresh(kClient, issued.refreshToken));
}

void TestTokenBook::aRefreshGivesANewPairAndKillsTheOldRefreshToken()
{
    const IssuedTokens first = signIn();
    const auto second = m_book.refresh(kClient, first.refreshToken);
    QVERIFY(second);
    QVERIFY(second->accessToken != first.accessToken);
    QVERIFY(second->refreshToken != first.refreshToken);
    QCOMPARE(second->scopes, first.scopes);
    QVERIFY(!m_book.refresh(kClient, first.refreshToken));
    QVERIFY(m_book.refresh(kClient, second->refreshToken));
}

void TestTokenBook::withoutOfflineAccessThereIsNoRefreshToken()
{
    const IssuedTokens issued = signIn(agreement(u"user-details.read"_s));
    QVERIFY(!issued.accessToken.isEmpty());
    QVERIFY(issued.refreshToken.isEmpty());
}

void TestTokenBook::revokingOneTokenEndsTheWholeAgreement_data()
{
    QTest::addColumn<bool>("byRefreshToken");
    QTest::newRow("the refresh token") << true;
    QTest::newRow("the access token") << false;
}

void TestTokenBook::revokingOneTokenEndsTheWholeAgreement()
{
    QFETCH(bool, byRefreshToken);
    const IssuedTokens issued = signIn();
    const IssuedTokens unrelated = signIn();
    m_book.revoke(kClient, byRefreshToken ? issued.refreshToken : issued.accessToken);
    QVERIFY(!m_book.bearer(issued.accessToken));
    QVERIFY(!m_book.refresh(kClient, issued.refreshToken));
    QVERIFY(m_book.bearer(unrelated.accessToken));
}

void TestTokenBook::anotherClientCannotRevokeOrRefresh()
{
    const IssuedTokens issued = signIn();
    m_book.revoke(u"other"_s, issued.refreshToken);
    QVERIFY(m_book.bearer(issued.accessToken));
    QVERIFY(!m_book.refresh(u"other"_s, issued.refreshToken));
    QVERIFY(m_book.refresh(kClient, issued.refreshToken));
}

void TestTokenBook::theApiTokenIsAlwaysGood()
{
    m_clock.advance(365LL * 24 * 3600 * 1000);
    const Agreement *bearer = m_book.bearer(oauthclients::kApiToken);
    QVERIFY(bearer);
    QCOMPARE(bearer->accounts.size(), 2);
    QVERIFY(!m_book.bearer(oauthclients::kApiToken + "x"));
    QVERIFY(!m_book.bearer({}));
}

void TestTokenBook::aRestartKeepsWhatWasIssuedAndNothingInClear()
{
    const QTemporaryDir dir;
    const QString file = dir.filePath(u"sandbox.json"_s);
    TokenBook before(m_clock, 60, file);
    const auto signIn = [&before] {
        const QByteArray code =
            before.issueCode(agreement(), {kRedirect, crypto::pkceChallenge(kVerifier)});
        return before.redeemCode(kClient, code, kRedirect, kVerifier).value();
    };
    const IssuedTokens kept = signIn();
    const IssuedTokens revoked = signIn();
    before.revoke(kClient, revoked.accessToken);

    TokenBook after(m_clock, 60, file);
    QVERIFY(after.bearer(kept.accessToken));
    QCOMPARE(*after.bearer(kept.accessToken), agreement());
    QVERIFY(!after.bearer(revoked.accessToken));
    QVERIFY(!after.refresh(kClient, revoked.refreshToken));
    QVERIFY(after.refresh(kClient, kept.refreshToken));
    QVERIFY(!after.refresh(kClient, kept.refreshToken));

    QFile stored(file);
    QVERIFY(stored.open(QIODevice::ReadOnly));
    const QByteArray content = stored.readAll();
    QVERIFY(!content.contains(kept.accessToken) && !content.contains(kept.refreshToken));
}

void TestTokenBook::whatIsInThePlaceOfItsFileIsLeftAlone()
{
    const QTemporaryDir dir;
    const QString file = dir.filePath(u"sandbox.json"_s);
    QFile precious(dir.filePath(u"precious"_s));
    QVERIFY(precious.open(QIODevice::WriteOnly));
    precious.write("precious");
    precious.close();
    for (const bool isLink : {true, false}) {
        if (isLink)
            QVERIFY(QFile::link(precious.fileName(), file));
        else
            QCOMPARE(::mkfifo(QFile::encodeName(file).constData(), 0600), 0);
        TokenBook book(m_clock, 60, file);
        const QByteArray code =
            book.issueCode(agreement(), {kRedirect, crypto::pkceChallenge(kVerifier)});
        QVERIFY(book.redeemCode(kClient, code, kRedirect, kVerifier));
        QVERIFY(!QFileInfo(file).isFile() || QFileInfo(file).isSymLink());
        QVERIFY(QFile::remove(file));
    }
    QVERIFY(precious.open(QIODevice::ReadOnly));
    QCOMPARE(precious.readAll(), "precious");
}

FLAREDECK_TEST(TestTokenBook)

} // namespace tst_tokenbook

#include "tst_tokenbook.moc"
