#pragma once

#include "core/base/clock.h"
#include "core/http/httpmessage.h"

namespace flaredeck::sandbox {

/// The stand-in for Cloudflare's GraphQL API. It reads no GraphQL: what a query contains decides
/// which of the answers in resources/sandbox/graphql/answers.json it gets: the schema, one type of
/// it, or one of the datasets.
class GraphqlAnswers
{
public:
    explicit GraphqlAnswers(const Clock &clock);

    /// The answer to a body of query and variables.
    [[nodiscard]] http::Response answer(const http::Request &request) const;

private:
    [[nodiscard]] Json dataFor(const QString &query, const Json &variables) const;

    const Clock &m_clock;
};

} // namespace flaredeck::sandbox
