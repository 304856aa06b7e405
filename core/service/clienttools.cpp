#include "core/service/clienttools.h"

#include "core/provider/scopes.h"

#include <algorithm>

namespace flaredeck::service {

bool opens(const Snapshot &snapshot, const ClientId &client, const QString &scope)
{
    return std::any_of(snapshot.grants.begin(), snapshot.grants.end(), [&](const GrantView &view) {
        return view.grant.client == client && scopes::contains(view.grant.scopes, scope);
    });
}

ClientTools toolsOf(const Snapshot &snapshot, const tools::RuleBook &rules, const ClientId &client,
                    bool listsAll)
{
    ClientTools list;
    list.hasGrant =
        std::any_of(snapshot.grants.begin(), snapshot.grants.end(),
                    [&client](const GrantView &view) { return view.grant.client == client; });
    if (!list.hasGrant)
        return list;
    for (const tools::DefinitionPtr &each : tools::definitions()) {
        const tools::ToolDefinition &tool = *each;
        if (rules.isOff(client, tool) || (!listsAll && !opens(snapshot, client, tool.scope)))
            continue;
        const qsizetype tokens = tools::estimatedTokens(tool);
        for (ClientTools::Part *part : {&list.all, &list.byToolset[tool.toolset()]}) {
            ++part->tools;
            part->tokens += tokens;
        }
    }
    return list;
}

QStringList namesOf(const ClientView &view)
{
    QStringList names{view.client.name};
    if (view.program)
        names << view.program->plainName();
    for (const mcp::SessionInfo &session : view.sessions)
        names << session.clientInfo.section(u' ', 0, 0);
    return names;
}

std::optional<connect::ToolLimit> toolLimitOf(const ClientView &view)
{
    return connect::toolLimit(namesOf(view));
}

} // namespace flaredeck::service
