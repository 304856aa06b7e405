#pragma once

#include "core/base/result.h"

#include <QString>

#include <vector>

namespace flaredeck::cloudflare {

/// One token of a GraphQL document (GraphQL specification, section 2.1).
struct GraphqlToken {
    enum class Kind { Punctuator, Name, Number, String, End };

    Kind kind = Kind::End;
    QString text; ///< of a string what it means, without quotes and escapes
    int line = 1;
};

/// The tokens, the last one of kind End. InvalidInput names the line of what is no GraphQL.
[[nodiscard]] Result<std::vector<GraphqlToken>> graphqlTokens(QStringView document);

/// The tokens written down again, each on its line: no comments, and every string in its plain
/// form. Whoever reads this reads the same tokens, however they treat odd escapes and characters.
[[nodiscard]] QString graphqlText(const std::vector<GraphqlToken> &tokens);

} // namespace flaredeck::cloudflare
