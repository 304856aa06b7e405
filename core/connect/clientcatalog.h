#pragma once

#include "core/connect/configtext.h"

#include <QList>
#include <QMap>
#include <QString>
#include <QStringList>

#include <optional>

/// The MCP clients that Flaredeck can enter itself into, and their configuration files.
namespace flaredeck::connect {

/// How a client reaches Flaredeck: at its address, or through the bridge, which it starts itself.
enum class Way { Http, Bridge };

/// How many tools a client takes. It does not say which ones it leaves out.
struct ToolLimit {
    int advised = 0; ///< beyond this it warns, or its model gets worse at choosing; 0 = unknown
    int most = 0;    ///< beyond this it leaves tools out, or refuses all

    bool operator==(const ToolLimit &) const = default;
};

/// Facts on one client, from resources/connect/clients.json.
struct KnownClient {
    QString id; ///< "claude-code", as typed behind `connect`
    QString name;
    Place place;
    QString file;         ///< of this user; where it would be made when there is none
    QStringList programs; ///< names on PATH; one of them means that it is installed
    QStringList folders;  ///< likewise
    QStringList seenAs;   ///< names of its program or of the client that it registers
    std::optional<Entry> http;
    std::optional<Entry> bridge;
    Way use = Way::Bridge;
    bool lock = false;           ///< it makes the directory FILE.lock while it writes
    bool splits = false;         ///< it takes a blank in a path for its end
    QString next;                ///< what the person does afterwards, in the client
    QString signIn;              ///< and besides, when it has the address; may be empty
    QMap<Way, QString> commands; ///< the client's own, as templates of wording.cpp
    QMap<Way, QString> links;    ///< that make the client ask to be changed, likewise

    [[nodiscard]] const std::optional<Entry> &shape(Way way) const
    {
        return way == Way::Http ? http : bridge;
    }
    /// All that the person does afterwards, with the entry `entry`.
    [[nodiscard]] QStringList nextSteps(Way way, const QString &entry) const;
};

/// The places that the table's paths begin with.
struct Places {
    QString home;     ///< "~"
    QString config;   ///< "{config}": as xdg, but ~/Library/Application Support on macOS
    QString xdg;      ///< "{xdg}": $XDG_CONFIG_HOME or ~/.config
    QStringList path; ///< folders with programs

    /// Those of this user. PATH, and where installers put programs without telling the desktop.
    [[nodiscard]] static Places ofUser();
};

[[nodiscard]] QList<KnownClient> knownClients(const Places &places);
/// The limit of the client that is seen under one of these names; nothing when none is known. Any
/// thread.
[[nodiscard]] std::optional<ToolLimit> toolLimit(const QStringList &names);
/// A program or a folder of it is there. Looks at the disk.
[[nodiscard]] bool isInstalled(const KnownClient &client, const Places &places);

} // namespace flaredeck::connect
