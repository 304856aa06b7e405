#include "core/oauth/endpoints/challenge.h"
#include "core/oauth/endpoints/metadata.h"
#include "core/oauth/endpoints/resource.h"
#include "tests/core/oauth/servertest.h"
#include "tests/support/testcase.h"

#include <QTest>

#include <functional>
#include <optional>

namespace tst_discovery {

using namespace flaredeck;
using namespace flaredeck::oauth;
using namespace Qt::Literals::StringLiterals;

namespace {

/// What clients are told about where to sign in.
struct Discovery {
    std::function<http::Response(const http::Request &)> document; ///< below /.well-known/
    std::function<QByteArray(const http::Request &)> challenge;
};

const QByteArray kServerDocument = "/.well-known/oauth-authorization-server";

http::Request requestOf(const QByteArray &host, const QByteArray &path)
{
    http::Request request;
    request.method = http::Method::Get;
    request.path = path;
    request.headers.append("Host", host);
    return request;
}

/// The value of `name="value"` in a challenge.
QByteArray parameter(const QByteArray &line, const QByteArray &name)
{
    const QByteArray mark = ' ' + name + "=\"";
    const qsizetype start = line.indexOf(mark);
    const qsizetype end = line.indexOf('"', start + mark.size());
    return start < 0 || end < 0 ? QByteArray()
                                : line.mid(start + mark.size(), end - start - mark.size());
}

QByteArray joined(const Json *names)
{
    QByteArray text;
    if (!names || !names->is_array())
        return text;
    for (const Json &name : *names)
        text += (text.isEmpty() ? "" : " ") + json::toQString(name).toUtf8();
    return text;
}

/// The checks of one spelling.
class Spelling
{
public:
    Spelling(QByteArray host, const Discovery &discovery, QStringList &problems)
        : m_host(std::move(host))
        , m_issuer("http://" + m_host)
        , m_discovery(discovery)
        , m_problems(problems)
    {
    }

    void check()
    {
        const std::optional<Json> server = read(kServerDocument);
        if (!server)
            return;
        expect(kServerDocument, "issuer", text(*server, "issuer"), m_issuer);
        for (const char *name : {"authorization_endpoint", "token_endpoint", "revocation_endpoint",
                                 "registration_endpoint"}) {
            const QByteArray url = text(*server, name);
            if (!url.isEmpty() && !url.startsWith(m_issuer + '/'))
                complain(kServerDocument, name, url, m_issuer + "/…");
        }
        QByteArray resources;
        for (const QByteArray &endpoint : resource::endpoints()) {
            checkEndpoint(endpoint);
            checkEndpoint(endpoint + '/');
            resources += (resources.isEmpty() ? "" : " ") + m_issuer + endpoint;
        }
        expect(kServerDocument, "protected_resources",
               joined(json::find(*server, "protected_resources")), resources);
    }

private:
    void checkEndpoint(const QByteArray &endpoint)
    {
        const QByteArray line = m_discovery.challenge(requestOf(m_host, endpoint));
        const QByteArray url = parameter(line, "resource_metadata");
        if (!url.startsWith(m_issuer + '/')) {
            complain(endpoint, "resource_metadata", url, m_issuer + "/…");
            return;
        }
        const QByteArray path = url.mid(m_issuer.size());
        const std::optional<Json> document = read(path);
        if (!document)
            return;
        expect(path, "resource", text(*document, "resource"), m_issuer + endpoint);
        expect(path, "authorization_servers",
               joined(json::find(*document, "authorization_servers")), m_issuer);
        expect(path, "scopes_supported", joined(json::find(*document, "scopes_supported")),
               parameter(line, "scope"));
    }

    std::optional<Json> read(const QByteArray &path)
    {
        const http::Response response = m_discovery.document(requestOf(m_host, path));
        const auto document = json::parse(response.body);
        if (response.status == 200 && document && document->is_object())
            return *document;
        m_problems << u"%1%2 is no document (HTTP %3)."_s
                          .arg(QString::fromLatin1(m_issuer), QString::fromLatin1(path))
                          .arg(response.status);
        return std::nullopt;
    }

    static QByteArray text(const Json &document, const char *member)
    {
        return json::stringAt(document, member).value_or(QString()).toUtf8();
    }

    void expect(const QByteArray &where, const char *member, const QByteArray &found,
                const QByteArray &wanted)
    {
        if (found != wanted)
            complain(where, member, found, wanted);
    }

    void complain(const QByteArray &where, const char *member, const QByteArray &found,
                  const QByteArray &wanted)
    {
        m_problems << u"%1%2: %3 is \"%4\", expected \"%5\"."_s.arg(
            QString::fromLatin1(m_issuer), QString::fromLatin1(where), QString::fromLatin1(member),
            QString::fromUtf8(found), QString::fromUtf8(wanted));
    }

    const QByteArray m_host;
    const QByteArray m_issuer;
    const Discovery &m_discovery;
    QStringList &m_problems;
};

/// For each spelling of loopback and each endpoint: the challenge leads to a document that names
/// the address as it was called, that one to the server, and all name one issuer, byte for byte.
/// One sentence for each contradiction.
QStringList contradictions(quint16 port, const Discovery &discovery)
{
    QStringList found;
    for (const char *name : {"localhost", "127.0.0.1", "[::1]"})
        Spelling(name + (':' + QByteArray::number(port)), discovery, found).check();
    return found;
}

} // namespace

class TestDiscovery : public ServerTest
{
    Q_OBJECT

private slots:
    void whatClientsAreToldIsOneStory_data();
    void whatClientsAreToldIsOneStory();
    void aLiveServerTellsTheSame();
};

void TestDiscovery::whatClientsAreToldIsOneStory_data()
{
    QTest::addColumn<bool>("opensRegistration");
    QTest::addColumn<bool>("promisesIssuer");
    QTest::addColumn<bool>("acceptsDocuments");
    QTest::newRow("as shipped") << true << false << true;
    QTest::newRow("with all of it switched on") << true << true << true;
    QTest::newRow("with all of it switched off") << false << false << false;
}

void TestDiscovery::whatClientsAreToldIsOneStory()
{
    QFETCH(bool, opensRegistration);
    QFETCH(bool, promisesIssuer);
    QFETCH(bool, acceptsDocuments);
    const metadata::Options options{opensRegistration, promisesIssuer, acceptsDocuments};
    const Discovery shipped{
        [&options](const http::Request &request) { return metadata::answer(request, options); },
        [](const http::Request &request) { return challenge(request); }};
    QCOMPARE(contradictions(8788, shipped), QStringList());
}

/// Over the socket.
void TestDiscovery::aLiveServerTellsTheSame()
{
    start();
    const quint16 port = m_server->http.port();
    const auto ask = [this](const http::Request &request) {
        const auto answer = m_browser->get(request.origin() + request.path);
        return answer;
    };
    const Discovery live{[&ask](const http::Request &request) {
                             const auto answer = ask(request);
                             http::Response response;
                             response.status = answer.status;
                             response.body = answer.body;
                             return response;
                         },
                         [&ask](const http::Request &request) {
                             // The test's server has two endpoints.
                             return request.path == "/mcp" || request.path == "/sse"
                                        ? ask(request).headers.value("WWW-Authenticate")
                                        : challenge(request);
                         }};
    QCOMPARE(contradictions(port, live), QStringList());
    stop();
}

FLAREDECK_TEST(TestDiscovery)

} // namespace tst_discovery

#include "tst_discovery.moc"
