#include "core/base/digits.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_digits {

using namespace Qt::StringLiterals;
using namespace flaredeck;

class TestDigits : public QObject
{
    Q_OBJECT

private slots:
    void digitsAloneAreANumber();
    void anythingElseIsNone_data();
    void anythingElseIsNone();
};

void TestDigits::digitsAloneAreANumber()
{
    QCOMPARE(parseDigits(QByteArrayView("0")), quint64(0));
    QCOMPARE(parseDigits(QByteArrayView("0080")), quint64(80));
    QCOMPARE(parseDigits(QStringView(u"18446744073709551615")), ~quint64(0));
    QCOMPARE(parseCanonical(QByteArrayView("80")), quint64(80));
    QCOMPARE(parseCanonical(QByteArrayView("0")), quint64(0));
    QVERIFY(!parseCanonical(QByteArrayView("080")));
}

void TestDigits::anythingElseIsNone_data()
{
    QTest::addColumn<QString>("text");
    for (const char16_t *text : {u"", u"+1", u"-1", u" 1", u"1 ", u"1\n", u"1.0", u"0x1", u"1e3",
                                 u"1,000", u"١", u"18446744073709551616", u"99999999999999999999"})
        QTest::addRow("%s", QString::fromUtf16(text).toUtf8().constData())
            << QString::fromUtf16(text);
    QTest::newRow("a zero byte") << u"1"_s + QChar(0);
}

void TestDigits::anythingElseIsNone()
{
    QFETCH(QString, text);
    QVERIFY(!parseDigits(QStringView(text)));
    QVERIFY(!parseDigits(QByteArrayView(text.toUtf8())));
}

FLAREDECK_TEST(TestDigits)

} // namespace tst_digits

#include "tst_digits.moc"
