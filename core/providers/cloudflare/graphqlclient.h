#pragma once

#include "core/tools/tool.h"

namespace flaredeck::cloudflare {

/// Sends a query to Cloudflare's GraphQL API. The whole answer: data, errors, extensions; its text
/// as it came is `raw`.
struct GraphqlAnswer {
    Json whole;
    QString raw;

    [[nodiscard]] Json data() const;      ///< null when there is none
    [[nodiscard]] QString errors() const; ///< their messages; empty when there are none
};

/// An Error only where no GraphQL came back; a query that failed is an answer.
[[nodiscard]] Task<Result<GraphqlAnswer>>
askGraphql(tools::UpstreamPtr upstream, tools::InvocationPtr call, QString query, Json variables);

/// The same for our own queries: their data. A query that failed is an Error with its messages.
[[nodiscard]] Task<Result<Json>> graphqlData(tools::UpstreamPtr upstream, tools::InvocationPtr call,
                                             QString query, Json variables);

} // namespace flaredeck::cloudflare
