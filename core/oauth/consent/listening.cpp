#include "core/oauth/consent/listening.h"

#include "core/base/waiting.h"

#include <QHostAddress>
#include <QTcpSocket>

#include <algorithm>
#include <chrono>

namespace flaredeck::oauth {

namespace {

constexpr int kDeliveryMs = 10'000;
constexpr qint64 kLongestPage = 1024LL * 1024;

} // namespace

Task<Listening> lookAtListener(quint16 port, std::stop_token stop)
{
    Listening listening;
    listening.programs =
        (co_await waitFor(http::findListeners(port), stop)).value_or(QList<http::PeerProcess>());
    listening.isOpen = !listening.programs.isEmpty();
    for (const QHostAddress &address :
         {QHostAddress(QHostAddress::LocalHost), QHostAddress(QHostAddress::LocalHostIPv6)}) {
        if (listening.isOpen)
            break;
        QTcpSocket socket;
        socket.connectToHost(address, port);
        // A refused connection runs into the limit as well, which paces the caller's attempts.
        const auto connected = co_await waitForSignal(&socket, &QTcpSocket::connected,
                                                      std::chrono::milliseconds(125), stop);
        listening.isOpen = connected.value_or(false);
        socket.abort();
    }
    // Whoever came between the two looks must not pass for one that the system cannot name.
    if (listening.isOpen && listening.programs.isEmpty())
        listening.programs = (co_await waitFor(http::findListeners(port), stop))
                                 .value_or(QList<http::PeerProcess>());
    co_return listening;
}

Task<Result<http::ClientResponse>> sendToListener(http::HttpClient &client, QByteArray address,
                                                  std::stop_token stop)
{
    http::ClientRequest request;
    request.url = QUrl::fromEncoded(address);
    request.timeoutMs = kDeliveryMs;
    request.maxBytes = kLongestPage;
    request.headers.append("Accept", "text/html");
    request.connectTo = QHostAddress(request.url.host());
    const bool isName = request.connectTo.isNull();
    if (isName)
        request.connectTo = QHostAddress(QHostAddress::LocalHost);
    auto sending = client.send(request, stop);
    auto answer = co_await std::move(sending);
    if (isName && !answer && answer.error().kind == Error::Kind::Offline) {
        request.connectTo = QHostAddress(QHostAddress::LocalHostIPv6);
        auto again = client.send(request, stop);
        answer = co_await std::move(again);
    }
    co_return answer;
}

bool areSamePrograms(const QList<http::PeerProcess> &found,
                     const QList<http::PeerProcess> &expected)
{
    const auto isExpected = [&expected](const http::PeerProcess &program) {
        return std::any_of(
            expected.begin(), expected.end(),
            [&program](const http::PeerProcess &known) { return known.isSameProgramAs(program); });
    };
    return !found.isEmpty() && std::all_of(found.begin(), found.end(), isExpected);
}

} // namespace flaredeck::oauth
