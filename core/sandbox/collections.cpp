#include "core/sandbox/collections.h"

#include "core/base/crypto.h"
#include "core/sandbox/inventory.h"
#include "core/sandbox/responses.h"

#include <QDateTime>
#include <QUuid>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace flaredeck::sandbox {

namespace {

constexpr int kSize = 20; ///< items on a page, unless the data sets another size
constexpr int kMost = 100;

QString textAt(const Json &object, const char *key)
{
    return json::stringAt(object, key).value_or(QString());
}

QByteArray methodNameOf(const Json &route)
{
    static const Json methods{{"list", "GET"},   {"get", "GET"},       {"create", "POST"},
                              {"change", "PUT"}, {"delete", "DELETE"}, {"query", "POST"}};
    const QString method = textAt(route, "method");
    return (method.isEmpty() ? textAt(methods, textAt(route, "does").toLatin1().constData())
                             : method)
        .toLatin1();
}

QByteArray nameOf(http::Method method)
{
    switch (method) {
    case http::Method::Get:
        return "GET";
    case http::Method::Post:
        return "POST";
    case http::Method::Put:
        return "PUT";
    case http::Method::Patch:
        return "PATCH";
    case http::Method::Delete:
        return "DELETE";
    default:
        return {};
    }
}

/// The names in a path pattern with their values; nothing when the path does not match.
std::optional<Json> fit(const QString &path, const QStringList &asked)
{
    const QStringList parts = path.mid(1).split(u'/');
    Json names = Json::object();
    qsizetype at = 0;
    for (const QString &part : parts) {
        const qsizetype length = part.endsWith("...}"_L1) ? asked.size() - parts.size() + 1 : 1;
        if (length < 1 || at + length > asked.size())
            return {};
        const QString value = asked.mid(at, length).join(u'/');
        if (part.startsWith(u'{'))
            names[part.mid(1).chopped(1).toStdString()] = value;
        else if (part != value)
            return {};
        at += length;
    }
    return at == asked.size() ? std::optional(names) : std::nullopt;
}

const Json *namedIn(const Json &item, const std::string &name)
{
    if (name.find('/') != std::string::npos && name.find('~') == std::string::npos) {
        const Json::json_pointer place('/' + name);
        return item.contains(place) ? &item.at(place) : nullptr;
    }
    const Json *hidden = json::find(item, ('_' + name).c_str());
    return hidden ? hidden : json::find(item, name.c_str());
}

bool fits(const Json &item, const Json &names)
{
    if (item.empty())
        return true; // the one of a collection without items
    for (const auto &[name, value] : names.items()) {
        const Json *member = namedIn(item, name);
        if (!name.ends_with("...") && (!member || *member != value))
            return false;
    }
    return true;
}

/// The members of an item that may be shown, or of a body that may be stored.
Json shown(const Json &item)
{
    Json members = Json::object();
    for (const auto &[key, value] : item.items()) {
        if (!key.starts_with('_'))
            members[key] = value;
    }
    return members;
}

/// Whether a member is, or has as an element, one of the values.
bool isOneOf(const Json &member, const QStringList &values)
{
    if (member.is_array())
        return std::any_of(member.begin(), member.end(),
                           [&values](const Json &one) { return isOneOf(one, values); });
    return values.contains(member.is_string() ? json::toQString(member)
                                              : QString::fromStdString(member.dump()));
}

http::Response sent(const Json &route, const QByteArray &bytes)
{
    auto response = http::Response::text(200, bytes);
    response.headers.set("Content-Type", textAt(route, "type").toLatin1());
    return response;
}

http::Response answered(const Json &route, const Json &result, const Json &info = nullptr)
{
    return route.value("bare", false) ? http::Response::json(200, result)
                                      : envelope::success(result, info);
}

/// The name of the database of the item that a path names.
QString databaseOf(const Json &names)
{
    return QString::fromUtf8(json::print(names));
}

http::Response worded(int status, const Json &collection, const char *what)
{
    const Json *words = json::find(collection, what);
    return envelope::failure(status,
                             int(words ? json::integerAt(*words, "code").value_or(7003) : 7003),
                             words ? textAt(*words, "message") : u"Not found"_s);
}

} // namespace

Result<Collections> Collections::load(const QString &folder, const Clock &clock)
{
    const auto files = inventory::read(folder);
    if (!files)
        return fail(files.error());
    Collections loaded(clock);
    for (const Json &file : *files) {
        for (const Json &collection : file.value("collections", Json::array()))
            loaded.add(collection);
    }
    return loaded;
}

void Collections::add(Json collection)
{
    const Json defaults = collection.value("defaults", Json::object());
    if (!json::find(collection, "items"))
        collection["items"] = Json::array({Json::object()});
    for (Json &item : collection["items"]) {
        item = filled(item, factsOf(item));
        Json whole = filled(defaults, factsOf(item));
        whole.update(item);
        item = std::move(whole);
    }
    m_collections.push_back(std::move(collection));
}

ValueOf Collections::factsOf(const Json &item) const
{
    return [&item, now = m_clock->now()](const std::string &name) -> std::optional<Json> {
        const auto time = [](Millis at) {
            return Json(QDateTime::fromMSecsSinceEpoch(at).toUTC().toString(Qt::ISODateWithMs));
        };
        constexpr Millis kDay = 24LL * 60 * 60 * 1000;
        if (name == "now")
            return time(now);
        if (name.ends_with("d ago"))
            return time(now - QByteArray::fromStdString(name).chopped(5).toLongLong() * kDay);
        if (name == "hex32")
            return Json(crypto::randomId());
        if (name == "uuid")
            return Json(QUuid::createUuid().toString(QUuid::WithoutBraces));
        const Json *member = namedIn(item, name);
        return member ? std::optional(*member) : std::nullopt;
    };
}

ValueOf Collections::factsOf(const Json &item, const Json &names, const http::Form &query) const
{
    return [known = factsOf(item), &names, &query](const std::string &name) -> std::optional<Json> {
        if (const auto value = known(name))
            return value;
        if (const Json *part = json::find(names, name.c_str()))
            return *part;
        const auto asked = query.value(name.c_str());
        return asked ? std::optional<Json>(*asked) : std::nullopt;
    };
}

http::Response Collections::handle(const http::Request &request, const QStringList &path,
                                   const Agreement &bearer)
{
    bool isThere = false;
    for (Json &collection : m_collections) {
        for (const Json &route : collection["routes"]) {
            const auto names = fit(textAt(route, "path"), path);
            if (names && methodNameOf(route) == nameOf(request.method))
                return run(collection, route, *names, request, bearer);
            isThere = isThere || names;
        }
    }
    return isThere ? envelope::wrongMethod() : envelope::noRoute();
}

http::Response Collections::run(Json &collection, const Json &route, const Json &names,
                                const http::Request &request, const Agreement &bearer)
{
    if (!bearer.has(textAt(route, "scope")))
        return envelope::forbidden();
    const http::Form query = http::Form::parse(request.query);
    Json &items = collection["items"];
    const QString verb = textAt(route, "does");
    const QByteArray reach = textAt(route, "reach").toLatin1();
    const auto isMeant = [&](const Json &item) {
        return fits(item, names) &&
               (reach.isEmpty() || bearer.accounts.contains(textAt(item, reach.constData())));
    };
    if (verb == "list"_L1) {
        std::vector<Json> found;
        std::copy_if(items.begin(), items.end(), std::back_inserter(found), isMeant);
        return list(found, route, names, query);
    }

    const Result<Json> parsed = json::parse(request.body);
    const bool needsBody = (verb == "create"_L1 || verb == "change"_L1 || verb == "query"_L1) &&
                           request.method != http::Method::Delete;
    if (needsBody && (!parsed || !parsed->is_object()))
        return envelope::badRequest(u"The body must be a JSON object"_s);
    Json body = parsed && parsed->is_object() ? shown(*parsed) : Json::object();
    if (verb == "create"_L1)
        return create(collection, route, names, body);

    const auto item = std::find_if(items.begin(), items.end(), isMeant);
    if (item == items.end())
        return worded(404, collection, "missing");
    if (verb == "query"_L1)
        return this->query(*item, route, names, body, bearer);
    Json asked = body;
    asked.update(names);
    if (verb == "change"_L1) {
        for (const auto &[name, value] : names.items())
            body.erase(name);
        item->merge_patch(body);
        item->update(filled(route.value("sets", Json::object()), factsOf(*item)));
    }
    const Json text = route.value("text", Json());
    const ValueOf facts = factsOf(*item, asked, query);
    if (text.is_string())
        return sent(route, json::toQString(filled(text, facts)).toUtf8());
    if (const Json *base64 = json::find(route, "bytes"))
        return sent(route, QByteArray::fromBase64(json::toQString(*base64).toLatin1()));
    Json result = verb == "delete"_L1 ? Json() : shown(*item);
    if (const Json *answer = json::find(route, "answer"))
        result = filled(*answer, facts);
    else if (const QString as = textAt(route, "as"); !as.isEmpty())
        result = Json{{as.toStdString(), std::move(result)}};
    if (verb == "delete"_L1) {
        m_databases->drop(databaseOf(names));
        items.erase(item);
    }
    return answered(route, result);
}

http::Response Collections::query(Json &item, const Json &route, const Json &names,
                                  const Json &body, const Agreement &bearer)
{
    constexpr int kSqlError = 7500;
    const QString first = textAt(item, textAt(route, "sql").toLatin1().constData());
    const auto ran =
        m_databases->run(databaseOf(names), first, body, bearer.has(textAt(route, "writes")));
    if (!ran)
        return envelope::failure(400, kSqlError, ran.error().message);
    const Json sizes = route.value("sizes", Json::object());
    if (const auto tables = json::stringAt(sizes, "tables"))
        item[tables->toStdString()] = ran->tables;
    if (const auto bytes = json::stringAt(sizes, "bytes"))
        item[bytes->toStdString()] = ran->bytes;
    return envelope::success(ran->statements);
}

http::Response Collections::create(Json &collection, const Json &route, const Json &names,
                                   const Json &body)
{
    for (const QString &member : json::stringsAt(route, "needs")) {
        if (!json::find(body, member.toLatin1().constData()))
            return envelope::badRequest(u"%1 is needed"_s.arg(member));
    }
    const Json *from = json::find(route, "item");
    Json item = from ? filled(*from, factsOf(body)) : body;
    item.update(filled(route.value("sets", Json::object()), factsOf(body)));
    for (const auto &[name, value] : names.items())
        item['_' + name] = value;
    Json whole = filled(collection.value("defaults", Json::object()), factsOf(item));
    whole.update(item);

    Json taken = names;
    if (const QString unique = textAt(route, "unique"); !unique.isEmpty()) {
        taken[unique.toStdString()] = whole[unique.toStdString()];
        for (const Json &other : collection["items"]) {
            if (fits(other, taken))
                return worded(409, collection, "exists");
        }
    }
    collection["items"].push_back(whole);
    const Json *answer = json::find(route, "answer");
    return answered(route, answer ? filled(*answer, factsOf(whole)) : shown(whole));
}

http::Response Collections::list(const std::vector<Json> &items, const Json &route,
                                 const Json &names, const http::Form &query) const
{
    std::vector<Json> found;
    const Json search = route.value("search", Json::object());
    const Json filter = route.value("filter", Json::object());
    const Json after = route.value("after", Json::object());
    std::copy_if(items.begin(), items.end(), std::back_inserter(found), [&](const Json &item) {
        bool isWanted = true;
        for (const auto &[parameter, member] : search.items()) {
            const QString sought = query.value(parameter.c_str()).value_or(QString());
            isWanted = isWanted && textAt(item, member.get<std::string>().c_str())
                                       .contains(sought, Qt::CaseInsensitive);
        }
        for (const auto &[parameter, member] : after.items()) {
            const auto last = query.value(parameter.c_str());
            isWanted =
                isWanted && (!last || textAt(item, member.get<std::string>().c_str()) > *last);
        }
        for (const auto &[parameter, member] : filter.items()) {
            const QStringList sought = query.values(parameter.c_str());
            const Json *value = namedIn(item, member.get<std::string>());
            isWanted = isWanted && (sought.isEmpty() || (value && isOneOf(*value, sought)));
        }
        return isWanted;
    });
    const QString order = query.value("order").value_or(QString());
    if (json::stringsAt(route, "order").contains(order))
        std::stable_sort(found.begin(), found.end(), [&order](const Json &a, const Json &b) {
            return textAt(a, order.toLatin1().constData()) <
                   textAt(b, order.toLatin1().constData());
        });
    if (query.value("direction") == u"desc"_s)
        std::reverse(found.begin(), found.end());

    const Json paging = route.value("paging", Json::object());
    const QString style = textAt(paging, "style");
    const QByteArray sizeName = QByteArray::fromStdString(paging.value("sizeName", "per_page"));
    const auto number = [&query](const QByteArray &name, int fallback) {
        const auto text = query.value(name);
        return text ? text->toInt() : fallback; // 0 when it is not a number
    };
    const int most = paging.value("most", kMost);
    const int page = number("page", 1);
    const int size = number(sizeName, paging.value("size", kSize));
    const int total = int(found.size());
    if (!style.isEmpty() && (page < 1 || size < 1 || size > most))
        return envelope::badRequest(u"page must be at least 1 and %1 from 1 to %2"_s.arg(
            QString::fromLatin1(sizeName), QString::number(most)));
    int start = style == "page"_L1 ? std::min<qint64>(total, qint64(page - 1) * size)
                : style.isEmpty()  ? 0
                                   : std::clamp(number(style.toLatin1(), 0), 0, total);
    const int end = style.isEmpty() ? total : std::min(total, start + size);

    Json part = Json::array();
    for (; start < end; ++start)
        part.push_back(shown(found[std::size_t(start)]));
    Json info;
    if (style == "page"_L1)
        info = {{"page", page},
                {"per_page", size},
                {"count", part.size()},
                {"total_count", total},
                {"total_pages", (total + size - 1) / size}};
    if (paging.value("nextPage", false))
        info["next_page"] = end < total;
    const bool isInResult = paging.value("inResult", false);
    if (style == "cursor"_L1 && !isInResult)
        info = {{"count", part.size()}, {"per_page", size}, {"cursor", ""}};
    if (style == "cursor"_L1 && !isInResult && end < total)
        info["cursor"] = std::to_string(end);
    if (style == "offset"_L1)
        info = {{"count", part.size()}, {"total_count", total}};

    if (const Json *answer = json::find(route, "answer")) {
        const Json whole{{"items", std::move(part)}, {"total", total}};
        return answered(route, filled(*answer, factsOf(whole, names, query)), info);
    }
    Json result = std::move(part);
    if (const QString as = textAt(route, "as"); !as.isEmpty())
        result = Json{{as.toStdString(), std::move(result)}};
    if (const QString next = textAt(paging, "next"); !next.isEmpty())
        result[next.toStdString()] = end < total ? Json(std::to_string(end)) : Json();
    if (isInResult) {
        result["truncated"] = end < total;
        if (end < total)
            result["cursor"] = std::to_string(end);
    }
    return answered(route, result, info);
}

} // namespace flaredeck::sandbox
