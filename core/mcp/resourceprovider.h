#pragma once

#include "core/mcp/methods/callcontext.h"

#include <QObject>

namespace flaredeck::mcp {

/// Where the protocol engine gets what clients can read.
class ResourceProvider : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    /// Both in a stable order.
    [[nodiscard]] virtual QList<Resource> list(const CallerPtr &caller) const = 0;
    [[nodiscard]] virtual QList<ResourceTemplate> templates(const CallerPtr &caller) const
    {
        Q_UNUSED(caller)
        return {};
    }
    /// An Error of kind NotFound when this caller has no such resource.
    [[nodiscard]] virtual Task<Result<QList<ResourceContents>>> read(QString uri,
                                                                     CallContextPtr context) = 0;
    /// Proposals for the part of a template; nothing when there is no such template.
    [[nodiscard]] virtual std::optional<Completion>
    complete(const QString &uriTemplate, const QString &part, const QString &begun) const
    {
        Q_UNUSED(uriTemplate)
        Q_UNUSED(part)
        Q_UNUSED(begun)
        return std::nullopt;
    }

signals:
    void listChanged();
    /// What the resource holds has changed.
    void updated(const QString &uri);
};

} // namespace flaredeck::mcp
