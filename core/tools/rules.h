#pragma once

#include "core/store/vault/ruletable.h"
#include "core/tools/definition.h"

#include <QHash>
#include <QObject>
#include <QSet>

namespace flaredeck::tools {

/// What happens to calls: the rules that a person made, and what holds without one. For a call
/// counts, in this order: the rule of its client about the tool; that of all clients; a toolset
/// that is off, for its client or for all; the client's rule about the effect, that of all; and
/// else reads run, and a person is asked about the rest. Core thread.
class Rules : public QObject
{
    Q_OBJECT

public:
    Rules(store::Rules &table, const Clock &clock, QObject *parent = nullptr);

    [[nodiscard]] Policy policyFor(const ClientId &client, const ToolDefinition &tool,
                                   Effect effect) const;
    /// Whether the client has no such tool.
    [[nodiscard]] bool isOff(const ClientId &client, const ToolDefinition &tool) const;
    /// Whether it has rules of its own; other clients all have the same tools.
    [[nodiscard]] bool isOwn(const ClientId &client) const;
    /// As they are kept: those of a client that was removed since are not among them.
    [[nodiscard]] QList<store::Rule> all() const { return m_table.all(); }

    /// `policy` empty removes the rule. InvalidInput when there is no such subject: what may be
    /// named is "tool:NAME", "toolset:NAME" (allow or off) and "effect:NAME" (allow or ask).
    Result<> set(const ClientId &client, const QString &subject, std::optional<Policy> policy);

    [[nodiscard]] static QString subjectOf(const ToolDefinition &tool);
    /// What holds for a call without any rule.
    [[nodiscard]] static Policy usual(const ToolDefinition &tool, Effect effect);

signals:
    void changed();

private:
    [[nodiscard]] std::optional<Policy> find(const ClientId &client, const QString &subject) const;
    [[nodiscard]] bool isToolsetOff(const ClientId &client, const QString &toolset) const;
    void read();

    store::Rules &m_table;
    const Clock &m_clock;
    QHash<QString, Policy> m_byKey; ///< client, a line end, subject
    QSet<ClientId> m_clients;
};

} // namespace flaredeck::tools
