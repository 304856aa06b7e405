#pragma once

#include "core/service/localdesk.h"

#include <QList>
#include <QStringList>

namespace flaredeck::service {

/// What can be asked of the running app from a terminal, as a table: the program that is typed, its
/// help, its completions and its manual are made from it.
struct LocalVerb {
    /// Whose ids can be completed.
    enum class Names { Nothing, Grants, Clients, SignIns, Setups, Tools };
    enum class Pace {
        AtOnce,
        Waits,  ///< for the network or a person, so the terminal waits as long
        Pieces, ///< and answers in pieces meanwhile
    };

    const char *words;    ///< "grants revoke"
    const char *argument; ///< what follows, for the help, a word each; empty = nothing
    const char *summary;
    Task<Result<Json>> (*carryOut)(LocalDesk &desk, LocalOrder order);
    Names names = Names::Nothing;
    Pace pace = Pace::AtOnce;
    bool lists = false;      ///< takes -n, and -f, with which it answers in pieces
    bool takesInput = false; ///< a secret from standard input
    bool connects = false;   ///< takes the options of `connect`
    bool isOfClient = false; ///< takes --client
    bool forgets = false;    ///< takes --print and --yes

    [[nodiscard]] bool takesArgument() const { return *argument != '\0'; }
};
[[nodiscard]] const QList<LocalVerb> &localVerbs();

/// The verb that the words begin with; null when there is none.
[[nodiscard]] const LocalVerb *findVerb(const QStringList &words);
/// Some verb begins with this word.
[[nodiscard]] bool beginsVerb(const QString &word);

/// How many lines a list has when nobody says, and at most.
constexpr int kLocalLines = 20;
constexpr int kMostLocalLines = 5000;

/// Checks what was typed against the table.
[[nodiscard]] Result<LocalOrder> readOrder(const QStringList &words);

/// What carries the verbs out, by subject; see the table.
namespace localverb {

// localgrants.cpp
Task<Result<Json>> status(LocalDesk &desk, LocalOrder order);
Task<Result<Json>> accounts(LocalDesk &desk, LocalOrder order);
Task<Result<Json>> listGrants(LocalDesk &desk, LocalOrder order);
Task<Result<Json>> showGrant(LocalDesk &desk, LocalOrder order);
Task<Result<Json>> revokeGrant(LocalDesk &desk, LocalOrder order);
Task<Result<Json>> listClients(LocalDesk &desk, LocalOrder order);
Task<Result<Json>> blockClient(LocalDesk &desk, LocalOrder order);
Task<Result<Json>> unblockClient(LocalDesk &desk, LocalOrder order);
Task<Result<Json>> forgetClient(LocalDesk &desk, LocalOrder order);

// localhistory.cpp
Task<Result<Json>> calls(LocalDesk &desk, LocalOrder order);
Task<Result<Json>> logs(LocalDesk &desk, LocalOrder order);

// localsignin.cpp
Task<Result<Json>> signIn(LocalDesk &desk, LocalOrder order);
Task<Result<Json>> signOut(LocalDesk &desk, LocalOrder order);
Task<Result<Json>> addToken(LocalDesk &desk, LocalOrder order);

// localforget.cpp
Task<Result<Json>> forgetEverything(LocalDesk &desk, LocalOrder order);

// localdoctor.cpp
Task<Result<Json>> doctor(LocalDesk &desk, LocalOrder order);

// localtools.cpp
Task<Result<Json>> listTools(LocalDesk &desk, LocalOrder order);
Task<Result<Json>> toolPolicy(LocalDesk &desk, LocalOrder order);

// localservers.cpp
Task<Result<Json>> listServers(LocalDesk &desk, LocalOrder order);
Task<Result<Json>> addServer(LocalDesk &desk, LocalOrder order);
Task<Result<Json>> removeServer(LocalDesk &desk, LocalOrder order);
Task<Result<Json>> switchServerOn(LocalDesk &desk, LocalOrder order);
Task<Result<Json>> switchServerOff(LocalDesk &desk, LocalOrder order);
Task<Result<Json>> testServer(LocalDesk &desk, LocalOrder order);
Task<Result<Json>> signInToServer(LocalDesk &desk, LocalOrder order);
Task<Result<Json>> signOutOfServer(LocalDesk &desk, LocalOrder order);

// localsetups.cpp
Task<Result<Json>> connectClient(LocalDesk &desk, LocalOrder order);

/// The one of the ids that begins so.
[[nodiscard]] Result<QString> findId(const QStringList &ids, const QString &begin,
                                     const QString &what);
/// For verbs that wait for nothing.
[[nodiscard]] Task<Result<Json>> atOnce(Result<Json> answer);
/// {"done": words}, or the error.
[[nodiscard]] Result<Json> done(const Result<> &result, const QString &words);
[[nodiscard]] const char *stateOf(ServerState state);
[[nodiscard]] const char *stateOf(store::KeyState state);

} // namespace localverb
} // namespace flaredeck::service
