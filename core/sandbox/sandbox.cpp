#include "core/sandbox/sandbox.h"

#include "core/base/logging.h"
#include "core/sandbox/oauthclients.h"
#include "core/sandbox/sandboxserver.h"

#include <QThread>

using namespace Qt::StringLiterals;

namespace flaredeck::sandbox {

class Sandbox::Private
{
public:
    explicit Private(Options o)
        : options(std::move(o))
    {
        thread.setObjectName(u"sandbox"_s);
    }

    const Options options;
    QThread thread;
    /// Lives on the thread and dies with it; only reached by queued calls.
    SandboxServer *server = nullptr;
};

Sandbox::Sandbox(Options options)
    : d(std::make_unique<Private>(std::move(options)))
{
}

Sandbox::~Sandbox()
{
    d->thread.quit();
    d->thread.wait();
}

Result<QUrl> Sandbox::start(quint16 port)
{
    if (d->server)
        return fail(Error::Kind::Internal, u"The sandbox is running already."_s);

    Result<Collections> collections = Collections::load(resourceFolder(), Clock::system());
    if (!collections)
        return fail(collections.error());

    // The server's sockets must be born on the thread that serves them, so an object that is
    // already there makes it.
    QObject starter;
    starter.moveToThread(&d->thread);
    d->thread.start();

    Result<quint16> listening = 0;
    const auto listen = [this, port, &collections, &listening, &starter] {
        auto *server = new SandboxServer(d->options, Clock::system(), std::move(*collections));
        listening = server->listen(port);
        if (listening) {
            QObject::connect(&d->thread, &QThread::finished, server, &QObject::deleteLater);
            d->server = server;
        } else {
            delete server;
        }
        starter.moveToThread(nullptr);
    };
    QMetaObject::invokeMethod(&starter, listen, Qt::BlockingQueuedConnection);

    if (!listening) {
        d->thread.quit();
        d->thread.wait();
        return fail(listening.error());
    }
    QUrl url;
    url.setScheme(u"http"_s);
    url.setHost(u"127.0.0.1"_s);
    url.setPort(*listening);
    qCInfo(lcSandbox) << "The sandbox listens on" << url.toString();
    return url;
}

void Sandbox::setFault(const Fault &fault)
{
    if (!d->server)
        return;
    QMetaObject::invokeMethod(
        d->server, [server = d->server, fault] { server->setFault(fault); },
        QThread::currentThread() == &d->thread ? Qt::DirectConnection
                                               : Qt::BlockingQueuedConnection);
}

QString Sandbox::clientId()
{
    return oauthclients::kPublicClientId;
}

QString Sandbox::confidentialClientId()
{
    return oauthclients::kConfidentialClientId;
}

QByteArray Sandbox::confidentialClientSecret()
{
    return oauthclients::kConfidentialClientSecret;
}

QByteArray Sandbox::apiToken()
{
    return oauthclients::kApiToken;
}

} // namespace flaredeck::sandbox
