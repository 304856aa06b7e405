#include "core/oauth/clients/clientregistry.h"

#include "core/oauth/clients/personclient.h"
#include "tests/core/oauth/issuer.h"
#include "tests/core/store/storedclient.h"
#include "tests/support/testcase.h"

#include <QSignalSpy>
#include <QTest>

namespace tst_clientregistry {

using namespace flaredeck;
using namespace flaredeck::oauth;
using namespace Qt::Literals::StringLiterals;

class TestClientRegistry : public QObject
{
    Q_OBJECT

private slots:
    void publicClientsHaveNoSecret();
    void secretsAreStoredAsHashes();
    void unapprovedClientsGoAfterADay();
    void approvedClientsStayAsLongAsTheyAreUsed();
    void newerRegistrationsPushOutUnapprovedOnes();
    void oneProgramsRegistrationsDoNotPushOutAnothers();
    void removingAnUnknownClientIsAnError();
    void aClientAddedByAPersonStays();
    void itsSecretIsStoredAsAHash();
    void everyClientIsThereAfterARestart();
    void clientsThatWereNotUsedSinceTheStartGoToo();
    void theFirstApprovalIsTold();
    void aClientCanBeBlockedRightAfterARestart();
};

void TestClientRegistry::publicClientsHaveNoSecret()
{
    Issuer issuer;
    store::Client draft;
    draft.authMethod = u"none"_s;
    draft.redirectUris = {u"http://localhost:1/cb"_s};
    QSignalSpy changed(&issuer.clients, &ClientRegistry::changed);
    const auto added = issuer.clients.add(draft, {u"/usr/bin/node"_s, 17});
    QVERIFY(added);
    QVERIFY(added->secret.isEmpty());
    QVERIFY(added->client.id.value.startsWith(u"d_"_s));
    QCOMPARE(added->client.id.value.size(), 18);
    QCOMPARE(added->client.registeredBy, u"/usr/bin/node"_s);
    QCOMPARE(added->client.createdAt, issuer.clock.now());
    QCOMPARE(changed.size(), 1);
    QCOMPARE(*issuer.clients.find(added->client.id), added->client);
    QCOMPARE(*test::storedClient(*issuer.vault, added->client.id), added->client);
}

void TestClientRegistry::secretsAreStoredAsHashes()
{
    Issuer issuer;
    store::Client draft;
    draft.authMethod = u"client_secret_basic"_s;
    const auto added = issuer.clients.add(draft, {});
    QCOMPARE(added->secret.size(), 43);
    QCOMPARE(added->client.secretHash, crypto::sha256(added->secret));
}

void TestClientRegistry::unapprovedClientsGoAfterADay()
{
    Issuer issuer;
    QSignalSpy expired(&issuer.clients, &ClientRegistry::expired);
    issuer.clock.advance(kDay + 1);
    issuer.registerClient();
    QCOMPARE(expired.size(), 1);
    QVERIFY(!issuer.clients.find(issuer.client.id));
}

void TestClientRegistry::approvedClientsStayAsLongAsTheyAreUsed()
{
    Issuer issuer;
    issuer.clients.noteAuthorized(issuer.client.id);
    issuer.clock.advance(80 * kDay);
    issuer.clients.noteUsed(issuer.client.id, issuer.clock.now());
    issuer.clock.advance(80 * kDay);
    issuer.registerClient();
    QVERIFY(issuer.clients.find(issuer.client.id));
    issuer.clock.advance(11 * kDay);
    issuer.registerClient();
    QVERIFY(!issuer.clients.find(issuer.client.id));
}

void TestClientRegistry::newerRegistrationsPushOutUnapprovedOnes()
{
    Issuer issuer;
    issuer.clients.noteAuthorized(issuer.client.id);
    for (int i = 0; i < ClientRegistry::kMaxClients + 5; ++i) {
        issuer.clock.advance(1);
        issuer.registerClient();
    }
    QCOMPARE(issuer.clients.all().size(), ClientRegistry::kMaxClients);
    QVERIFY(issuer.clients.find(issuer.client.id));
}

void TestClientRegistry::oneProgramsRegistrationsDoNotPushOutAnothers()
{
    Issuer issuer;
    store::Client draft;
    draft.authMethod = u"none"_s;
    draft.redirectUris = {u"http://localhost:1/cb"_s};
    // Both wait for a person's word, and the other one came first.
    const auto victim = issuer.clients.add(draft, {u"/usr/bin/client"_s, 1});
    for (int i = 0; i < 2 * ClientRegistry::kMaxClients; ++i) {
        issuer.clock.advance(1);
        QVERIFY(issuer.clients.add(draft, {u"/usr/bin/flood"_s, 2}));
    }
    QCOMPARE(issuer.clients.all().size(), ClientRegistry::kMaxClients);
    QVERIFY(issuer.clients.find(victim->client.id));
}

void TestClientRegistry::removingAnUnknownClientIsAnError()
{
    Issuer issuer;
    QCOMPARE(issuer.clients.remove({u"gone"_s}).error().kind, Error::Kind::NotFound);
}

void TestClientRegistry::aClientAddedByAPersonStays()
{
    Issuer issuer;
    const auto draft = personclient::make({u"My agent"_s, {u"http://localhost/cb"_s}, false}, 8788);
    const auto added = issuer.clients.addByPerson(*draft);
    QVERIFY(added);
    QVERIFY(added->client.id.value.startsWith(u"c_"_s));
    QCOMPARE(added->client.id.value.size(), 18);
    QVERIFY(added->secret.isEmpty());
    QVERIFY(added->registrationToken.isEmpty());
    QVERIFY(added->client.registrationTokenHash.isEmpty());
    QCOMPARE(test::storedClient(*issuer.vault, added->client.id)->kind, store::ClientKind::Person);

    issuer.clock.advance(400 * kDay);
    for (int i = 0; i < ClientRegistry::kMaxClients + 5; ++i)
        issuer.registerClient();
    QVERIFY(issuer.clients.find(added->client.id));
    QVERIFY(test::storedClient(*issuer.vault, added->client.id));
    issuer.clients.noteAuthorized(added->client.id);
    issuer.clock.advance(400 * kDay);
    QVERIFY(test::storedClient(*issuer.vault, added->client.id));
}

void TestClientRegistry::itsSecretIsStoredAsAHash()
{
    Issuer issuer;
    const auto draft = personclient::make({u"My agent"_s, {u"http://localhost/cb"_s}, true}, 8788);
    const auto added = issuer.clients.addByPerson(*draft);
    QCOMPARE(added->secret.size(), 43);
    QCOMPARE(test::storedClient(*issuer.vault, added->client.id)->secretHash,
             crypto::sha256(added->secret));
}

void TestClientRegistry::everyClientIsThereAfterARestart()
{
    Issuer issuer;
    const store::Client other = issuer.registerClient();
    ClientRegistry restarted(*issuer.vault, issuer.clock);
    QVERIFY(!restarted.find({u"d_unknown"_s}));
    QCOMPARE(restarted.find(other.id), std::optional(other));
    // Not written yet, as it was used a moment ago: the list knows it nevertheless.
    restarted.noteAuthorized(other.id);
    issuer.clock.advance(60'000);
    restarted.noteUsed(other.id, issuer.clock.now());
    const QList<store::Client> all = restarted.all();
    QCOMPARE(all.size(), 2);
    const auto listed = std::find_if(all.cbegin(), all.cend(), [&](const store::Client &client) {
        return client.id == other.id;
    });
    QCOMPARE(listed->lastUsedAt, issuer.clock.now());
    QVERIFY(restarted.remove(issuer.client.id));
    QVERIFY(!restarted.find(issuer.client.id));
    QCOMPARE(restarted.all().size(), 1);
}

void TestClientRegistry::clientsThatWereNotUsedSinceTheStartGoToo()
{
    Issuer issuer;
    ClientRegistry restarted(*issuer.vault, issuer.clock);
    QSignalSpy expired(&restarted, &ClientRegistry::expired);
    issuer.clock.advance(kDay + 1);
    QVERIFY(restarted.add(issuer.client, {}));
    QCOMPARE(expired.size(), 1);
    QCOMPARE(expired.constFirst().constFirst().value<ClientId>(), issuer.client.id);
}

void TestClientRegistry::theFirstApprovalIsTold()
{
    Issuer issuer;
    QSignalSpy first(&issuer.clients, &ClientRegistry::firstAuthorized);
    issuer.clients.noteAuthorized(issuer.client.id);
    issuer.clients.noteAuthorized(issuer.client.id);
    QCOMPARE(first.size(), 1);
    ClientRegistry restarted(*issuer.vault, issuer.clock);
    QSignalSpy later(&restarted, &ClientRegistry::firstAuthorized);
    restarted.noteAuthorized(issuer.client.id);
    QCOMPARE(later.size(), 0);
}

void TestClientRegistry::aClientCanBeBlockedRightAfterARestart()
{
    Issuer issuer;
    ClientRegistry restarted(*issuer.vault, issuer.clock);
    QVERIFY(restarted.setBlocked(issuer.client.id, true));
    QVERIFY(restarted.find(issuer.client.id)->isBlocked());
    QVERIFY(test::storedClient(*issuer.vault, issuer.client.id)->isBlocked());
}

FLAREDECK_TEST(TestClientRegistry)

} // namespace tst_clientregistry

#include "tst_clientregistry.moc"
