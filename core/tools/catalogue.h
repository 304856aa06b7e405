#pragma once

#include "core/mcp/toolprovider.h"
#include "core/provider/apiclient.h"
#include "core/tools/remotetool.h"
#include "core/tools/toolcalls.h"

#include <memory>

namespace flaredeck::tools {

/// What the window shows of a tool.
struct ToolSummary {
    QString name;
    QString title;
    QString scope;
};

/// All tools of the provider: those that its data describes and the coded ones. Filters by scope
/// and rules, validates arguments, resolves the account, asks for a permit where the scope is
/// missing or a rule wants it, runs, redacts, records, and cuts what is too long. Core thread.
class Catalogue : public mcp::ToolProvider
{
    Q_OBJECT

public:
    using Recorder = CallRecorder;

    /// Loads and checks the definitions; a broken one is a bug and ends the program with its name.
    /// Without `permit` every call that needs a person's word is refused; without `rights` it is
    /// left to the provider what a sign-in may do; without `rules` no call is stopped; without
    /// `limits` no text is cut. They outlive it.
    Catalogue(const provider::Provider &provider, provider::ApiClient &client, Recorder recorder,
              const Clock &clock, Permit permit = {}, RightsOf rights = {},
              const Rules *rules = nullptr, ResultLimits limits = {}, QObject *parent = nullptr);
    ~Catalogue() override;

    /// Replaces the tools of remote servers, and how they are called. A call of one that is gone
    /// ends as it would have.
    void setRemoteTools(const QList<DefinitionPtr> &definitions, const RemoteCall &call);

    /// Lists the tools that need another scope too; otherwise those that the caller's scopes open.
    void setListsAll(bool listsAll);

    [[nodiscard]] QStringList toolsets() const override;
    [[nodiscard]] QList<mcp::Tool> list(const CallerPtr &caller,
                                        const QString &toolset) const override;
    [[nodiscard]] QString instructions(const CallerPtr &caller) const override;
    [[nodiscard]] Task<Result<mcp::ToolResult>> call(QString name, Json arguments,
                                                     mcp::CallContextPtr context) override;
    /// The same for the person of this computer: neither scopes nor rules stop it.
    [[nodiscard]] Task<Result<mcp::ToolResult>> callAsPerson(QString name, Json arguments,
                                                             mcp::CallContextPtr context);
    /// Calls wait for a person.
    [[nodiscard]] bool hasLongTools() const override { return true; }

    /// Names of the tools that a scope opens.
    [[nodiscard]] static QList<ToolSummary> summaries();

private:
    class Private;
    const std::unique_ptr<Private> d;
};

} // namespace flaredeck::tools
