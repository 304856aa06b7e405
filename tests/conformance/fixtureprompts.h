#pragma once

#include "core/mcp/promptprovider.h"

namespace flaredeck::conformance {

/// The prompts that the suite gets.
class FixturePrompts : public mcp::PromptProvider
{
    Q_OBJECT

public:
    using PromptProvider::PromptProvider;

    [[nodiscard]] QList<mcp::Prompt> list(const CallerPtr &caller) const override;
    [[nodiscard]] Task<Result<mcp::PromptResult>> get(QString name, Json arguments,
                                                      mcp::CallContextPtr context) override;
    [[nodiscard]] std::optional<mcp::Completion>
    complete(const QString &prompt, const QString &argument, const QString &begun) const override;
};

} // namespace flaredeck::conformance
