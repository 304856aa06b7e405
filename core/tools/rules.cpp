#include "core/tools/rules.h"

#include "core/provider/facts.h"

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

const provider::Toolset *toolsetNamed(const QString &name)
{
    const auto &all = provider::facts().toolsets;
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&name](const auto &toolset) { return toolset.name == name; });
    return found == all.end() ? nullptr : &*found;
}

bool isTool(const QString &name)
{
    const auto &all = allDefinitions();
    return std::any_of(all.begin(), all.end(),
                       [&name](const auto &tool) { return tool.tool.name == name; });
}

/// Whether a rule about this can have this policy.
bool fits(const QString &subject, Policy policy)
{
    const QString name = subject.section(u':', 1);
    if (subject.startsWith(kTool))
        return isTool(name);
    if (subject.startsWith(kToolset))
        return toolsetNamed(name) && policy != Policy::Ask;
    return subject.startsWith(kEffect) && effectNamed(name) && policy != Policy::Off;
}

} // namespace

Rules::Rules(store::Rules &table, const Clock &clock, QObject *parent)
    : QObject(parent)
    , m_table(table)
    , m_clock(clock)
{
    read();
}

QString Rules::subjectOf(const ToolDefinition &tool)
{
    return kTool + tool.tool.name;
}

Policy Rules::usual(const ToolDefinition &tool, Effect effect)
{
    // What stays on this computer changes nothing that anybody has to be asked about.
    return effect == Effect::Reads || !tool.tool.annotations.openWorld ? Policy::Allow
                                                                       : Policy::Ask;
}

Policy Rules::policyFor(const ClientId &client, const ToolDefinition &tool, Effect effect) const
{
    const QString subject = subjectOf(tool);
    for (const ClientId &who : {client, ClientId()}) {
        if (const auto policy = find(who, subject))
            return *policy;
    }
    if (isToolsetOff(client, tool.toolset()))
        return Policy::Off;
    for (const ClientId &who : {client, ClientId()}) {
        if (const auto policy = find(who, kEffect + nameOf(effect)))
            return *policy;
    }
    return usual(tool, effect);
}

bool Rules::isOff(const ClientId &client, const ToolDefinition &tool) const
{
    return policyFor(client, tool, Effect::Reads) == Policy::Off;
}

bool Rules::isOwn(const ClientId &client) const
{
    return m_clients.contains(client);
}

bool Rules::isToolsetOff(const ClientId &client, const QString &toolset) const
{
    for (const ClientId &who : {client, ClientId()}) {
        if (const auto policy = find(who, kToolset + toolset))
            return *policy == Policy::Off;
    }
    const provider::Toolset *known = toolsetNamed(toolset);
    return known && known->deprecated;
}

std::optional<Policy> Rules::find(const ClientId &client, const QString &subject) const
{
    const auto found = m_byKey.constFind(keyOf(client, subject));
    return found == m_byKey.cend() ? std::nullopt : std::optional(*found);
}

Result<> Rules::set(const ClientId &client, const QString &subject, std::optional<Policy> policy)
{
    // What an update took away can still be tidied up.
    const bool isTidying = !policy && find(client, subject);
    if (!isTidying && !fits(subject, policy.value_or(Policy::Allow))) {
        return fail(Error::Kind::InvalidInput, u"There is no such rule for %1."_s.arg(subject),
                    u"Name a tool, a toolset (allow or off) or an effect (allow or ask)."_s);
    }
    const Result<> done = policy ? m_table.save({client, subject, *policy, m_clock.now()})
                                 : m_table.remove(client, subject);
    if (!done)
        return done;
    read();
    emit changed();
    return {};
}

void Rules::read()
{
    m_byKey.clear();
    m_clients.clear();
    for (const store::Rule &rule : m_table.all()) {
        m_byKey.insert(keyOf(rule.client, rule.subject), rule.policy);
        if (!rule.client.value.isEmpty())
            m_clients.insert(rule.client);
    }
}

} // namespace flaredeck::tools
