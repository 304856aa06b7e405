#pragma once

#include "core/base/task.h"
#include "core/http/httpclient.h"
#include "core/http/peerprocess.h"

namespace flaredeck::oauth {

struct Listening {
    bool isOpen = false;               ///< somebody listens, on either address family
    QList<http::PeerProcess> programs; ///< who, as far as the operating system tells
};

/// Looks at a loopback port: asks the operating system, and where that does not tell, tries to
/// connect. Takes about a quarter of a second to say no.
[[nodiscard]] Task<Listening> lookAtListener(quint16 port, std::stop_token stop);

/// Brings an answer to the redirect URI of a program on this computer, as a browser would. Its own
/// answer, whatever the status; an error of the kind Offline says that nobody took it.
[[nodiscard]] Task<Result<http::ClientResponse>>
sendToListener(http::HttpClient &client, QByteArray address, std::stop_token stop);

/// Everybody who listens is one of those who were expected, and there is somebody. Unknown programs
/// are nobody's own.
[[nodiscard]] bool areSamePrograms(const QList<http::PeerProcess> &found,
                                   const QList<http::PeerProcess> &expected);

} // namespace flaredeck::oauth
