#pragma once

#include "core/tools/rulebook.h"

#include <QWidget>

#include <array>

namespace flaredeck::ui {

class PolicyBox;

/// What happens to calls of each effect, where no rule about their tool says more.
class ToolDefaults : public QWidget
{
    Q_OBJECT

public:
    explicit ToolDefaults(QWidget *parent = nullptr);

    /// `client` empty = all.
    void setRules(const tools::RuleBook &rules, const ClientId &client);

signals:
    void ruleChosen(const flaredeck::ClientId &client, const QString &subject,
                    std::optional<flaredeck::Policy> policy);

private:
    std::array<PolicyBox *, kEffects.size()> m_boxes{};
    ClientId m_client;
};

} // namespace flaredeck::ui
