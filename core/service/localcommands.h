#pragma once

#include "core/base/taskscope.h"
#include "core/http/httpserver.h"
#include "core/service/localverbs.h"
#include "core/service/throttle.h"

#include <QObject>
#include <QStringList>

namespace flaredeck::service {

/// Carries out the verbs for our own programs: POST /local/command over the local socket, a JSON
/// array of words, and behind a line break what a verb takes from standard input. Answers
/// {"rows": […]} or {"done": "…"} with 200, or an error in the words of OAuth: 400 for what is no
/// verb, 403 for other programs, 404 for what there is not, 422 for input that will not do, 429 for
/// too many who follow, 500. A
/// verb that answers in pieces sends an event stream of JSON objects instead; the last one has
/// "done" or "error". Nothing here gives an MCP client anything: a program could type it, too.
class LocalCommands : public QObject
{
    Q_OBJECT

public:
    static constexpr const char *kPath = "/local/command";
    /// So many answers in pieces at once.
    static constexpr int kMostStreams = 8;
    /// A terminal that has so much to read gets no more before it has read that.
    static constexpr qint64 kMostUnread = 256LL * 1024;

    explicit LocalCommands(LocalDesk desk, QObject *parent = nullptr);
    ~LocalCommands() override;

    void install(http::HttpServer &server);
    /// Without the check who asks. `lines` outlives the task.
    [[nodiscard]] Task<Result<Json>> carryOut(QStringList words, Secret input = {},
                                              LocalLines *lines = nullptr,
                                              std::stop_token stop = {});
    /// Who follows the calls may look.
    void tellOfCalls() { m_desk.newCalls.ring(); }
    /// Ends all that is under way, and tells the terminals.
    void shutDown() { m_tasks.stop(); }

private:
    class Place;
    Task<> answer(http::RequestPtr request, http::ExchangePtr exchange);

    LocalDesk m_desk;
    Throttle m_logged; ///< a line of the log may well be one of many
    int m_streams = 0;
    TaskScope m_tasks;
};

} // namespace flaredeck::service
