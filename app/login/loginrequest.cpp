#include "app/login/loginrequest.h"

#include "app/login/navigationrules.h"

#include <QJsonDocument>
#include <QJsonObject>

using namespace Qt::StringLiterals;

namespace flaredeck::login {

std::optional<LoginRequest> LoginRequest::parse(const QByteArray &line)
{
    const QJsonObject object = QJsonDocument::fromJson(line).object();
    LoginRequest request;
    request.url = QUrl(object.value("url"_L1).toString(), QUrl::StrictMode);
    request.callback = QUrl(object.value("callback"_L1).toString(), QUrl::StrictMode);
    request.theme = object.value("theme"_L1).toString(u"system"_s);
    request.sandbox = object.value("sandbox"_L1).toBool();

    request.server = object.value("server"_L1).toString();

    const bool knownPage = request.sandbox            ? isLoopback(request.url)
                           : request.server.isEmpty() ? isProviders(request.url)
                                                      : isPageOfRemote(request.url);
    if (!knownPage || !isLoopback(request.callback))
        return {};
    return request;
}

} // namespace flaredeck::login
