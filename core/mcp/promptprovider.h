#pragma once

#include "core/mcp/methods/callcontext.h"

#include <QObject>

namespace flaredeck::mcp {

/// Where the protocol engine gets its prompts from.
class PromptProvider : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    /// In a stable order.
    [[nodiscard]] virtual QList<Prompt> list(const CallerPtr &caller) const = 0;
    /// `arguments` is an object of strings that has whatever list() calls required. An Error of
    /// kind NotFound when this caller has no such prompt.
    [[nodiscard]] virtual Task<Result<PromptResult>> get(QString name, Json arguments,
                                                         CallContextPtr context) = 0;
    /// Proposals for an argument; nothing when there is no such prompt.
    [[nodiscard]] virtual std::optional<Completion>
    complete(const QString &prompt, const QString &argument, const QString &begun) const = 0;

signals:
    void listChanged();
};

} // namespace flaredeck::mcp
