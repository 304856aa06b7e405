#pragma once

#include "core/base/identity.h"
#include "core/base/json.h"
#include "core/base/result.h"
#include "core/base/task.h"
#include "core/http/httpmessage.h"

#include <functional>
#include <stop_token>

namespace flaredeck::tools {

/// A call that could run, but whose caller lacks scopes.
struct PermitRequest {
    CallerPtr caller;
    http::Peer peer;
    QString tool;
    QString title;
    QString arguments;      ///< for a person: short, without secrets
    QString account;        ///< the account that the call is about; empty = none
    ScopeSet missing;       ///< all that the call needs and the caller lacks
    QByteArray fingerprint; ///< the same for the same tool with the same arguments only
    std::stop_token stop;
};

/// Decides whether a call may run all the same, and answers with the caller that it runs for.
/// Errors: Unauthorized when nobody decided, so that the client has to ask for the scopes by way of
/// OAuth; anything else is told to the client in words.
using Permit = std::function<Task<Result<CallerPtr>>(PermitRequest request)>;

/// The arguments for a person who is in a hurry: one a line, each cut, without secrets and without
/// characters that print as something else.
[[nodiscard]] QString argumentsInWords(const Json &arguments);

} // namespace flaredeck::tools
