#include "core/sandbox/oauthclients.h"

#include <QList>
#include <QUrl>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace flaredeck::sandbox::oauthclients {

const OAuthClient *find(const QString &id)
{
    static const QList<OAuthClient> all{
        {kPublicClientId, u"Flaredeck"_s, {}},
        {kConfidentialClientId, u"My own OAuth client"_s, kConfidentialClientSecret},
    };
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&id](const OAuthClient &client) { return client.id == id; });
    return found == all.end() ? nullptr : &*found;
}

bool mayRedirectTo(const QString &redirectUri)
{
    const QUrl url(redirectUri, QUrl::StrictMode);
    return url.isValid() && url.scheme() == "http"_L1 &&
           (url.host() == "localhost"_L1 || url.host() == "127.0.0.1"_L1) &&
           url.path() == "/oauth/callback"_L1 && url.userInfo().isEmpty() && !url.hasQuery() &&
           !url.hasFragment();
}

} // namespace flaredeck::sandbox::oauthclients
