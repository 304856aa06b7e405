#pragma once

#include "core/base/json.h"
#include "core/providers/cloudflare/graphqltokens.h"

#include <map>
#include <utility>
#include <vector>

namespace flaredeck::cloudflare {

/// A value in a query or in its variables.
struct GraphqlValue {
    enum class Kind { Null, String, Other, Variable, List, Object };

    Kind kind = Kind::Null;
    QString text; ///< of a string its value, of a variable its name
    /// Of an object its members; the items of a list have no names.
    std::vector<std::pair<QString, GraphqlValue>> members;

    [[nodiscard]] const GraphqlValue *member(const QString &name) const;
    /// A value of the variables, in which nothing stands for anything else.
    [[nodiscard]] static GraphqlValue of(const Json &value);
};

struct GraphqlSelection {
    enum class Kind { Field, Spread, Inline };

    Kind kind = Kind::Field;
    QString name; ///< of the field, never its alias; or of the fragment that is spread here
    GraphqlValue arguments{GraphqlValue::Kind::Object, {}, {}};
    std::vector<GraphqlValue> directives; ///< the arguments of each
    std::vector<GraphqlSelection> selections;
};

/// An executable document (GraphQL specification, section 2.2) of one query.
struct GraphqlDocument {
    std::vector<GraphqlSelection> selections;
    std::map<QString, std::vector<GraphqlSelection>> fragments;
    std::map<QString, GraphqlValue> variables; ///< those that the query declares; their defaults
    std::vector<GraphqlValue> directives;      ///< of the query, its variables and the fragments
};

/// InvalidInput says what is wrong and on which line: a syntax error, something else than exactly
/// one query, the same argument, member, variable or fragment twice, or too deep nesting.
[[nodiscard]] Result<GraphqlDocument> readGraphql(const std::vector<GraphqlToken> &tokens);

} // namespace flaredeck::cloudflare
