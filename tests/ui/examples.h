#pragma once

#include "core/connect/connector.h"
#include "core/prompt/prompter.h"
#include "core/service/forgetplan.h"
#include "core/service/snapshot.h"

namespace flaredeck::examples {

/// A believable day: three well-known clients with grants, sessions and a hundred calls.
[[nodiscard]] service::Snapshot snapshot(Millis now);
[[nodiscard]] QList<store::CallRecord> calls(Millis now); ///< oldest first
[[nodiscard]] ConsentRequest consent(Millis now);
/// Its call of a tool that it may not use yet.
[[nodiscard]] CallApprovalRequest stepUp();
/// Calls that a rule stops: one that changes something, and one that deletes.
[[nodiscard]] CallApprovalRequest change(Millis now);
[[nodiscard]] CallApprovalRequest deletion(Millis now);

/// What a person has decided about tools, for the clients of the snapshot.
[[nodiscard]] QList<store::Rule> rules(Millis now);

/// The clients of a computer, one in each state, and what connecting the first would change.
[[nodiscard]] connect::Survey survey(Millis now);
[[nodiscard]] connect::SetupPlan setupPlan();
[[nodiscard]] service::ForgetPlan forgetPlan();
/// A client that has a command and a link of its own.
[[nodiscard]] connect::ClientSetup linkedSetup();
[[nodiscard]] connect::SetupPlan linkedPlan();

/// Remote servers, one in each state: "api" has a changed tool, "docs" is open, "stack" and
/// "hosted-browser" are off, "containers" has ended, "tracker" wants more, "wiki" does not answer.
[[nodiscard]] QList<remote::RemoteView> servers(Millis now);

/// Writes the calls to a history file and closes it.
void writeHistory(const QString &file, const QList<store::CallRecord> &calls);

/// A vault whose audit trail tells of that day, and somebody who changes one of its rows.
void writeAudit(const QString &vaultFile, Millis now);
void breakAudit(const QString &vaultFile);

} // namespace flaredeck::examples
