#include "core/http/addresslookup.h"

#include "core/base/waiting.h"
#include "core/http/addressrules.h"

#include <QHostInfo>
#include <QTimer>

namespace flaredeck::http {

using namespace Qt::StringLiterals;

Task<Result<QList<QHostAddress>>> lookUp(QString host, std::stop_token stop)
{
    const auto answer = std::make_shared<QPromise<QHostInfo>>();
    answer->start();
    QObject context;
    const int id = QHostInfo::lookupHost(host, &context, [answer](const QHostInfo &info) {
        answer->addResult(info);
        answer->finish();
    });
    QTimer::singleShot(kLookUpMs, &context, [answer] { answer->finish(); });
    const auto info = co_await waitFor(answer->future(), std::move(stop));
    QHostInfo::abortHostLookup(id);
    if (!info)
        co_return fail(Error::Kind::Timeout, u"%1 was not found within ten seconds."_s.arg(host),
                       u"Try again."_s);
    if (info->error() != QHostInfo::NoError)
        co_return fail({Error::Kind::Offline, u"%1 could not be found."_s.arg(host),
                        u"Check the network connection and try again."_s, info->errorString()});
    co_return info->addresses();
}

Network Network::system()
{
    return {lookUp, isPublic};
}

} // namespace flaredeck::http
