#pragma once

#include "core/base/clock.h"
#include "core/provider/signins.h"
#include "core/remote/connection.h"
#include "core/remote/remotecredentials.h"
#include "core/remote/remotesignins.h"
#include "core/store/vault/remotestore.h"

#include <QObject>

#include <memory>

namespace flaredeck::remote {

/// A remote server at one moment, for those who show it.
struct RemoteView {
    store::Remote remote; ///< one that was never switched on is off, and in no vault
    QString summary;      ///< what it is for, as the provider's facts have it; may be empty
    bool isPublic = false;
    bool isDeprecated = false;
    QList<store::RemoteTool> tools; ///< as listed last
    Millis listedAt = 0;            ///< 0 = not in this run
    QString problem;                ///< why it could not be listed; empty = it could
    QStringList wanted;             ///< scopes of its own that a call was refused for
    bool isSigningIn = false;
    Millis endsAt = 0; ///< of the sign-in; 0 = unknown

    bool operator==(const RemoteView &) const = default;
};

/// The remote MCP servers: those that the provider's facts name and those that a person added, what
/// they list, and the connections to them. A server that is slow, down or lying costs its own tools
/// only. Core thread.
class Remotes : public QObject
{
    Q_OBJECT

public:
    /// `hosted`: those of the provider.
    Remotes(QList<provider::HostedServer> hosted, store::RemoteStore &store,
            RemoteCredentials &credentials, RemoteSignIns &signIns, const Clock &clock,
            QObject *parent = nullptr);
    ~Remotes() override;

    /// The provider's first, then the others in the order in which they came.
    [[nodiscard]] QList<RemoteView> views() const;
    /// Whether it is on, and so its tools are offered.
    [[nodiscard]] QList<RemoteView> inUse() const;

    /// Lists the tools of all that are on, soon and then each hour.
    void start();

    Result<> setOn(const QString &name, bool isOn);
    /// Asks the server first; it is added when it answers as MCP does, or wants a sign-in. Answers
    /// its name. `ownPort` is ours, where nothing is to be added. InvalidInput says what is wrong
    /// with the address; anything else, why the server could not be asked.
    [[nodiscard]] Task<Result<QString>> add(QString url, QString title, bool mayBePrivate,
                                            quint16 ownPort);
    /// One that a person added; the others are switched off.
    Result<> remove(const QString &name);
    /// With what a call was refused for, if there is such a thing.
    [[nodiscard]] Task<Result<>> signIn(QString name);
    [[nodiscard]] Task<Result<provider::SignedOut>> signOut(QString name);
    /// Connects and lists the tools now.
    [[nodiscard]] Task<Result<>> test(QString name);
    /// A person has seen what the server made of a tool.
    Result<> acceptTool(const QString &server, const QString &tool);

    /// See Connection::call(). A grant has a connection of its own to each server.
    [[nodiscard]] Task<Result<Json>> call(QString server, QString tool, Json schema, Json arguments,
                                          mcp::CallContextPtr context);
    /// Nothing of it may be left; its calls have ended.
    void endGrant(const GrantId &grant);

signals:
    void changed();      ///< something in views()
    void toolsChanged(); ///< what is offered: a server or its tools

private:
    class Private;
    std::unique_ptr<Private> d;
};

/// The name of a toolset for a server at this address, none of those taken.
[[nodiscard]] QString nameFor(const QUrl &url, const QStringList &taken);
/// What is wrong with an address that a person typed.
[[nodiscard]] Result<QUrl> readAddress(const QString &typed, bool mayBePrivate);

} // namespace flaredeck::remote
