#pragma once

#include "core/base/identity.h"
#include "core/base/json.h"
#include "core/base/policy.h"
#include "core/base/result.h"
#include "core/base/task.h"
#include "core/http/httpmessage.h"

#include <functional>
#include <stop_token>

namespace flaredeck::tools {

/// A call that could run, but needs a person's word: its caller lacks scopes, or a rule wants it.
struct PermitRequest {
    CallerPtr caller;
    http::Peer peer;
    QString tool;
    QString title;
    QString arguments;    ///< for a person: short, without secrets
    QString allArguments; ///< the same in full
    QString account;      ///< the account that the call is about; empty = none
    ScopeSet missing;     ///< all that the call needs and the caller lacks
    bool isAsked = false; ///< a rule wants a person to be asked
    Effect effect = Effect::Reads;
    Effect worst = Effect::Reads; ///< that another call of the tool may have
    QString change;               ///< what it changes, in words; empty = unknown
    /// Reads how things are now: caption, value. Called when a person is really asked; may be
    /// empty.
    std::function<Task<QList<std::pair<QString, QString>>>()> readBefore;
    QString session;        ///< that an answer may be for; empty = all of the grant's
    QByteArray fingerprint; ///< the same for the same tool with the same arguments only
    std::stop_token stop;
    std::function<void()> waits; ///< called now and then while a person is asked
    bool isPatient = false;      ///< the client has let the connection go
};

struct Permitted {
    CallerPtr caller;
    QString decision; ///< why, for the record
};

/// Decides whether a call may run all the same, and answers with the caller that it runs for.
/// Errors: Unauthorized when nobody decided, so that the client has to ask for the scopes by way of
/// OAuth; anything else is told to the client in words.
using Permit = std::function<Task<Result<Permitted>>(PermitRequest request)>;

/// The arguments for a person who is in a hurry: one a line, each cut, without secrets and without
/// characters that print as something else.
[[nodiscard]] QString argumentsInWords(const Json &arguments);
/// A sentence with words of others in it, for a person: on one line, without secrets and without
/// characters that print as something else. What is longer than a person reads is cut.
[[nodiscard]] QString changeInWords(const QString &sentence);
/// All of them as JSON, indented, without secrets. What is longer than a person can read is cut,
/// and says so.
[[nodiscard]] QString argumentsInFull(const Json &arguments);

} // namespace flaredeck::tools
