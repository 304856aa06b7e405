#pragma once

#include "core/base/taskscope.h"
#include "core/http/httpserver.h"
#include "core/service/commands.h"
#include "core/service/snapshot.h"

#include <QObject>
#include <QStringList>

#include <functional>

namespace flaredeck::service {

/// What can be asked of the running app from a terminal, as a table: the program that is typed
/// reads its help from here too.
struct LocalVerb {
    const char *words;    ///< "grants revoke"
    const char *argument; ///< what follows, for the help; empty = nothing
    const char *summary;
};
[[nodiscard]] const QList<LocalVerb> &localVerbs();

/// Carries out the verbs for our own programs (POST /local/command over the local socket, a JSON
/// array of words). Answers {"rows": […]} or {"done": "…"} with 200, or an error in the words of
/// OAuth: 400 for what is no verb, 403 for other programs, 404 for what there is not, 500. Nothing
/// here gives anybody access: a program could type it, too.
class LocalCommands : public QObject
{
    Q_OBJECT

public:
    static constexpr const char *kPath = "/local/command";

    LocalCommands(Commands &commands, std::function<SnapshotPtr()> snapshot,
                  QObject *parent = nullptr);

    void install(http::HttpServer &server);
    /// Without the check who asks.
    [[nodiscard]] Result<Json> carryOut(const QStringList &words);

private:
    Task<> answer(http::RequestPtr request, http::ExchangePtr exchange);

    Commands &m_commands;
    const std::function<SnapshotPtr()> m_snapshot;
    TaskScope m_tasks;
};

} // namespace flaredeck::service
