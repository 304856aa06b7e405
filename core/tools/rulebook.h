#pragma once

#include "core/store/values.h"
#include "core/tools/definition.h"

#include <QHash>
#include <QSet>

#include <optional>

namespace flaredeck::tools {

/// The rules about calls at one moment, and what follows from them. For a call counts, in this
/// order: the rule of its client about the tool; that of all clients; a toolset that is off, for
/// its client or for all; the client's rule about the effect, that of all; and else reads run, and
/// a person is asked about the rest. A value; any thread. An empty client stands for all.
class RuleBook
{
public:
    explicit RuleBook(const QList<store::Rule> &rules = {});

    [[nodiscard]] Policy policyFor(const ClientId &client, const ToolDefinition &tool,
                                   Effect effect) const;
    /// What would hold for the tool without rules about this very tool.
    [[nodiscard]] Policy withoutToolRule(const ClientId &client, const ToolDefinition &tool,
                                         Effect effect) const;
    /// Whether the client has no such tool.
    [[nodiscard]] bool isOff(const ClientId &client, const ToolDefinition &tool) const;
    [[nodiscard]] bool isToolsetOff(const ClientId &client, const QString &toolset) const;
    /// The policy of calls of an effect, where no rule about the tool or its toolset says more.
    [[nodiscard]] Policy policyFor(const ClientId &client, Effect effect) const;
    /// Whether it has rules of its own; other clients all have the same tools.
    [[nodiscard]] bool isOwn(const ClientId &client) const { return m_clients.contains(client); }
    /// The rule itself, which may be absent.
    [[nodiscard]] std::optional<Policy> find(const ClientId &client, const QString &subject) const;
    [[nodiscard]] const QList<store::Rule> &all() const { return m_all; }
    /// The same with one rule set, or removed.
    [[nodiscard]] RuleBook with(const ClientId &client, const QString &subject,
                                std::optional<Policy> policy) const;

    [[nodiscard]] static QString subjectOf(const ToolDefinition &tool);
    [[nodiscard]] static QString subjectOf(Effect effect);
    [[nodiscard]] static QString subjectOfToolset(const QString &toolset);
    /// Whether there is this subject, and a rule about it can have this policy: "tool:NAME",
    /// "toolset:NAME" (allow or off) and "effect:NAME" (allow or ask).
    [[nodiscard]] static bool isRule(const QString &subject, Policy policy);
    /// Whether calls of the tool with this effect are what a rule with this subject speaks of.
    [[nodiscard]] static bool concerns(const QString &subject, const QString &tool, Effect effect);
    /// What holds for a call without any rule.
    [[nodiscard]] static Policy usual(const ToolDefinition &tool, Effect effect);
    /// Whether a toolset is off until a person switches it on.
    [[nodiscard]] static bool isDeprecated(const QString &toolset);

private:
    [[nodiscard]] std::optional<Policy> findForOrAll(const ClientId &client,
                                                     const QString &subject) const;

    QList<store::Rule> m_all;
    QHash<QString, Policy> m_byKey; ///< client, a line end, subject
    QSet<ClientId> m_clients;
};

} // namespace flaredeck::tools
