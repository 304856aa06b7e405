// Linux and other free desktops: Secret Service or KWallet over the D-Bus session bus.

#include "core/store/keychainservice.h"

#include <QCoroSignal>

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusMetaType>
#include <QDBusObjectPath>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QFileInfo>
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

Result<> reachable()
{
    if (hasSessionBus())
        return {};
    return fail(Error{Error::Kind::Storage,
                      u"There is no keychain: this program runs outside of a desktop session."_s,
                      advice(), u"no D-Bus session bus"_s});
}

Task<bool> holdsLocked(QString service, QString entry, std::chrono::milliseconds patience)
{
    // Secret Service API draft, org.freedesktop.Secret.Service.SearchItems. The attributes are
    // those that QtKeychain stores.
    qDBusRegisterMetaType<Attributes>();
    QDBusMessage search =
        QDBusMessage::createMethodCall(u"org.freedesktop.secrets"_s, u"/org/freedesktop/secrets"_s,
                                       u"org.freedesktop.Secret.Service"_s, u"SearchItems"_s);
    search << QVariant::fromValue(Attributes{{u"server"_s, service}, {u"user"_s, entry}});

    const auto call = std::make_unique<QDBusPendingCallWatcher>(
        QDBusConnection::sessionBus().asyncCall(search, static_cast<int>(patience.count())));
    if (!call->isFinished())
        co_await qCoro(call.get(), &QDBusPendingCallWatcher::finished);
    const QDBusPendingReply<QList<QDBusObjectPath>, QList<QDBusObjectPath>> reply = *call;
    // An error means KWallet without Secret Service, which does report a dismissed dialog.
    co_return !reply.isError() && !reply.argumentAt<1>().isEmpty();
}

QString advice()
{
    return u"Start a keyring such as GNOME Keyring or KWallet and unlock it, or keep the sign-in "
           u"for this "
           "session only."_s;
}

} // namespace flaredeck::store::keychain
