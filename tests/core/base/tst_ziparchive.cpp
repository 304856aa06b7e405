#include "core/base/ziparchive.h"
#include "tests/support/testcase.h"
#include "tests/support/zipwriter.h"

#include <QTest>

namespace tst_ziparchive {

using namespace Qt::StringLiterals;
using namespace flaredeck;
using namespace flaredeck::test;

namespace {

constexpr qsizetype kMost = 1000;
const QByteArray kText = QByteArray("one line\n").repeated(20);

QByteArray directoryOf(int entries)
{
    QList<ZipFile> files;
    for (int i = 0; i < entries; ++i)
        files << ZipFile{"f", {}, false};
    return zipOf(files);
}

} // namespace

class TestZipArchive : public QObject
{
    Q_OBJECT

private slots:
    void filesAreListedAndRead();
    void foldersAreNoFiles();
    void aCommentIsSkipped();
    void aBombStaysPacked();
    void whatIsNoArchiveIsRefused_data();
    void whatIsNoArchiveIsRefused();
    void aDamagedFileIsRefused_data();
    void aDamagedFileIsRefused();
    void noCutIsReadOver();
};

void TestZipArchive::filesAreListedAndRead()
{
    const auto archive =
        ZipArchive::open(zipOf({{"a.txt", kText}, {"d/\xC3\xA4.bin", "x", false}, {"empty", {}}}));
    QVERIFY(archive);
    QCOMPARE(archive->files(), QStringList({u"a.txt"_s, u"d/ä.bin"_s, u"empty"_s}));
    QCOMPARE(archive->read(u"a.txt"_s, kMost).value_or("failed"), kText);
    QCOMPARE(archive->read(u"d/ä.bin"_s, kMost).value_or("failed"), QByteArray("x"));
    QCOMPARE(archive->read(u"empty"_s, kMost).value_or("failed"), QByteArray());
    QCOMPARE(archive->read(u"b.txt"_s, kMost).error().kind, Error::Kind::NotFound);
}

void TestZipArchive::foldersAreNoFiles()
{
    const auto archive = ZipArchive::open(zipOf({{"d/", {}, false}, {"d/a", "x"}}));
    QVERIFY(archive);
    QCOMPARE(archive->files(), QStringList{u"d/a"_s});
    QCOMPARE(archive->read(u"d/"_s, kMost).error().kind, Error::Kind::NotFound);
}

void TestZipArchive::aCommentIsSkipped()
{
    const auto archive = ZipArchive::open(zipOf({{"a", "x"}}, "PK\5\6 is what it says"));
    QVERIFY(archive);
    QCOMPARE(archive->read(u"a"_s, kMost).value_or("failed"), QByteArray("x"));
}

void TestZipArchive::aBombStaysPacked()
{
    const QByteArray zeros(8 * 1024 * 1024, '\0');
    const QByteArray honest = zipOf({{"bomb", zeros}});
    const auto known = ZipArchive::open(honest);
    QVERIFY(known);
    const auto read = known->read(u"bomb"_s, kMost);
    QVERIFY(!read);
    QCOMPARE(read.error().kind, Error::Kind::InvalidInput);
    QVERIFY2(read.error().message.contains(u"8388608"_s), qPrintable(read.error().message));

    ZipFile liar{"bomb", zeros};
    liar.unpacked = 10;
    const auto lying = ZipArchive::open(zipOf({liar}));
    QVERIFY(lying);
    QCOMPARE(lying->read(u"bomb"_s, kMost).error().kind, Error::Kind::Upstream);
}

void TestZipArchive::whatIsNoArchiveIsRefused_data()
{
    QTest::addColumn<QByteArray>("bytes");
    const QByteArray whole = zipOf({{"a", "x"}});
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("text") << QByteArray("no archive").repeated(10);
    QTest::newRow("cut off") << whole.chopped(1);
    QTest::newRow("something behind it") << whole + "x";
    QTest::newRow("a directory outside")
        << QByteArray(whole).replace(whole.size() - 6, 4, QByteArray("\xFF\xFF\xFF\x7F"));
    QTest::newRow("ZIP64") << QByteArray(whole).replace(whole.size() - 6, 4,
                                                        QByteArray("\xFF\xFF\xFF\xFF"));
    QTest::newRow("a directory that is none") << QByteArray(whole).replace("PK\1\2", "PK\1\3");
    QTest::newRow("too many entries") << directoryOf(ZipArchive::kMostEntries + 1);
}

void TestZipArchive::whatIsNoArchiveIsRefused()
{
    QFETCH(QByteArray, bytes);
    const auto archive = ZipArchive::open(bytes);
    QVERIFY(!archive);
    QCOMPARE(archive.error().kind, Error::Kind::Upstream);
    QVERIFY(!archive.error().action.isEmpty());
}

void TestZipArchive::aDamagedFileIsRefused_data()
{
    QTest::addColumn<QByteArray>("bytes");
    const auto row = [](const char *name, const std::function<void(ZipFile &)> &damage) {
        ZipFile file{"a", kText};
        damage(file);
        QTest::newRow(name) << zipOf({file});
    };
    row("another content", [](ZipFile &file) { file.crc = 1; });
    row("shorter than it says", [](ZipFile &file) { file.unpacked = kText.size() + 1; });
    row("longer than it says", [](ZipFile &file) { file.unpacked = kText.size() - 1; });
    row("stored, of another length", [](ZipFile &file) {
        file.isPacked = false;
        file.unpacked = kText.size() - 1;
    });
    row("no deflate stream", [](ZipFile &file) {
        file.isPacked = false;
        file.method = quint16(8);
    });
    row("packed in another way", [](ZipFile &file) { file.method = quint16(14); });
    row("encrypted", [](ZipFile &file) { file.flags = 1; });
    row("a header outside", [](ZipFile &file) { file.header = 0xFFFFFFF0; });
    row("a header that is none", [](ZipFile &file) { file.header = 1; });
}

void TestZipArchive::aDamagedFileIsRefused()
{
    QFETCH(QByteArray, bytes);
    const auto archive = ZipArchive::open(bytes);
    QVERIFY(archive);
    const auto content = archive->read(u"a"_s, kMost);
    QVERIFY(!content);
    QVERIFY2(content.error().message.contains(u" a "_s) ||
                 content.error().message.startsWith(u"a "_s),
             qPrintable(content.error().message));
}

void TestZipArchive::noCutIsReadOver()
{
    const QByteArray whole = zipOf({{"a", kText}, {"b", "x", false}});
    // Without a part in the middle the end is there, and all places are wrong.
    for (qsizetype from = 0; from < whole.size() - 22; ++from) {
        const auto archive = ZipArchive::open(QByteArray(whole).remove(from, 7));
        if (!archive)
            continue;
        for (const QString &path : archive->files()) {
            const auto content = archive->read(path, kMost);
            QVERIFY(!content || *content == kText || *content == "x");
        }
    }
}

FLAREDECK_TEST(TestZipArchive)

} // namespace tst_ziparchive

#include "tst_ziparchive.moc"
