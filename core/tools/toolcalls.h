#pragma once

#include "core/store/values.h"
#include "core/tools/lookups.h"
#include "core/tools/permit.h"
#include "core/tools/resultshelf.h"
#include "core/tools/rules.h"
#include "core/tools/toolentry.h"
#include "core/tools/upstreamrights.h"

#include <functional>

namespace flaredeck::tools {

class CallLog;

/// What becomes of results that are too long for a model.
struct ResultLimits {
    /// How many characters of text a client gets of one result; 0 = all.
    std::function<int(const ClientId &)> limitFor;
    ResultShelf *shelf = nullptr; ///< keeps what is cut off; null = nobody does
};

/// Gets one record per call, complete and redacted.
using CallRecorder = std::function<void(store::CallRecord)>;

/// How a call ended, for its client and for its record.
struct Ending {
    store::Outcome outcome = store::Outcome::Ok;
    mcp::ToolResult result;
};

/// What calls need beside their tools. Each may be empty; see Catalogue.
struct CallParts {
    CallRecorder recorder;
    Permit permit;
    RightsOf rights;
    const Rules *rules = nullptr;
    ResultLimits limits;
};

/// Takes a call from its arguments to what its client gets: checks, resolves the account and
/// names, asks for a permit, runs, records, cuts. Outlives its calls. Core thread.
class ToolCalls
{
public:
    ToolCalls(UpstreamPtr upstream, const Clock &clock, CallParts parts);

    /// `entry` null = there is no such tool. For the person of this computer neither scopes nor
    /// rules stop it.
    [[nodiscard]] Task<Result<mcp::ToolResult>>
    call(EntryPtr entry, Json arguments, mcp::CallContextPtr context, bool isPerson = false) const;

private:
    /// An error is for the client as it is: it is asked first.
    Task<Result<Ending>> attempt(EntryPtr entry, Json arguments, mcp::CallContextPtr context,
                                 std::shared_ptr<CallLog> log, bool isPerson) const;
    /// As much of the result as its client gets.
    [[nodiscard]] mcp::ToolResult guarded(const ToolDefinition &definition,
                                          const CallerIdentity &caller,
                                          mcp::ToolResult result) const;
    /// Ids in place of names.
    [[nodiscard]] Task<Result<>> lookUp(const ToolDefinition &definition,
                                        std::shared_ptr<Invocation> call) const;
    /// Whether the call, which waited for a person, still names what its caller reaches.
    [[nodiscard]] Task<Result<>> lookUpAgain(const ToolDefinition &definition,
                                             InvocationPtr call) const;
    /// A person's word about a call that a rule stopped.
    [[nodiscard]] Task<Result<Permitted>> approval(const ToolDefinition &definition,
                                                   std::shared_ptr<Invocation> call) const;
    /// How things are before the call: caption, value; what cannot be read is left out.
    [[nodiscard]] Task<QList<std::pair<QString, QString>>> before(const ToolDefinition &definition,
                                                                  InvocationPtr call) const;
    [[nodiscard]] Policy policyOf(const ToolDefinition &definition, const ClientId &client,
                                  Effect effect) const;

    const UpstreamPtr m_upstream;
    mutable Lookups m_lookups;
    const Clock &m_clock;
    const CallParts m_parts;
    /// Calls that a person let through and whose tool then asked the client, by caller and
    /// fingerprint: since when. The client comes back with its answer, and nobody is asked twice.
    mutable QHash<QByteArray, Millis> m_comingBack;
};

} // namespace flaredeck::tools
