#pragma once

#include "core/http/httpmessage.h"
#include "core/http/peerprocess.h"
#include "core/prompt/prompter.h"

namespace flaredeck::oauth {

/// Who sent a request to /authorize. The answer to a client passes through its hands, so it is
/// looked up like the program that listens for the answer.
struct Requester {
    using Kind = ConsentRequest::Asker;

    Kind kind = Kind::Unknown;
    http::PeerProcess program;
    qint64 clientPid = 0; ///< of the listener, for the kind Client
    /// A web page led the browser here (Fetch Metadata, Sec-Fetch-Site), so that the client is a
    /// page, too, and waits for its answer in that browser.
    bool ledByPage = false;

    /// `listeners`: who waits for the answer on this computer.
    [[nodiscard]] static Requester identify(const std::optional<http::PeerProcess> &program,
                                            const QList<http::PeerProcess> &listeners,
                                            const http::Headers &headers);

    /// Somebody listens by now.
    void meet(const QList<http::PeerProcess> &listeners);
    /// It is one of those that listen: what it is answered reaches the client.
    [[nodiscard]] bool isOneOf(const QList<http::PeerProcess> &listeners) const;
    [[nodiscard]] bool isSameProcessAs(const Requester &other) const;
    /// What a person said to one holds for the other. Never for an unknown one.
    [[nodiscard]] bool isSameAs(const Requester &other) const;
    /// Tells it again after a restart; empty when that cannot be told.
    [[nodiscard]] QByteArray proof() const;
    /// What limits are counted by.
    [[nodiscard]] QByteArray key() const;
    /// "/usr/bin/python3 thief.py (process 12)", for the audit trail.
    [[nodiscard]] QString inWords() const;
};

} // namespace flaredeck::oauth
