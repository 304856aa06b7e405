#include "coretest.h"

#include "core/base/crypto.h"
#include "tests/support/testcase.h"

#include <QDir>
#include <QFile>
#include <QTcpServer>

namespace tst_corpus {

using namespace flaredeck;
using namespace flaredeck::service;
using namespace Qt::StringLiterals;

namespace {

/// One recorded request, and what became of it.
struct Recorded {
    QByteArray ending; ///< the status of the answer, or "browser": the person was sent there
    QByteArray head;
    QByteArray body;
};

QList<Recorded> readRecording(const QString &name)
{
    QFile file(QStringLiteral(FLAREDECK_CORPUS "/") + name + u".http"_s);
    if (!file.open(QIODevice::ReadOnly))
        qFatal("%s cannot be read", qPrintable(file.fileName()));
    const QByteArray text = file.readAll();
    QList<Recorded> requests;
    const QByteArray mark = "\n### ";
    for (qsizetype at = text.indexOf(mark); at >= 0;) {
        const qsizetype next = text.indexOf(mark, at + 1);
        const QByteArray part = text.mid(at + mark.size(), next < 0 ? -1 : next - at - mark.size());
        const qsizetype line = part.indexOf('\n');
        const qsizetype blank = part.indexOf("\n\n");
        requests.append(
            {part.left(line), part.mid(line + 1, blank - line - 1), part.mid(blank + 2).trimmed()});
        at = next;
    }
    return requests;
}

/// A client that knows nothing but what it sent once, and puts in what it was given this time.
class Replay
{
public:
    Replay(quint16 port, const QTcpServer &listener)
        : m_port(port)
    {
        const QByteArray verifier = crypto::randomToken();
        // What VS Code and others send: base64 with all of its special characters.
        m_values = {{"port", QByteArray::number(port)},
                    {"callback", QByteArray::number(listener.serverPort())},
                    {"verifier", verifier},
                    {"challenge", crypto::pkceChallenge(verifier)},
                    {"state", "s%2F%2B%3D"}};
    }

    /// Says what is wrong; empty = it went as it did then.
    QByteArray send(const Recorded &recorded)
    {
        const QByteArray body = fill(recorded.body);
        m_values.insert("length", QByteArray::number(body.size()));
        QByteArray request = fill(recorded.head);
        request.replace('\n', "\r\n");
        request += "\r\n\r\n" + body;
        if (request.contains("{{"))
            return "a value was never given: " + request;
        if (recorded.ending == "browser")
            return visit(request.mid(4, request.indexOf(' ', 4) - 4));

        auto call = std::make_unique<HttpCall>(m_port, request);
        if (!call->waitForHead() || (!call->isStream() && !call->finish()))
            return "no answer to " + request;
        if (QByteArray::number(call->status()) != recorded.ending)
            return QByteArray::number(call->status()) + " instead of " + recorded.ending + " to " +
                   request + "\n" + call->body();
        return take(std::move(call), request);
    }

    [[nodiscard]] QByteArray value(const QByteArray &name) const { return m_values.value(name); }

private:
    QByteArray fill(QByteArray text) const
    {
        for (auto it = m_values.cbegin(); it != m_values.cend(); ++it)
            text.replace("{{" + it.key() + "}}", it.value());
        return text;
    }

    void keep(const Json &body, std::initializer_list<const char *> names)
    {
        for (const char *name : names) {
            if (const auto value = json::stringAt(body, name))
                m_values.insert(name, value->toUtf8());
        }
    }

    QByteArray take(std::unique_ptr<HttpCall> call, const QByteArray &request)
    {
        if (request.startsWith("POST /register ") || request.startsWith("POST /token "))
            keep(call->json(), {"client_id", "access_token", "refresh_token"});
        if (const QByteArray session = call->header("Mcp-Session-Id"); !session.isEmpty())
            m_values.insert("session", session);
        if (!call->isStream())
            return call->status() == 200 && request.startsWith("POST /mcp") &&
                           !call->body().contains("\"result\"")
                       ? "an error: " + call->body()
                       : QByteArray();
        if (request.startsWith("GET /sse")) {
            if (!call->waitForEvents(1))
                return "the stream names no address for messages";
            const QByteArray endpoint = call->events().value(0).data;
            m_values.insert("session", endpoint.mid(endpoint.indexOf('=') + 1));
        }
        if (request.startsWith("POST /mcp") && !call->waitForEvents(1))
            return "the stream brings no answer";
        m_streams.push_back(std::move(call));
        return {};
    }

    /// The person says yes, and the browser ends at the client.
    QByteArray visit(const QByteArray &target)
    {
        QUrl url = QUrl::fromEncoded("http://localhost:" + value("port") + target);
        for (int hop = 0; hop < 10; ++hop) {
            if (QByteArray::number(url.port()) == value("callback")) {
                const auto answer = http::Form::parse(url.query(QUrl::FullyEncoded).toLatin1());
                m_values.insert("code", answer.value("code").value_or(QString()).toLatin1());
                if (answer.value("iss") != QString::fromLatin1("http://localhost:" + value("port")))
                    return "another issuer: " + url.toEncoded();
                return url.toEncoded().contains("state=s%2F%2B%3D") && !value("code").isEmpty()
                           ? QByteArray()
                           : "the client is called back with " + url.toEncoded();
            }
            HttpCall call(quint16(url.port()), "GET",
                          url.toEncoded(QUrl::RemoveScheme | QUrl::RemoveAuthority), {});
            if (!call.finish() || call.header("Location").isEmpty())
                return "the browser ends at " + url.toEncoded() + ": " + call.body();
            url = url.resolved(QUrl::fromEncoded(call.header("Location")));
        }
        return "the browser is sent around";
    }

    const quint16 m_port;
    QHash<QByteArray, QByteArray> m_values;
    std::vector<std::unique_ptr<HttpCall>> m_streams;
};

} // namespace

/// What the clients of tests/e2e sent when they were recorded, to the byte, is served as it was
/// then. So a client that is not installed, or has changed since, is still met.
class TestCorpus : public CoreTest
{
    Q_OBJECT

private slots:
    void init()
    {
        prepare();
        start();
    }
    void cleanup() { shutDown(); }
    void recordedClientsAreServed_data();
    void recordedClientsAreServed();
};

void TestCorpus::recordedClientsAreServed_data()
{
    QTest::addColumn<QString>("name");
    const QStringList files = QDir(QStringLiteral(FLAREDECK_CORPUS)).entryList({u"*.http"_s});
    QVERIFY(files.size() >= 7);
    for (const QString &file : files)
        QTest::newRow(qPrintable(file)) << file.chopped(5);
}

void TestCorpus::recordedClientsAreServed()
{
    QFETCH(QString, name);
    QTcpServer listener;
    QVERIFY(listener.listen(QHostAddress::LocalHost));
    Replay replay(port(), listener);
    const QList<Recorded> requests = readRecording(name);
    QVERIFY(requests.size() > 10);
    QByteArray withdrawn;
    for (const Recorded &recorded : requests) {
        // The recording took the access token away where the client was in the middle of its work.
        if (recorded.ending == "401" && recorded.head.contains("{{access_token}}") &&
            withdrawn.isEmpty()) {
            withdrawn = replay.value("access_token");
            HttpCall call(port(), "POST", "/revoke",
                          {{"Content-Type", "application/x-www-form-urlencoded"}},
                          "token=" + withdrawn + "&client_id=" + replay.value("client_id"));
            QVERIFY(call.finish());
            QCOMPARE(call.status(), 200);
        }
        const QByteArray problem = replay.send(recorded);
        QVERIFY2(problem.isEmpty(), problem);
    }
    QVERIFY(!withdrawn.isEmpty());
    QVERIFY(replay.value("access_token") != withdrawn);
}

FLAREDECK_TEST(TestCorpus)

} // namespace tst_corpus

#include "tst_corpus.moc"
