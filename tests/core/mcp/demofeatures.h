#pragma once

#include "core/mcp/promptprovider.h"
#include "core/mcp/resourceprovider.h"

/// Prompt greet {name}; "name" is completed from Ada, Alan and Grace.
class DemoPrompts : public flaredeck::mcp::PromptProvider
{
    Q_OBJECT

public:
    using PromptProvider::PromptProvider;

    [[nodiscard]] QList<flaredeck::mcp::Prompt>
    list(const flaredeck::CallerPtr &caller) const override;
    [[nodiscard]] flaredeck::Task<flaredeck::Result<flaredeck::mcp::PromptResult>>
    get(QString name, flaredeck::Json arguments, flaredeck::mcp::CallContextPtr context) override;
    [[nodiscard]] std::optional<flaredeck::mcp::Completion>
    complete(const QString &prompt, const QString &argument, const QString &begun) const override;
};

/// Resources demo:text and demo:picture, and the template demo:letter/{letter}.
class DemoResources : public flaredeck::mcp::ResourceProvider
{
    Q_OBJECT

public:
    using ResourceProvider::ResourceProvider;

    [[nodiscard]] QList<flaredeck::mcp::Resource>
    list(const flaredeck::CallerPtr &caller) const override;
    [[nodiscard]] QList<flaredeck::mcp::ResourceTemplate>
    templates(const flaredeck::CallerPtr &caller) const override;
    [[nodiscard]] flaredeck::Task<flaredeck::Result<QList<flaredeck::mcp::ResourceContents>>>
    read(QString uri, flaredeck::mcp::CallContextPtr context) override;
};
