#pragma once

#include "core/mcp/toolprovider.h"

#include <QPromise>

#include <memory>

/// A handful of tools that do what the protocol tests need, and nothing else.
///   add {a, b}                the sum, at once
///   count {steps}             progress each 10 ms, then "counted"; ends early when it is cancelled
///   remember {value}          puts a value into the session's state and answers with the former
///   one fail {how}                "denied", "input" or "throw"
///   meet {}                   asks the person for a name, then answers "Hello NAME"
///   step out {steps}          lets the connection go, then does what count does; if {ask}, what
///                             meet does; if {fail}, what fail does with "input"
///   locked {}                 waits until decide() said whether it may run: "opened", or a refusal
///                             for the lack of the scope "key"
///   tell {}                   logs "quiet" at debug and "loud" at error
/// Callers whose scopes hold "count" see count; everybody sees the others. The toolset "numbers"
/// has add and count.
class DemoTools : public flaredeck::mcp::ToolProvider
{
    Q_OBJECT

public:
    using ToolProvider::ToolProvider;

    [[nodiscard]] QStringList toolsets() const override;
    [[nodiscard]] QList<flaredeck::mcp::Tool> list(const flaredeck::CallerPtr &caller,
                                                   const QString &toolset) const override;
    [[nodiscard]] bool hasLongTools() const override { return true; }
    [[nodiscard]] QString instructions(const flaredeck::CallerPtr &caller) const override;
    [[nodiscard]] flaredeck::Task<flaredeck::Result<flaredeck::mcp::ToolResult>>
    call(QString name, flaredeck::Json arguments, flaredeck::mcp::CallContextPtr context) override;

    /// Calls of locked that wait, and the word for all of them.
    [[nodiscard]] int locked() const { return int(m_locked.size()); }
    void decide(bool opens);

    /// Calls of count that have not ended; outlives the tools.
    [[nodiscard]] std::shared_ptr<const int> counting() const { return m_counting; }
    /// What the last call was told about its caller.
    [[nodiscard]] QByteArray lastAccountHeader() const { return m_lastAccountHeader; }
    [[nodiscard]] QString lastClient() const { return m_lastClient; }

private:
    std::shared_ptr<int> m_counting = std::make_shared<int>(0);
    QList<std::shared_ptr<QPromise<bool>>> m_locked;
    QByteArray m_lastAccountHeader;
    QString m_lastClient;
};
