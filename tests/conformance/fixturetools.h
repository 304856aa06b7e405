#pragma once

#include "core/mcp/toolprovider.h"

#include <functional>
#include <vector>

namespace flaredeck::conformance {

/// What the tools may do to the server beside answering.
struct Triggers {
    std::function<void()> toolsChanged;
    std::function<void()> promptsChanged;
};

using Work =
    std::function<Task<Result<mcp::ToolResult>>(Json arguments, mcp::CallContextPtr context)>;

struct FixtureTool {
    mcp::Tool tool;
    Work work;
};

/// A tool whose schema has these properties.
[[nodiscard]] FixtureTool makeTool(const char *name, const char *description, Work work,
                                   const Json &properties = Json::object(),
                                   const Json &required = Json::array());

/// The tools that the suite calls. Those that ask the client's side are in mrtrtools.
class FixtureTools : public mcp::ToolProvider
{
    Q_OBJECT

public:
    explicit FixtureTools(std::function<void()> promptsChanged, QObject *parent = nullptr);

    [[nodiscard]] QList<mcp::Tool> list(const CallerPtr &caller,
                                        const QString &toolset) const override;
    [[nodiscard]] bool hasLongTools() const override { return true; }
    [[nodiscard]] QString instructions(const CallerPtr &caller) const override;
    [[nodiscard]] Task<Result<mcp::ToolResult>> call(QString name, Json arguments,
                                                     mcp::CallContextPtr context) override;

private:
    std::vector<FixtureTool> m_tools;
};

} // namespace flaredeck::conformance
