#pragma once

#include "core/base/clock.h"
#include "core/base/taskscope.h"
#include "core/http/addresslookup.h"
#include "core/http/httpclient.h"
#include "core/oauth/clients/programlimit.h"
#include "core/store/values.h"

#include <QFuture>
#include <QHash>
#include <QObject>
#include <QPromise>

#include <functional>
#include <memory>

namespace flaredeck::oauth {

/// How documents of clients are reached; tests bring a network of their own.
using DocumentNetwork = http::Network;

/// Fetches the documents of clients that identify themselves by URL
/// (draft-ietf-oauth-client-id-metadata-document §6). Anybody can make this computer ask for such a
/// URL, so it must not become a way into the network behind it: every address of the host has to be
/// public, the connection goes to one that was checked, and no redirect is followed. Core thread.
class DocumentFetcher : public QObject
{
    Q_OBJECT

public:
    static constexpr int kTimeoutMs = 10'000;
    static constexpr qint64 kMaxBytes = 5LL * 1024;
    static constexpr ProgramLimit::Counts kFetchesPerMinute{.process = 6, .program = 12, .all = 60};
    static constexpr int kMostAtOnce = 3; ///< of one process
    static constexpr int kMostOfAllAtOnce = 12;
    static constexpr Millis kFailureKept = 30'000;

    explicit DocumentFetcher(const Clock &clock,
                             DocumentNetwork network = DocumentNetwork::system(),
                             QObject *parent = nullptr);

    struct Fetched {
        store::Client client; ///< without times
        Millis freshFor = 0;  ///< as the site says (RFC 9111 §5.2.2), within 5 minutes and a day
    };
    /// One request however many ask, and none for a while after a failure. InvalidInput is
    /// about the document, Denied about its address or whom the site lets in, RateLimited about us;
    /// anything else may pass.
    [[nodiscard]] QFuture<Result<Fetched>>
    fetch(const QString &url, quint16 ownPort,
          const std::optional<http::PeerProcess> &requester = {});

private:
    using Landing = QPromise<Result<Fetched>>;
    struct Failure {
        Error error;
        Millis until = 0;
    };

    Task<> fly(QString url, quint16 ownPort, std::shared_ptr<Landing> landing);
    Task<Result<Fetched>> request(QString url, quint16 ownPort);
    [[nodiscard]] std::optional<Error> refusal(const QString &url,
                                               const std::optional<http::PeerProcess> &requester);
    void noteFailure(const QString &url, const Error &error);

    const Clock &m_clock;
    const DocumentNetwork m_network;
    ProgramLimit m_fetches;
    struct Flight {
        QFuture<Result<Fetched>> landing;
        QByteArray requester; ///< that asked first
    };
    QHash<QString, Flight> m_flights;
    QHash<QString, Failure> m_failures;
    http::HttpClient m_client;
    TaskScope m_tasks;
};

} // namespace flaredeck::oauth
