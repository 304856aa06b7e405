#pragma once

#include "core/base/json.h"

#include <QStringList>

/// Walks through the schema of Cloudflare's GraphQL API, as introspection shows it (GraphQL
/// specification, section 4). Pure.
namespace flaredeck::cloudflare::graphqlschema {

/// Asks for the names of the root types, and for name, kind and description of every type.
[[nodiscard]] QString overviewQuery();
/// Asks for all that there is of the type that the variable $name names.
[[nodiscard]] QString detailsQuery();

/// One page of a list, and what to say of it: page, pageSize, `total`, totalPages, hasNextPage,
/// hasPreviousPage.
struct Page {
    Json items;
    Json pagination;
};
[[nodiscard]] Page pageOf(const Json &list, qint64 page, qint64 size, const std::string &total);

/// The names of the root types, those that there are.
[[nodiscard]] QStringList rootTypes(const Json &schema);

/// Finds a keyword in names and descriptions.
class Search
{
public:
    struct Options {
        QString keyword;
        bool internalTypes = false; ///< those whose names begin with __, too
        bool onlyObjects = true;    ///< only what has a description
    };

    Search(const Json &schema, Options options);

    /// The types whose details are worth a look: those that match, then the root types, then all
    /// that have fields.
    [[nodiscard]] QStringList candidates() const;
    void addDetails(const Json &type);
    [[nodiscard]] Json result() const;

private:
    [[nodiscard]] QString reason(const Json &item) const; ///< empty when nothing matches
    void add(Json &matches, const Json &item, Json entry, const char *name) const;
    [[nodiscard]] bool isShown(const QString &type) const;

    const Json m_schema;
    const Options m_options;
    Json m_types = Json::array();
    Json m_fields = Json::array();
    Json m_enumValues = Json::array();
    Json m_arguments = Json::array();
};

} // namespace flaredeck::cloudflare::graphqlschema
