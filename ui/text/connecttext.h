#pragma once

#include "core/connect/connector.h"

#include <QString>

/// What is said of a client that can be connected, in the window and on a terminal.
namespace flaredeck::ui::connecttext {

enum class Mark { None, Good, Waiting, Bad };

struct Words {
    QString state;  ///< two or three words
    QString detail; ///< cause and what to do; may be empty
    Mark mark = Mark::None;
};
/// `heardAt` is when the client was heard of last; 0 = never.
[[nodiscard]] Words describe(const connect::ClientSetup &setup, Millis heardAt, Millis now);
[[nodiscard]] QString way(connect::Way way);
/// What it means for the person.
[[nodiscard]] QString wayMeans(connect::Way way);
/// With "~" for the home directory.
[[nodiscard]] QString shortPath(const QString &path);
/// What mcp-remote takes on this computer now; empty when none runs.
[[nodiscard]] QString relays(const connect::Loads &loads);
/// What to tell a client that the table does not know: an entry of "mcpServers".
[[nodiscard]] QString bridgeEntry(const QStringList &bridge);

} // namespace flaredeck::ui::connecttext
