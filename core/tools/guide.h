#pragma once

#include "core/mcp/resourceprovider.h"
#include "core/provider/facts.h"

namespace flaredeck::tools {

class Catalogue;
class ResultShelf;

/// What a model can read instead of guessing: the accounts that its grant reaches, what each
/// toolset has, the guides that toolsets bring, and what was cut off results.
class Guide : public mcp::ResourceProvider
{
    Q_OBJECT

public:
    /// Catalogue and shelf must outlive it.
    explicit Guide(const Catalogue &catalogue, ResultShelf *results = nullptr,
                   QObject *parent = nullptr);

    [[nodiscard]] QList<mcp::Resource> list(const CallerPtr &caller) const override;
    [[nodiscard]] QList<mcp::ResourceTemplate> templates(const CallerPtr &caller) const override;
    [[nodiscard]] Task<Result<QList<mcp::ResourceContents>>>
    read(QString uri, mcp::CallContextPtr context) override;

private:
    [[nodiscard]] Result<QString> textOf(const QString &uri, const CallerPtr &caller) const;
    [[nodiscard]] QString describe(const provider::Toolset &toolset, const CallerPtr &caller) const;

    const Catalogue &m_catalogue;
    ResultShelf *const m_results;
};

} // namespace flaredeck::tools
