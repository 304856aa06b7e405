#include "core/tools/rulebook.h"

#include "core/provider/offer.h"

#include <algorithm>

namespace flaredeck::tools {

using namespace Qt::Literals::StringLiterals;

namespace {

const QString kTool = u"tool:"_s;
const QString kToolset = u"toolset:"_s;
const QString kEffect = u"effect:"_s;

QString keyOf(const ClientId &client, const QString &subject)
{
    return client.value + u'\n' + subject;
}

/// Whether `is` holds for the toolset of that name. Without a copy: a toolset has its whole file.
bool isToolset(const QString &name, bool (*is)(const provider::Toolset &))
{
    const auto offer = provider::offer();
    return std::any_of(offer->toolsets.begin(), offer->toolsets.end(),
                       [&](const auto &toolset) { return toolset.name == name && is(toolset); });
}

} // namespace

RuleBook::RuleBook(const QList<store::Rule> &rules)
    : m_all(rules)
{
    for (const store::Rule &rule : rules) {
        m_byKey.insert(keyOf(rule.client, rule.subject), rule.policy);
        if (!rule.client.value.isEmpty())
            m_clients.insert(rule.client);
    }
}

QString RuleBook::subjectOf(const ToolDefinition &tool)
{
    return kTool + tool.tool.name;
}

QString RuleBook::subjectOf(Effect effect)
{
    return kEffect + nameOf(effect);
}

QString RuleBook::subjectOfToolset(const QString &toolset)
{
    return kToolset + toolset;
}

bool RuleBook::isRule(const QString &subject, Policy policy)
{
    const QString name = subject.section(u':', 1);
    if (subject.startsWith(kTool))
        return findDefinition(name) != nullptr;
    if (subject.startsWith(kToolset))
        return policy != Policy::Ask &&
               isToolset(name, [](const provider::Toolset &) { return true; });
    return subject.startsWith(kEffect) && effectNamed(name) && policy != Policy::Off;
}

bool RuleBook::concerns(const QString &subject, const QString &tool, Effect effect)
{
    if (!subject.startsWith(kToolset))
        return subject == kTool + tool || subject == subjectOf(effect);
    const DefinitionPtr definition = findDefinition(tool);
    return definition && subject == subjectOfToolset(definition->toolset());
}

Policy RuleBook::usual(const ToolDefinition &tool, Effect effect)
{
    // What stays on this computer changes nothing that anybody has to be asked about.
    return effect == Effect::Reads || !tool.tool.annotations.openWorld ? Policy::Allow
                                                                       : Policy::Ask;
}

bool RuleBook::isDeprecated(const QString &toolset)
{
    return isToolset(toolset, [](const provider::Toolset &known) { return known.deprecated; });
}

Policy RuleBook::policyFor(const ClientId &client, const ToolDefinition &tool, Effect effect) const
{
    const auto rule = findForOrAll(client, subjectOf(tool));
    const Policy policy = rule ? *rule : withoutToolRule(client, tool, effect);
    // What a person decided was about another tool.
    return tool.isChanged && policy == Policy::Allow ? Policy::Ask : policy;
}

Policy RuleBook::withoutToolRule(const ClientId &client, const ToolDefinition &tool,
                                 Effect effect) const
{
    if (isToolsetOff(client, tool.toolset()))
        return Policy::Off;
    return findForOrAll(client, subjectOf(effect)).value_or(usual(tool, effect));
}

Policy RuleBook::policyFor(const ClientId &client, Effect effect) const
{
    return findForOrAll(client, subjectOf(effect))
        .value_or(effect == Effect::Reads ? Policy::Allow : Policy::Ask);
}

bool RuleBook::isOff(const ClientId &client, const ToolDefinition &tool) const
{
    return policyFor(client, tool, Effect::Reads) == Policy::Off;
}

bool RuleBook::isToolsetOff(const ClientId &client, const QString &toolset) const
{
    if (const auto policy = findForOrAll(client, subjectOfToolset(toolset)))
        return *policy == Policy::Off;
    return isDeprecated(toolset);
}

std::optional<Policy> RuleBook::find(const ClientId &client, const QString &subject) const
{
    const auto found = m_byKey.constFind(keyOf(client, subject));
    return found == m_byKey.cend() ? std::nullopt : std::optional(*found);
}

std::optional<Policy> RuleBook::findForOrAll(const ClientId &client, const QString &subject) const
{
    const auto own = find(client, subject);
    return own ? own : find(ClientId(), subject);
}

RuleBook RuleBook::with(const ClientId &client, const QString &subject,
                        std::optional<Policy> policy) const
{
    QList<store::Rule> rules = m_all;
    rules.removeIf(
        [&](const store::Rule &rule) { return rule.client == client && rule.subject == subject; });
    if (policy)
        rules.append({client, subject, *policy, 0});
    return RuleBook(rules);
}

} // namespace flaredeck::tools
