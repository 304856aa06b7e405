#include "core/tools/catalogue.h"

#include "core/base/plaintext.h"
#include "core/provider/offer.h"
#include "core/provider/provider.h"
#include "core/provider/scopes.h"
#include "core/tools/accountchoice.h"
#include "core/tools/toolcalls.h"

#include <QHash>

#include <functional>
#include <map>
#include <tuple>

namespace flaredeck::tools {

using namespace Qt::Literals::StringLiterals;

namespace {

using mcp::ToolResult;

bool isOf(const ToolDefinition &definition, const QString &toolset)
{
    return toolset.isEmpty() || definition.toolsets.contains(toolset);
}

constexpr qsizetype kListedAccounts = 10;

} // namespace

class Catalogue::Private
{
public:
    Private(const provider::Provider &provider, const UpstreamPtr &upstream, const Clock &clock,
            CallParts parts)
        : rules(parts.rules)
        , calls(upstream, clock, std::move(parts))
    {
        entries.reserve(allDefinitions().size());
        for (const ToolDefinition &definition : allDefinitions())
            entries.push_back(makeEntry(definition, upstream, provider.coded()));
        for (const ToolEntry &entry : entries) {
            const QString &name = entry.definition.tool.name;
            if (byName.contains(name))
                qFatal("two toolsets have a tool %s", qPrintable(name));
            byName.insert(name, EntryPtr(EntryPtr(), &entry));
        }
    }

    const Rules *const rules;
    const ToolCalls calls;
    std::vector<ToolEntry> entries;
    QHash<QString, EntryPtr> byName;
    QList<EntryPtr> remote;
    /// Toolset, whether accounts can be chosen, the client if it has rules of its own, scopes.
    using ListKey = std::tuple<QString, bool, QString, ScopeSet>;
    mutable std::map<ListKey, QList<mcp::Tool>, std::less<>> lists;
    bool listsAll = false;
};

Catalogue::Catalogue(const provider::Provider &provider, provider::ApiClient &client,
                     Recorder recorder, const Clock &clock, Permit permit, RightsOf rights,
                     const Rules *rules, ResultLimits limits, QObject *parent)
    : mcp::ToolProvider(parent)
    , d(std::make_unique<Private>(provider, std::make_shared<Upstream>(client, clock), clock,
                                  CallParts{std::move(recorder), std::move(permit),
                                            std::move(rights), rules, std::move(limits)}))
{
    if (rules) {
        connect(rules, &Rules::changed, this, [this] {
            d->lists.clear();
            emit listChanged();
        });
    }
}

Catalogue::~Catalogue() = default;

void Catalogue::setListsAll(bool listsAll)
{
    if (d->listsAll == listsAll)
        return;
    d->listsAll = listsAll;
    d->lists.clear();
    emit listChanged();
}

void Catalogue::setRemoteTools(const QList<DefinitionPtr> &definitions, const RemoteCall &call)
{
    for (const EntryPtr &entry : std::exchange(d->remote, {}))
        d->byName.remove(entry->definition.tool.name);
    for (const DefinitionPtr &definition : definitions) {
        const QString &name = definition->tool.name;
        if (d->byName.contains(name))
            continue; // never in the place of one of ours
        const auto entry = std::make_shared<const ToolEntry>(ToolEntry{
            *definition, std::make_unique<RemoteTool>(*definition, call), definition, {}});
        d->byName.insert(name, entry);
        d->remote << entry;
    }
    d->lists.clear();
    emit listChanged();
}

QStringList Catalogue::toolsets() const
{
    QStringList names;
    for (const provider::Toolset &toolset : provider::toolsets())
        names << toolset.name;
    return names;
}

QList<mcp::Tool> Catalogue::list(const CallerPtr &caller, const QString &toolset) const
{
    const bool choosesAccount = caller->accounts.size() > 1;
    const QString own =
        d->rules && d->rules->book().isOwn(caller->client) ? caller->client.value : QString();
    const auto key = std::tie(toolset, choosesAccount, own, caller->scopes);
    const auto cached = d->lists.find(key);
    if (cached != d->lists.cend())
        return cached->second;
    QList<mcp::Tool> tools;
    const auto add = [&](const ToolEntry &entry) {
        if (!isOf(entry.definition, toolset) ||
            (!d->listsAll && !scopes::contains(caller->scopes, entry.definition.scope)) ||
            (d->rules && d->rules->book().isOff(caller->client, entry.definition)))
            return;
        const mcp::Tool &tool = entry.definition.tool;
        tools << (entry.definition.needsAccount && choosesAccount ? withAccountArgument(tool)
                                                                  : tool);
    };
    for (const ToolEntry &entry : d->entries)
        add(entry);
    for (const EntryPtr &entry : d->remote)
        add(*entry);
    return d->lists.emplace(key, std::move(tools)).first->second;
}

QString Catalogue::instructions(const CallerPtr &caller) const
{
    QString text =
        provider::facts().instructions +
        u" What a tool may see was decided by the user, who can take it back at any time."_s;
    if (caller->accounts.size() > 1) {
        text +=
            u"\n\nSeveral %1 accounts can be used. Give account_id with each call, or call "
            "set_active_account once where the client keeps its session; a %2 header of the client "
            "goes before both. The accounts, with names as their owners chose them:"_s.arg(
                provider::facts().name, QString::fromLatin1(provider::facts().accountHeader));
        for (const AccountRef &account : caller->accounts.mid(0, kListedAccounts))
            text += u"\n- \"%1\": %2"_s.arg(shownName(account.name), shownName(account.id));
        if (const qsizetype more = caller->accounts.size() - kListedAccounts; more > 0)
            text += u"\n- and %1 more: call accounts_list"_s.arg(more);
    }
    return text;
}

Task<Result<ToolResult>> Catalogue::call(QString name, Json arguments, mcp::CallContextPtr context)
{
    EntryPtr entry = d->byName.value(name);
    if (entry && !isOf(entry->definition, context->toolset))
        entry = nullptr;
    return d->calls.call(std::move(entry), std::move(arguments), std::move(context));
}

Task<Result<ToolResult>> Catalogue::callAsPerson(QString name, Json arguments,
                                                 mcp::CallContextPtr context)
{
    return d->calls.call(d->byName.value(name), std::move(arguments), std::move(context), true);
}

QList<ToolSummary> Catalogue::summaries()
{
    QList<ToolSummary> list;
    for (const DefinitionPtr &definition : definitions())
        list.append({definition->tool.name, definition->tool.title, definition->scope});
    return list;
}

} // namespace flaredeck::tools
