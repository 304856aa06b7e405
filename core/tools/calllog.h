#pragma once

#include "core/base/identity.h"
#include "core/mcp/types.h"
#include "core/provider/apiclient.h"
#include "core/store/values.h"

#include <QElapsedTimer>

namespace flaredeck::tools {

/// Becomes the record of one call: starts with it, ends once, redacted and of bounded size.
class CallLog
{
public:
    /// Larger arguments or results are cut, with a note.
    static constexpr qsizetype kMaxStoredBytes = 256LL * 1024;

    CallLog(const CallerIdentity &caller, const QString &tool, const Json &arguments, Millis now);

    void setAccount(const QString &name) { m_record.accountName = name; }
    void setDecision(const QString &decision) { m_record.decision = decision; }
    [[nodiscard]] const provider::UpstreamTrace &trace() const { return m_trace; }

    [[nodiscard]] store::CallRecord finish(store::Outcome outcome, const mcp::ToolResult &result);

    /// Redacted, and cut to the limit.
    [[nodiscard]] static QByteArray storable(const QByteArray &text);

private:
    [[nodiscard]] static QByteArray cutToLimit(const QByteArray &text);

    store::CallRecord m_record;
    provider::UpstreamTrace m_trace;
    QElapsedTimer m_watch;
};

} // namespace flaredeck::tools
