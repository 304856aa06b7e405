#include "core/http/addressrules.h"
#include "tests/support/testcase.h"

#include <QHostAddress>
#include <QTest>

namespace tst_addressrules {

using namespace flaredeck;

class TestAddressRules : public QObject
{
    Q_OBJECT

private slots:
    void publicAddresses_data();
    void publicAddresses();
    void otherAddresses_data();
    void otherAddresses();
    void noAddressAndWildcardsAreNotPublic();
};

void TestAddressRules::publicAddresses_data()
{
    QTest::addColumn<QString>("address");
    // The rows beside a boundary are the first or last address outside of a reserved block.
    for (const char *address : {"1.1.1.1",
                                "8.8.8.8",
                                "104.16.0.1",
                                "9.255.255.255",
                                "11.0.0.0",
                                "100.63.255.255",
                                "100.128.0.0",
                                "126.255.255.255",
                                "128.0.0.0",
                                "169.253.255.255",
                                "169.255.0.0",
                                "172.15.255.255",
                                "172.32.0.0",
                                "192.0.1.0",
                                "192.0.3.0",
                                "192.88.98.255",
                                "192.167.255.255",
                                "192.169.0.0",
                                "198.17.255.255",
                                "198.20.0.0",
                                "198.51.99.255",
                                "198.51.101.0",
                                "203.0.112.255",
                                "203.0.114.0",
                                "223.255.255.255",
                                "2606:4700:4700::1111",
                                "2001:4860:4860::8888",
                                "2001:200::1",
                                "2a00:1450::1",
                                "2003::1",
                                "3ffe::1",
                                "3fff:1000::"})
        QTest::newRow(address) << QString::fromLatin1(address);
}

void TestAddressRules::publicAddresses()
{
    QFETCH(QString, address);
    const QHostAddress read(address);
    QVERIFY(!read.isNull());
    QVERIFY(http::isPublic(read));
}

void TestAddressRules::otherAddresses_data()
{
    QTest::addColumn<QString>("address");
    const auto rows = [](const char *what, std::initializer_list<const char *> addresses) {
        for (const char *address : addresses)
            QTest::addRow("%s: %s", what, address) << QString::fromLatin1(address);
    };
    rows("this network", {"0.0.0.0", "0.1.2.3", "0.255.255.255"});
    rows("loopback", {"127.0.0.1", "127.255.255.255", "::1"});
    rows("private", {"10.0.0.0", "10.255.255.255", "172.16.0.1", "172.31.255.255", "192.168.0.1",
                     "192.168.255.255"});
    rows("carrier-grade NAT", {"100.64.0.0", "100.127.255.255"});
    rows("link-local", {"169.254.0.1", "169.254.169.254", "fe80::1", "fe80::1%eth0", "febf::1"});
    rows("unique-local", {"fc00::1", "fd00:ec2::254", "fdff::1"});
    rows("site-local", {"fec0::1"});
    rows("protocol assignments", {"192.0.0.0", "192.0.0.170", "192.0.0.255", "2001:1ff::1"});
    rows("documentation", {"192.0.2.1", "198.51.100.255", "203.0.113.0", "2001:db8::1",
                           "2001:db8:ffff::1", "3fff::1", "3fff:fff::1"});
    rows("benchmarks", {"198.18.0.0", "198.19.255.255"});
    rows("multicast", {"224.0.0.1", "239.255.255.255", "ff02::1", "ff0e::1"});
    rows("reserved", {"240.0.0.1", "255.255.255.254", "255.255.255.255"});
    rows("unspecified", {"::"});
    rows("mapped", {"::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:1.1.1.1"});
    rows("compatible", {"::127.0.0.1", "::1.1.1.1"});
    rows("NAT64", {"64:ff9b::7f00:1", "64:ff9b::101:101", "64:ff9b:1::1"});
    rows("6to4", {"192.88.99.1", "2002:7f00:1::1", "2002:101:101::1"});
    rows("Teredo", {"2001::1", "2001:0:53aa:64c::1"});
    rows("discard", {"100::1"});
    rows("zone", {"2606:4700::1%eth0"});
}

void TestAddressRules::otherAddresses()
{
    QFETCH(QString, address);
    const QHostAddress read(address);
    QVERIFY(!read.isNull());
    QVERIFY(!http::isPublic(read));
}

void TestAddressRules::noAddressAndWildcardsAreNotPublic()
{
    QVERIFY(!http::isPublic({}));
    QVERIFY(!http::isPublic(QHostAddress(QHostAddress::Any)));
    QVERIFY(!http::isPublic(QHostAddress(QHostAddress::Broadcast)));
}

FLAREDECK_TEST(TestAddressRules)

} // namespace tst_addressrules

#include "tst_addressrules.moc"
