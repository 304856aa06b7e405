#include "core/providers/cloudflare/graphqlreach.h"
#include "tests/fuzz/fuzztarget.h"

#include <algorithm>

using namespace flaredeck;
using namespace flaredeck::cloudflare;

namespace {

bool areSame(const std::vector<GraphqlToken> &a, const std::vector<GraphqlToken> &b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const auto &one, const auto &other) {
                          return one.kind == other.kind && one.text == other.text;
                      });
}

bool isId(const QString &id)
{
    return id.size() == 32 && std::all_of(id.begin(), id.end(), [](QChar c) {
               return (c >= u'0' && c <= u'9') || (c >= u'a' && c <= u'f');
           });
}

} // namespace

/// A query, or its variables, a line of their own, and the query.
FUZZ_TARGET(graphql)
{
    Json variables = Json::object();
    QByteArray query = input;
    if (const qsizetype end = input.indexOf('\n'); end > 0) {
        const auto first = json::parse(input.left(end));
        if (first && first->is_object()) {
            variables = *first;
            query = input.mid(end + 1);
        }
    }

    const auto tokens = graphqlTokens(QString::fromUtf8(query));
    if (!tokens) {
        MUST(!tokens.error().message.isEmpty());
        return;
    }
    MUST(!tokens->empty() && tokens->back().kind == GraphqlToken::Kind::End);
    const QString text = graphqlText(*tokens);
    const auto again = graphqlTokens(text);
    MUST(again && areSame(*again, *tokens));
    MUST(graphqlText(*again) == text);

    const auto document = readGraphql(*tokens);
    const auto same = readGraphql(*again);
    MUST(document.has_value() == same.has_value());
    if (!document)
        return;
    MUST(tokens->front().text != QStringLiteral("mutation"));
    const auto reach = graphqlReach(*document, variables);
    const auto sameReach = graphqlReach(*same, variables);
    MUST(reach.has_value() == sameReach.has_value());
    if (!reach)
        return;
    MUST(reach->accounts == sameReach->accounts && reach->zones == sameReach->zones);
    MUST(std::all_of(reach->accounts.begin(), reach->accounts.end(), isId));
    MUST(std::all_of(reach->zones.begin(), reach->zones.end(), isId));
    // Whoever asks for zones of viewer has named some.
    const auto names = [&](const char *name) {
        return std::any_of(document->selections.begin(), document->selections.end(),
                           [name](const GraphqlSelection &top) {
                               return top.name == QStringLiteral("viewer") &&
                                      std::any_of(top.selections.begin(), top.selections.end(),
                                                  [name](const GraphqlSelection &one) {
                                                      return one.name == QLatin1StringView(name) &&
                                                             one.kind ==
                                                                 GraphqlSelection::Kind::Field;
                                                  });
                           });
    };
    MUST(!names("zones") || !reach->zones.isEmpty());
    MUST(!names("accounts") || !reach->accounts.isEmpty());
}
