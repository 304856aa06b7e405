#include "core/remote/eventreader.h"
#include "tests/support/testcase.h"

#include <QTest>

namespace tst_eventreader {

using namespace flaredeck::remote;

using Events = QList<QPair<QByteArray, QByteArray>>;

class TestEventReader : public QObject
{
    Q_OBJECT

private slots:
    void readsWhateverTheLineEndsAndThePieces_data();
    void readsWhateverTheLineEndsAndThePieces();
    void anEventWithoutDataIsNone();
    void anIdCountsOnceItsEventIsComplete();
    void anIdThatIsNoHeaderDoesNotCount_data();
    void anIdThatIsNoHeaderDoesNotCount();
    void retryIsANumberWithABound_data();
    void retryIsANumberWithABound();
    void whatWasIncompleteIsGoneAfterARestart();
    void aLineWithoutEndBreaksIt();
    void dataWithoutEndBreaksIt();

private:
    Events m_events;
    EventReader m_reader{[this](const QByteArray &event, const QByteArray &data) {
        m_events.append({event, data});
    }};
};

void TestEventReader::readsWhateverTheLineEndsAndThePieces_data()
{
    QTest::addColumn<QByteArray>("end");
    QTest::addColumn<int>("piece");
    for (const char *end : {"\n", "\r", "\r\n"}) {
        for (const int piece : {1, 2, 3, 1000})
            QTest::addRow("%s in pieces of %d", QByteArray(end).toHex().constData(), piece)
                << QByteArray(end) << piece;
    }
}

void TestEventReader::readsWhateverTheLineEndsAndThePieces()
{
    QFETCH(QByteArray, end);
    QFETCH(int, piece);
    QByteArray stream = "\xEF\xBB\xBF: a comment\nevent: message\ndata: one\ndata:two\n\n"
                        "data\n\nevent:other\ndata: : three\n\n";
    stream.replace('\n', end);
    Events events;
    EventReader reader([&events](const QByteArray &event, const QByteArray &data) {
        events.append({event, data});
    });
    for (qsizetype at = 0; at < stream.size(); at += piece)
        QVERIFY(reader.feed(stream.mid(at, piece)));
    const Events expected{{"message", "one\ntwo"}, {"message", ""}, {"other", ": three"}};
    QCOMPARE(events, expected);
}

void TestEventReader::anEventWithoutDataIsNone()
{
    Events events;
    EventReader reader([&events](const QByteArray &event, const QByteArray &data) {
        events.append({event, data});
    });
    QVERIFY(reader.feed("id: 7\nretry: 500\n\nevent: x\n\n"));
    QVERIFY(events.isEmpty());
    QCOMPARE(reader.lastId(), "7");
    QCOMPARE(reader.retryMs(), 500);
}

void TestEventReader::anIdCountsOnceItsEventIsComplete()
{
    QVERIFY(m_reader.feed("id: 1\ndata: a\n\nid: 2\ndata: b\n"));
    QCOMPARE(m_reader.lastId(), "1");
    QVERIFY(m_reader.feed("\n"));
    QCOMPARE(m_reader.lastId(), "2");
}

void TestEventReader::anIdThatIsNoHeaderDoesNotCount_data()
{
    QTest::addColumn<QByteArray>("id");
    QTest::newRow("a zero byte") << QByteArray("a\0b", 3);
    QTest::newRow("a control character") << QByteArray("a\x01");
    QTest::newRow("too long") << QByteArray(1025, 'x');
}

void TestEventReader::anIdThatIsNoHeaderDoesNotCount()
{
    QFETCH(QByteArray, id);
    EventReader reader([](const QByteArray &, const QByteArray &) {});
    QVERIFY(reader.feed("id: good\ndata: a\n\nid: " + id + "\ndata: b\n\n"));
    QCOMPARE(reader.lastId(), "good");
}

void TestEventReader::retryIsANumberWithABound_data()
{
    QTest::addColumn<QByteArray>("given");
    QTest::addColumn<int>("taken");
    QTest::newRow("zero") << QByteArray("0") << 0;
    QTest::newRow("a number") << QByteArray("2500") << 2500;
    QTest::newRow("giant") << QByteArray("99999999999") << 60'000;
    QTest::newRow("larger than any number") << QByteArray(40, '9') << 1000;
    QTest::newRow("negative") << QByteArray("-1") << 1000;
    QTest::newRow("no number") << QByteArray("soon") << 1000;
}

void TestEventReader::retryIsANumberWithABound()
{
    QFETCH(QByteArray, given);
    QFETCH(int, taken);
    EventReader reader([](const QByteArray &, const QByteArray &) {});
    QVERIFY(reader.feed("retry: " + given + "\n\n"));
    QCOMPARE(reader.retryMs(), taken);
}

void TestEventReader::whatWasIncompleteIsGoneAfterARestart()
{
    Events events;
    EventReader reader([&events](const QByteArray &event, const QByteArray &data) {
        events.append({event, data});
    });
    QVERIFY(reader.feed("id: 1\ndata: a\n\nid: 2\ndata: half\ndata: of a li"));
    reader.restart();
    QCOMPARE(reader.lastId(), "1");
    QVERIFY(reader.feed("data: whole\n\n"));
    const Events expected{{"message", "a"}, {"message", "whole"}};
    QCOMPARE(events, expected);
    QCOMPARE(reader.lastId(), "1");
}

void TestEventReader::aLineWithoutEndBreaksIt()
{
    EventReader reader([](const QByteArray &, const QByteArray &) {});
    const QByteArray piece(1 << 20, 'x');
    bool isFine = true;
    for (int i = 0; i < 9 && isFine; ++i)
        isFine = reader.feed(piece);
    QVERIFY(!isFine);
    QVERIFY(!reader.feed("\n\n"));
}

void TestEventReader::dataWithoutEndBreaksIt()
{
    EventReader reader([](const QByteArray &, const QByteArray &) {});
    const QByteArray piece = "data: " + QByteArray(1 << 20, 'x') + '\n';
    bool isFine = true;
    for (int i = 0; i < 9 && isFine; ++i)
        isFine = reader.feed(piece);
    QVERIFY(!isFine);
}

FLAREDECK_TEST(TestEventReader)

} // namespace tst_eventreader

#include "tst_eventreader.moc"
