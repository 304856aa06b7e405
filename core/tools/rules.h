#pragma once

#include "core/store/vault/ruletable.h"
#include "core/tools/rulebook.h"

#include <QObject>

namespace flaredeck::tools {

/// The rules that a person made about calls, kept in the vault. What they mean is RuleBook's. Core
/// thread.
class Rules : public QObject
{
    Q_OBJECT

public:
    Rules(store::Rules &table, const Clock &clock, QObject *parent = nullptr);

    [[nodiscard]] const RuleBook &book() const { return m_book; }

    /// `policy` empty removes the rule. InvalidInput when there is no such rule, see
    /// RuleBook::isRule(), or no such client.
    Result<> set(const ClientId &client, const QString &subject, std::optional<Policy> policy);

    /// Clients are gone, and their rules with them.
    void readAgain();

signals:
    void changed();
    /// A rule was set that lets no call through of itself, or one that might have is gone: what a
    /// person said about these calls before counts no more. An empty client stands for all.
    void withheld(const flaredeck::ClientId &client, const QString &subject);

private:
    store::Rules &m_table;
    const Clock &m_clock;
    RuleBook m_book;
};

} // namespace flaredeck::tools
