#pragma once

#include "core/base/clockwatch.h"
#include "core/base/json.h"
#include "core/base/secret.h"
#include "core/base/task.h"
#include "core/prompt/prompter.h"
#include "core/service/commands.h"
#include "core/service/snapshot.h"
#include "core/store/archive.h"

#include <QFuture>
#include <QPromise>
#include <QStringList>

#include <functional>
#include <memory>
#include <stop_token>

/// What the verbs of the terminal work with.
namespace flaredeck::service {

/// Wakes the tasks that wait for news. Whoever takes next() before it looks misses none.
class Bell
{
public:
    void ring();
    [[nodiscard]] QFuture<void> next();

private:
    std::shared_ptr<QPromise<void>> m_next; ///< null = nobody waits
};

/// An answer in pieces: one JSON object after the other, to a terminal that may stall.
class LocalLines
{
public:
    virtual ~LocalLines() = default;

    virtual void write(const Json &line) = 0;
    /// So much waits to be taken that nothing more may be added now.
    [[nodiscard]] virtual bool isFull() const = 0;
    /// Finishes when there is room again.
    [[nodiscard]] virtual QFuture<void> room() = 0;
};

/// One command as it was typed.
struct LocalOrder {
    QStringList arguments = {}; ///< behind the verb, without options
    bool follows = false;
    int count = 0;
    QString client = {};         ///< of verbs that can be about one client; empty = all
    QStringList options = {};    ///< of a verb with options of its own: "--undo", "--token=…"
    Secret input = {};           ///< from the standard input of the terminal
    LocalLines *lines = nullptr; ///< for verbs that answer in pieces; outlives the verb
    std::stop_token stop = {};   ///< the terminal has gone, or the app stops
};

/// Where the verbs get what they tell, and whom they have do it.
struct LocalDesk {
    using ShowPage = std::function<void(const SignInRequest &page)>;

    Commands &commands;
    std::function<SnapshotPtr()> snapshot;
    /// Signs in with a page that the terminal shows; ends it when stopped, if it began it.
    std::function<Task<Result<store::Login>>(ShowPage show, std::stop_token stop)> signIn;
    std::function<Task<Result<>>(QString name, ShowPage show, std::stop_token stop)>
        signInToServer = {};
    std::function<Task<Result<store::Login>>(Secret token)> addApiToken;
    QString historyFile;
    Bell newCalls = {};
    Bell newLogs = {};
    ClockWatch clock = ClockWatch(Clock::system());
    std::unique_ptr<store::Archive> archive = {}; ///< made for the first who asks for calls
};

} // namespace flaredeck::service
