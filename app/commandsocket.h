#pragma once

#include "core/base/json.h"

#include <QByteArray>
#include <QLocalSocket>
#include <QStringList>

#include <functional>

namespace flaredeck::app {

/// The way of a command to the running app, and of its answer back.
class CommandSocket
{
public:
    struct Answer {
        enum class State {
            Whole,
            None,     ///< within the time, or in part
            Unwanted, ///< whoever reads our standard output has gone
        };
        State state = State::None;
        int status = 0; ///< HTTP
        Json body;      ///< of an answer in pieces the last one
    };
    static constexpr int kForEver = -1;

    /// Connects to the app with that data directory, if it runs and is of our user.
    explicit CommandSocket(const QString &dataDirectory);

    [[nodiscard]] bool isConnected() const;

    /// `input` is what the command takes from standard input. Each piece of an answer that comes in
    /// pieces is told at once, but for the last one; false from `told` gives up.
    [[nodiscard]] Answer ask(const QStringList &words, const QByteArray &input, int patienceMs,
                             const std::function<bool(const Json &)> &told);

private:
    [[nodiscard]] bool waitForMore(int patienceMs);
    /// Each system in its own way: until there is something to read, or the app ended. False when
    /// neither came in time, or whoever reads a stream has gone.
    [[nodiscard]] bool waitForBytes(int patienceMs);
    [[nodiscard]] bool readHead(Answer &answer, int patienceMs);
    bool readPieces(Answer &answer, const std::function<bool(const Json &)> &told);

    QLocalSocket m_socket;
    QByteArray m_received;
    bool m_isUnwanted = false;
    bool m_isStream = false;
};

} // namespace flaredeck::app
