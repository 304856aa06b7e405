#pragma once

#include "core/connect/clientcatalog.h"
#include "core/service/snapshot.h"
#include "core/tools/rulebook.h"

#include <QMap>

namespace flaredeck::service {

/// What a client has in its list of tools.
struct ClientTools {
    struct Part {
        int tools = 0;
        qsizetype tokens = 0; ///< estimated

        bool operator==(const Part &) const = default;
    };

    bool hasGrant = false; ///< without one there is no list
    Part all;
    QMap<QString, Part> byToolset;

    bool operator==(const ClientTools &) const = default;
};

/// By the client's live grants and the rules. `listsAll` as in setting::listAllTools. Any thread.
[[nodiscard]] ClientTools toolsOf(const Snapshot &snapshot, const tools::RuleBook &rules,
                                  const ClientId &client, bool listsAll);
/// Whether the client may call a tool of this scope without being asked for more.
[[nodiscard]] bool opens(const Snapshot &snapshot, const ClientId &client, const QString &scope);

/// What its program and its sessions call themselves.
[[nodiscard]] QStringList namesOf(const ClientView &view);
/// How many tools its program takes, when that is known.
[[nodiscard]] std::optional<connect::ToolLimit> toolLimitOf(const ClientView &view);

} // namespace flaredeck::service
