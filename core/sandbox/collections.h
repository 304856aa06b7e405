#pragma once

#include "core/base/clock.h"
#include "core/http/httpmessage.h"
#include "core/sandbox/sqldatabases.h"
#include "core/sandbox/template.h"
#include "core/sandbox/tokenbook.h"

#include <memory>
#include <vector>

namespace flaredeck::sandbox {

/// The REST endpoints that are data: collections of items that are listed, read, created, changed
/// and deleted, and keep their changes until the program ends. A file has
///   scopes       what it adds to the scopes that a client may be given: id, summary, optional
///   collections  each with
///     items      the initial items. A member whose name begins with _ is never shown. Without it
///                each path finds something without members, for endpoints that always answer the
///                same.
///     defaults   members of every item that has no such member of its own
///     missing    code and message of the 404 for an item that does not exist
///     exists     code and message of the 409 for a second item of that name
///     routes     the operations; the first that matches is used:
///       does     list, get, create, change, delete or query
///       method   when it is not GET, GET, POST, PUT, DELETE, POST
///       path     below /client/v4. {name} matches items by their member _name or name, and
///                becomes _name of an item that is created. {name...}, once in a path, is one or
///                more segments, which need not match. Accounts that the token does not reach are
///                refused earlier.
///       scope    what the token must have; a write scope includes the read scope
///       answer   the result, in place of the item; of a list, {items} and {total} are the page's
///                items and how many there are in all
///       text, type   or a body that is no JSON;   bytes, type   or one in base64
///       bare     true: the result without the envelope
///       search   of a list: parameters of the query, and the member in which their text must occur
///       filter   of a list: parameters of the query, and the member that must be, or have as an
///                element, one of their values
///       after    of a list: parameters of the query, and the member whose text must come after
///       order    of a list: members that ?order= may name; ?direction=desc turns the list around
///       reach    but of create: the member that names an account which the token must reach
///       as       of list and get: the result is an object with the list or item in this member
///       paging   of a list: style page (?page=), cursor (?cursor=) or offset (?offset=); size, the
///                items on a page unless asked, and most; sizeName, what asks, if not per_page;
///                nextPage: true, to say whether there is one; inResult: true for a cursor that
///                stands in the result, beside `truncated`; next: the member of the result that is
///                the cursor, or null at the end. Without a style the whole list is given.
///       needs    of create: members that the body must have;   unique   one that nobody else has
///       item     of create: the item, made of the body, where it is not the body itself
///       sets     of create and change: members that are set whatever the body says
///       sql      of query: the member with the statements that make the item's own database, in
///                which the body's sql runs, with its params; then sets the members that `sizes`
///                names for tables and bytes.   writes   the scope for what does not only read
/// In texts {name} is the member of the item, {list/0/name} one further down, {now} and {3d ago}
/// are times, {hex32} and {uuid} are new each time. In answers it is a part of the path, or else of
/// the body or the query, if the item has no such member.
class Collections
{
public:
    /// Every *.json of the folder. InvalidInput names what cannot be read.
    [[nodiscard]] static Result<Collections> load(const QString &folder, const Clock &clock);

    /// `path` is what comes after /client/v4/, decoded.
    [[nodiscard]] http::Response handle(const http::Request &request, const QStringList &path,
                                        const Agreement &bearer);

private:
    explicit Collections(const Clock &clock)
        : m_clock(&clock)
    {
    }

    void add(Json collection);
    [[nodiscard]] http::Response run(Json &collection, const Json &route, const Json &names,
                                     const http::Request &request, const Agreement &bearer);
    [[nodiscard]] http::Response list(const std::vector<Json> &items, const Json &route,
                                      const Json &names, const http::Form &query) const;
    [[nodiscard]] http::Response create(Json &collection, const Json &route, const Json &names,
                                        const Json &body);
    [[nodiscard]] http::Response query(Json &item, const Json &route, const Json &names,
                                       const Json &body, const Agreement &bearer);
    [[nodiscard]] ValueOf factsOf(const Json &item) const;
    [[nodiscard]] ValueOf factsOf(const Json &item, const Json &names,
                                  const http::Form &query) const;

    const Clock *m_clock;
    std::vector<Json> m_collections;
    std::unique_ptr<SqlDatabases> m_databases = std::make_unique<SqlDatabases>();
};

} // namespace flaredeck::sandbox
