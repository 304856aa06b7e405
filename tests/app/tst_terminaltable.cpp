#include "app/terminaltable.h"
#include "tests/support/testcase.h"

#include <QTemporaryFile>
#include <QTest>

#include <cstdio>
#include <functional>
#include <unistd.h>

namespace tst_terminaltable {

using namespace flaredeck;
using namespace flaredeck::app;
using namespace Qt::StringLiterals;

namespace {

/// Clears the screen, sets the window's title, and turns the line around.
const QString kHostile = u"Acme\u001b[2J\u001b]0;owned\u0007\u202einc.\r\n"_s;

/// What comes to standard output meanwhile.
QByteArray printed(const std::function<void()> &print)
{
    QTemporaryFile file;
    if (!file.open())
        return "(no file)";
    std::fflush(stdout);
    const int screen = ::dup(STDOUT_FILENO);
    ::dup2(file.handle(), STDOUT_FILENO);
    print();
    std::fflush(stdout);
    ::dup2(screen, STDOUT_FILENO);
    ::close(screen);
    file.seek(0);
    return file.readAll();
}

Json grant()
{
    return {{"id", kHostile.toStdString()},
            {"client", kHostile.toStdString()},
            {"clientId", kHostile.toStdString()},
            {"signIn", kHostile.toStdString()},
            {"accounts", Json::array({kHostile.toStdString(), "Plain Ltd"})},
            {"scopes", Json::array()},
            {"sessions", Json::array()},
            {"createdAt", 5},
            {"expiresAt", 0}};
}

} // namespace

/// A terminal obeys what is printed: names that others chose are shown, and do nothing.
class TestTerminalTable : public QObject
{
    Q_OBJECT

    static void harmsNobody(const QByteArray &text)
    {
        QVERIFY2(text.contains("Acme"), text);
        for (const char *one : {"\x1b", "\x07", "\r", "\xe2\x80\xae"})
            QVERIFY2(!text.contains(one), text.toHex(' '));
    }

private slots:
    void aGrantIsShownWithoutCommandsForTheTerminal()
    {
        const QByteArray text =
            printed([] { TerminalTable(u"grants show"_s).print(Json::array({grant()})); });
        harmsNobody(text);
        QVERIFY2(text.contains("Plain Ltd"), text);
        // The name of an account is one line, though a line break is in it.
        QVERIFY2(text.contains("\nAccounts"), text);
    }

    void soIsAListOfAccounts()
    {
        harmsNobody(printed([] {
            TerminalTable(u"accounts"_s)
                .print(Json::array({{{"account", kHostile.toStdString()},
                                     {"name", kHostile.toStdString()},
                                     {"signIn", kHostile.toStdString()}}}));
        }));
    }

    void jsonForProgramsStaysJson()
    {
        const QByteArray text = printed([] { sayJson(grant()); });
        harmsNobody(text);
        const auto read = json::parse(text);
        QVERIFY(read);
        QCOMPARE(json::stringAt(*read, "client"), kHostile);
    }
};

FLAREDECK_TEST(TestTerminalTable)

} // namespace tst_terminaltable

#include "tst_terminaltable.moc"
