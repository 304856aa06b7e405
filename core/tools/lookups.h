#pragma once

#include "core/tools/tool.h"

#include <QHash>

namespace flaredeck::tools {

/// Finds what calls name: by id, or by name, within the caller's accounts only. So a call reaches
/// nothing of an account that its grant does not hold, although the sign-in does. Core thread.
class Lookups
{
public:
    explicit Lookups(UpstreamPtr upstream);

    /// The id of what `value` names. NotFound with the nearest names when the caller reaches no
    /// such thing; InvalidInput names the argument.
    [[nodiscard]] Task<Result<QString>> idOf(InvocationPtr call, QString lookup, QString argument,
                                             QString value);

    /// That the caller still reaches what `id` names, asked anew: as after a person's word, for
    /// which a call may wait for minutes.
    [[nodiscard]] Task<Result<>> recheck(InvocationPtr call, QString lookup, QString id);

private:
    struct Found {
        QString id;
        QString account;
        Millis until = 0;
    };
    [[nodiscard]] Task<Result<Found>> byId(InvocationPtr call, const provider::Lookup &kind,
                                           QString id) const;
    [[nodiscard]] Task<Result<Found>> byName(InvocationPtr call, const provider::Lookup &kind,
                                             QString name) const;

    const UpstreamPtr m_upstream;
    QHash<QString, Found> m_found; ///< by sign-in, kind and what was named
};

} // namespace flaredeck::tools
