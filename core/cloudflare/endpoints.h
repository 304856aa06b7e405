#pragma once

#include <QUrl>

namespace flaredeck::cloudflare {

/// Where Cloudflare is. Pinned; the sandbox puts its own in place.
struct Endpoints {
    QUrl authorize;
    QUrl token;
    QUrl revoke;
    QUrl api;           ///< ".../client/v4", no trailing slash
    QUrl documentation; ///< the site's root; never sees a credential
    bool sandbox = false;

    static Endpoints production();
    static Endpoints at(const QUrl &sandboxOrigin);
};

} // namespace flaredeck::cloudflare
