#include "core/provider/tokenlink.h"

#include <algorithm>

namespace flaredeck::provider {

using namespace Qt::Literals::StringLiterals;

namespace {

QStringList rightsFor(const Facts &facts, const ScopeSet &wanted, TokenOwnedBy owner)
{
    QStringList ids = facts.apiTokens.always;
    if (owner == TokenOwnedBy::Person)
        ids += facts.apiTokens.alwaysOfUser;
    for (const ScopeInfo &scope : facts.scopes) {
        if (wanted.contains(scope.name))
            ids += scope.upstream;
    }
    ids.removeDuplicates();
    return ids;
}

/// A scope that only looks may still need more at the provider, such as to run something.
bool onlyReads(const Facts &facts, const ScopeInfo &scope)
{
    return !scope.write &&
           std::all_of(scope.upstream.begin(), scope.upstream.end(), [&facts](const QString &id) {
               const TokenRight *right = facts.apiTokens.find(id);
               return right && right->type == "read"_L1;
           });
}

} // namespace

TokenLink tokenLink(const Facts &facts, const ScopeSet &wanted, TokenOwnedBy owner)
{
    const QUrl page =
        owner == TokenOwnedBy::Person ? facts.apiTokens.userPage : facts.apiTokens.accountPage;
    if (!page.isValid())
        return {};
    TokenLink link{page};
    QList<const TokenRight *> rights;
    for (const QString &id : rightsFor(facts, wanted, owner)) {
        if (const TokenRight *right = facts.apiTokens.find(id))
            rights << right;
        else
            link.missing << id;
    }
    const auto isEdited = [&rights](const QString &key) {
        return std::any_of(rights.begin(), rights.end(), [&key](const TokenRight *right) {
            return right->key == key && right->type == "edit"_L1;
        });
    };
    Json keys = Json::array();
    for (const TokenRight *right : std::as_const(rights)) {
        if (right->type == "read"_L1 && isEdited(right->key))
            continue;
        keys.push_back({{"key", right->key.toStdString()}, {"type", right->type.toStdString()}});
        if (!right->confirmed)
            link.unconfirmed << right->id;
    }
    // The page of accounts has a query already, whose text must stay as it is.
    QString query = page.query(QUrl::FullyEncoded);
    if (!query.isEmpty())
        query += u'&';
    query += u"permissionGroupKeys="_s +
             QString::fromLatin1(QUrl::toPercentEncoding(QString::fromUtf8(json::print(keys))));
    if (owner == TokenOwnedBy::Person)
        query += u"&accountId=*&zoneId=all"_s;
    link.url.setQuery(query + u"&name=Flaredeck"_s, QUrl::StrictMode);
    return link;
}

ScopeSet scopesOf(const Facts &facts, Reach reach)
{
    ScopeSet offered;
    for (const Toolset &toolset : facts.toolsets) {
        if (!toolset.deprecated)
            offered.insert(toolset.scopes.begin(), toolset.scopes.end());
    }
    ScopeSet scopes;
    for (const ScopeInfo &scope : facts.scopes) {
        const bool isBaseline = scope.upstream.isEmpty();
        if ((isBaseline || offered.contains(scope.name)) &&
            (reach == Reach::ReadAndChange || onlyReads(facts, scope)))
            scopes.insert(scope.name);
    }
    return scopes;
}

bool isTokenShaped(const Facts &facts, const QString &text)
{
    return facts.apiTokens.userPage.isValid() &&
           facts.apiTokens.shape.match(text.trimmed()).hasMatch();
}

} // namespace flaredeck::provider
