#pragma once

#include "core/providers/cloudflare/graphqldocument.h"

#include <QStringList>

namespace flaredeck::cloudflare {

/// What a query reads, all of it: nothing else can be in its result but what belongs to these.
struct GraphqlReach {
    QStringList accounts; ///< ids in lower case, each once
    QStringList zones;
};

/// Decides from the query and its variables alone. Everything that Cloudflare's GraphQL API has of
/// a customer is below viewer.accounts and viewer.zones, so each of these must name its accounts or
/// zones, by their ids. Denied for a query that does not; the error says what to add. Pure.
[[nodiscard]] Result<GraphqlReach> graphqlReach(const GraphqlDocument &document,
                                                const Json &variables);

} // namespace flaredeck::cloudflare
