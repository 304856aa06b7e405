#pragma once

#include "core/base/result.h"

#include <QByteArray>
#include <QList>
#include <QString>
#include <QStringList>

#include <nlohmann/json.hpp>

/// Changes one entry in the configuration file of an MCP client. Every byte outside of the entry
/// stays as it is, so that comments, order and style survive.
namespace flaredeck::connect {

/// Keeps the order of members.
using Entry = nlohmann::ordered_json;

/// Json allows comments and trailing commas, as the editors do whose files these are.
enum class Format { Json, Toml, Yaml };

/// Where a file keeps its servers.
struct Place {
    Format format = Format::Json;
    QStringList path;    ///< from the top: {"mcpServers"}, {"mcp", "servers"}; at least one key
    bool isList = false; ///< a list whose items carry their "name", instead of a table by name
};

/// An entry that is there. In a list its name is not part of the value.
struct Found {
    QString name;
    Entry value;    ///< dates of TOML are strings, aliases of YAML the text "*name"
    QByteArray raw; ///< its bytes, several pieces one after the other
    int line = 0;   ///< where it begins
};

/// The entries in the order of the file. An empty file has none. All errors of these functions name
/// line and column when the file is at fault.
[[nodiscard]] Result<QList<Found>> entriesOf(const QByteArray &file, const Place &place);

/// Adds the entry or replaces it. An equal value changes no byte. An empty file is a valid start.
[[nodiscard]] Result<QByteArray> withEntry(const QByteArray &file, const Place &place,
                                           const QString &name, const Entry &value);

/// Removes the entry; NotFound when it is not there.
[[nodiscard]] Result<QByteArray> withoutEntry(const QByteArray &file, const Place &place,
                                              const QString &name);

} // namespace flaredeck::connect
