#include "core/base/origin.h"
#include "tests/support/testcase.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

namespace tst_origin {

using namespace flaredeck;
using namespace Qt::StringLiterals;

/// Where a program comes from, as packages say it.
class TestOrigin : public QObject
{
    Q_OBJECT

private slots:
    void packagesSayTheirKind();
    void withoutAHomeNothingIsLinked();
    void whatIsNoHttpsAddressCountsAsNone();
    void nothingThereIsNotKnown();

private:
    static Origin read(const QByteArray &text)
    {
        const QTemporaryDir prefix;
        if (!QDir(prefix.path()).mkpath(u"share/flaredeck"_s) ||
            !QDir(prefix.path()).mkpath(u"bin"_s))
            qFatal("no folder");
        QFile file(prefix.filePath(u"share/flaredeck/origin.json"_s));
        if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
            qFatal("no file");
        file.close();
        return originOf(prefix.filePath(u"bin"_s));
    }
};

void TestOrigin::packagesSayTheirKind()
{
    const Origin origin = read(R"({"kind": "deb", "commit": "65d9f89b12da", "date": "2026-12-01",
        "home": "https://example.org/flaredeck", "latest": "https://example.org/latest.json"})");
    QCOMPARE(origin.kind, Origin::Kind::Deb);
    QCOMPARE(origin.commit, u"65d9f89b12da"_s);
    QCOMPARE(origin.date, u"2026-12-01"_s);
    QCOMPARE(origin.home, u"https://example.org/flaredeck"_s);
    QCOMPARE(origin.latest, u"https://example.org/latest.json"_s);
    QCOMPARE(read(R"({"kind": "appimage"})").kind, Origin::Kind::AppImage);
    QCOMPARE(read(R"({"kind": "tarball"})").kind, Origin::Kind::Tarball);
}

void TestOrigin::withoutAHomeNothingIsLinked()
{
    const Origin origin = read(R"({"kind": "source", "latest": "https://example.org/l.json"})");
    QCOMPARE(origin.kind, Origin::Kind::Source);
    QCOMPARE(origin.latest, QString());
}

void TestOrigin::whatIsNoHttpsAddressCountsAsNone()
{
    for (const QByteArray &home :
         {QByteArray("http://example.org"), QByteArray("file:///etc/passwd"),
          QByteArray("https://who@example.org"), QByteArray("javascript:alert(1)")})
        QCOMPARE(read(R"({"kind": "deb", "home": ")" + home + R"("})").home, QString());
}

void TestOrigin::nothingThereIsNotKnown()
{
    QCOMPARE(read("no JSON"), Origin());
    QCOMPARE(originOf(u"/nowhere/bin"_s), Origin());
}

FLAREDECK_TEST(TestOrigin)

} // namespace tst_origin

#include "tst_origin.moc"
