#pragma once

#include "core/mcp/resourceprovider.h"

namespace flaredeck::conformance {

/// The resources that the suite reads.
class FixtureResources : public mcp::ResourceProvider
{
    Q_OBJECT

public:
    using ResourceProvider::ResourceProvider;

    [[nodiscard]] QList<mcp::Resource> list(const CallerPtr &caller) const override;
    [[nodiscard]] QList<mcp::ResourceTemplate> templates(const CallerPtr &caller) const override;
    [[nodiscard]] Task<Result<QList<mcp::ResourceContents>>>
    read(QString uri, mcp::CallContextPtr context) override;
};

} // namespace flaredeck::conformance
