// Linux and other free desktops: Secret Service or KWallet over the D-Bus session bus.

#include "core/store/keychain/keychainservice.h"

#include "core/base/waiting.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusMetaType>
#include <QDBusObjectPath>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QFileInfo>
#include <QLibrary>
#include <QMap>

#include <memory>

using namespace Qt::StringLiterals;

namespace flaredeck::store::keychain {

namespace {

using Attributes = QMap<QString, QString>;

bool hasSessionBus()
{
    const QByteArray address = qgetenv("DBUS_SESSION_BUS_ADDRESS");
    // "autolaunch:" would start a bus of our own, on which no keychain can be.
    if (!address.isEmpty())
        return !address.startsWith("autolaunch:");
    const QString runtimeDir = qEnvironmentVariable("XDG_RUNTIME_DIR");
    return !runtimeDir.isEmpty() && QFileInfo::exists(runtimeDir + u"/bus"_s);
}

} // namespace

bool isReachable()
{
    return hasSessionBus();
}

Task<bool> answers(std::chrono::milliseconds patience, std::stop_token stop)
{
    for (const QString &service :
         {u"org.freedesktop.secrets"_s, u"org.kde.kwalletd6"_s, u"org.kde.kwalletd5"_s}) {
        QDBusMessage question =
            QDBusMessage::createMethodCall(u"org.freedesktop.DBus"_s, u"/org/freedesktop/DBus"_s,
                                           u"org.freedesktop.DBus"_s, u"NameHasOwner"_s);
        question << service;
        const auto call = std::make_unique<QDBusPendingCallWatcher>(
            QDBusConnection::sessionBus().asyncCall(question, static_cast<int>(patience.count())));
        if (!call->isFinished())
            (void)co_await waitForSignal(call.get(), &QDBusPendingCallWatcher::finished, patience,
                                         stop);
        const QDBusPendingReply<bool> reply = *call;
        if (!reply.isError() && reply.value())
            co_return true;
    }
    co_return false;
}

Task<bool> holdsLocked(QString service, QString entry, std::chrono::milliseconds patience,
                       std::stop_token stop)
{
    // Secret Service API draft, org.freedesktop.Secret.Service.SearchItems, with the attributes
    // that QtKeychain stores.
    qDBusRegisterMetaType<Attributes>();
    QDBusMessage search =
        QDBusMessage::createMethodCall(u"org.freedesktop.secrets"_s, u"/org/freedesktop/secrets"_s,
                                       u"org.freedesktop.Secret.Service"_s, u"SearchItems"_s);
    search << QVariant::fromValue(Attributes{{u"server"_s, service}, {u"user"_s, entry}});

    const auto call = std::make_unique<QDBusPendingCallWatcher>(
        QDBusConnection::sessionBus().asyncCall(search, static_cast<int>(patience.count())));
    if (!call->isFinished())
        (void)co_await waitForSignal(call.get(), &QDBusPendingCallWatcher::finished, patience,
                                     stop);
    const QDBusPendingReply<QList<QDBusObjectPath>, QList<QDBusObjectPath>> reply = *call;
    // An error means KWallet without Secret Service; KWallet reports a dismissed dialog itself.
    co_return !reply.isError() && !reply.argumentAt<1>().isEmpty();
}

bool reconnect()
{
    // libsecret keeps one session for the whole process. When the daemon is restarted, every call
    // fails with "The session does not exist" until that session is dropped. QtKeychain loads the
    // library in the same way, so this is the same instance of it.
    using Disconnect = void (*)();
    QLibrary library(u"secret-1"_s, 0);
    const auto disconnect =
        reinterpret_cast<Disconnect>(library.resolve("secret_service_disconnect"));
    if (!disconnect)
        return false;
    disconnect();
    return true;
}

} // namespace flaredeck::store::keychain
