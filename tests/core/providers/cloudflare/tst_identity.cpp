#include "core/providers/cloudflare/tokenidentity.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_identity {

using namespace flaredeck;
using namespace flaredeck::cloudflare;
using namespace Qt::Literals::StringLiterals;

namespace {

const Identity kAda{u"u1"_s, u"ada@example.com"_s, {}};
const QList<AccountRef> kOne{{u"a1"_s, u"One"_s}};
const QList<AccountRef> kTwo{{u"a1"_s, u"One"_s}, {u"a2"_s, u"Two"_s}};

template <typename T>
Probe<T> ok(const T &value)
{
    return {200, value};
}

template <typename T>
Probe<T> no(int status)
{
    Error::Kind kind = Error::Kind::Upstream;
    if (status == 0)
        kind = Error::Kind::Offline;
    else if (status == 401)
        kind = Error::Kind::Unauthorized;
    else if (status == 403)
        kind = Error::Kind::Denied;
    else if (status == 429)
        kind = Error::Kind::RateLimited;
    else if (status == 400)
        kind = Error::Kind::InvalidInput;
    return {status, fail(kind, QString::number(status))};
}

using UserProbe = Probe<Identity>;
using AccountsProbe = Probe<QList<AccountRef>>;

} // namespace

class TestIdentity : public QObject
{
    Q_OBJECT

private slots:
    void knowsTheOwnerByPrefix();
    void decides_data();
    void decides();
    void anAccountTokenIsNamedAfterItsAccount();
};

void TestIdentity::knowsTheOwnerByPrefix()
{
    QCOMPARE(ownerOf(Secret("cfat_x")), TokenOwner::Account);
    QCOMPARE(ownerOf(Secret("cfut_x")), TokenOwner::User);
    QCOMPARE(ownerOf(Secret("cfoat_x")), TokenOwner::User);
    QCOMPARE(ownerOf(Secret("x")), TokenOwner::Unknown);
}

void TestIdentity::decides_data()
{
    QTest::addColumn<int>("user");     // status; 200 = Ada
    QTest::addColumn<int>("accounts"); // status; 200 = one, 201 = two, 202 = none
    QTest::addColumn<TokenOwner>("owner");
    QTest::addColumn<int>("kind"); // -1 = accepted
    const auto row = [](const char *name, int user, int accounts, TokenOwner owner, int kind) {
        QTest::newRow(name) << user << accounts << owner << kind;
    };
    using K = Error::Kind;
    row("a user with accounts is accepted", 200, 201, TokenOwner::User, -1);
    row("an unknown token of a user is accepted", 200, 200, TokenOwner::Unknown, -1);
    row("an unknown token without a user is an account's", 403, 200, TokenOwner::Unknown, -1);
    row("a user's token without a user is refused", 403, 200, TokenOwner::User, int(K::Denied));
    row("an outage says nothing about the owner", 503, 200, TokenOwner::Unknown, int(K::Upstream));
    row("a limit says nothing about the owner", 429, 200, TokenOwner::Unknown, int(K::RateLimited));
    row("no network says nothing about the owner", 0, 200, TokenOwner::Unknown, int(K::Offline));
    row("accounts that fail are the failure", 200, 503, TokenOwner::User, int(K::Upstream));
    row("an outage hides a bad token", 401, 503, TokenOwner::Unknown, int(K::Upstream));
    row("a limit hides a bad token", 401, 429, TokenOwner::Unknown, int(K::RateLimited));
    row("a bad token hides a missing right", 403, 401, TokenOwner::Unknown, int(K::Unauthorized));
    row("a malformed token is a bad token", 400, 400, TokenOwner::Unknown, int(K::Unauthorized));
    row("no account is refused", 200, 202, TokenOwner::User, int(K::Denied));
    row("an account token with one account is accepted", 0, 200, TokenOwner::Account, -1);
    row("an account token with two accounts is refused", 0, 201, TokenOwner::Account,
        int(K::Denied));
}

void TestIdentity::decides()
{
    QFETCH(int, user);
    QFETCH(int, accounts);
    QFETCH(TokenOwner, owner);
    QFETCH(int, kind);
    const UserProbe userProbe = user == 200 ? ok(kAda) : no<Identity>(user);
    AccountsProbe accountsProbe = no<QList<AccountRef>>(accounts);
    if (accounts == 200)
        accountsProbe = ok(kOne);
    else if (accounts == 201)
        accountsProbe = ok(kTwo);
    else if (accounts == 202)
        accountsProbe = ok(QList<AccountRef>());
    const Result<Identity> identity = judgeIdentity(userProbe, accountsProbe, owner);
    QCOMPARE(identity ? -1 : int(identity.error().kind), kind);
}

void TestIdentity::anAccountTokenIsNamedAfterItsAccount()
{
    const auto identity = judgeIdentity(no<Identity>(403), ok(kOne), TokenOwner::Unknown);
    QVERIFY(identity);
    QCOMPARE(*identity, (Identity{{}, u"One"_s, kOne}));
}

FLAREDECK_TEST(TestIdentity)

} // namespace tst_identity

#include "tst_identity.moc"
