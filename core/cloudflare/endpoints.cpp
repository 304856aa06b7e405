#include "core/cloudflare/endpoints.h"

namespace flaredeck::cloudflare {

using namespace Qt::Literals::StringLiterals;

Endpoints Endpoints::production()
{
    // Constants on purpose: a changed host in a metadata document must not redirect credentials.
    return {QUrl(u"https://dash.cloudflare.com/oauth2/auth"_s),
            QUrl(u"https://dash.cloudflare.com/oauth2/token"_s),
            QUrl(u"https://dash.cloudflare.com/oauth2/revoke"_s),
            QUrl(u"https://api.cloudflare.com/client/v4"_s),
            QUrl(u"https://developers.cloudflare.com/"_s),
            false};
}

Endpoints Endpoints::at(const QUrl &sandboxOrigin)
{
    const auto under = [&sandboxOrigin](const QString &path) {
        QUrl url = sandboxOrigin;
        url.setPath(path);
        return url;
    };
    return {under(u"/oauth2/auth"_s),
            under(u"/oauth2/token"_s),
            under(u"/oauth2/revoke"_s),
            under(u"/client/v4"_s),
            under(u"/"_s),
            true};
}

} // namespace flaredeck::cloudflare
