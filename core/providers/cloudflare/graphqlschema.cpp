#include "core/providers/cloudflare/graphqlschema.h"

#include <algorithm>

namespace flaredeck::cloudflare::graphqlschema {

using namespace Qt::Literals::StringLiterals;

namespace {

const Json &listAt(const Json &object, const char *key)
{
    static const Json none = Json::array();
    const Json *list = json::find(object, key);
    return list && list->is_array() ? *list : none;
}

QString textAt(const Json &object, const char *key)
{
    return json::stringAt(object, key).value_or(QString());
}

Json orNull(const Json &object, const char *key)
{
    const Json *value = json::find(object, key);
    return value ? *value : Json();
}

/// A type and what it is a list or a non-null of, so many levels deep.
QString typeLevels(int levels)
{
    QString inner;
    for (int i = 0; i < levels; ++i)
        inner = i == 0 ? u"kind name"_s : u"kind name ofType { %1 }"_s.arg(inner);
    return inner;
}

} // namespace

QString overviewQuery()
{
    return u"query { __schema { queryType { name } mutationType { name } subscriptionType { name } "
           "types { name kind description } } }"_s;
}

QString detailsQuery()
{
    return u"query ($name: String!) { __type(name: $name) { name kind description "
           "fields(includeDeprecated: false) { name description "
           "args { name description type { %1 } } type { %2 } } "
           "inputFields { name description type { %1 } } interfaces { name } "
           "enumValues(includeDeprecated: false) { name description } "
           "possibleTypes { name } } }"_s.arg(typeLevels(2), typeLevels(3));
}

Page pageOf(const Json &list, qint64 page, qint64 size, const std::string &total)
{
    const qint64 count = list.is_array() ? qint64(list.size()) : 0;
    const qint64 pages = (count + size - 1) / size;
    Json items = Json::array();
    // No product of the two: a page may be any number.
    if (page >= 1 && page <= pages) {
        const qint64 end = std::min(count, page * size);
        for (qint64 i = (page - 1) * size; i < end; ++i)
            items.push_back(list[std::size_t(i)]);
    }
    return {std::move(items),
            {{"page", page},
             {"pageSize", size},
             {total, count},
             {"totalPages", pages},
             {"hasNextPage", page < pages},
             {"hasPreviousPage", page > 1}}};
}

QStringList rootTypes(const Json &schema)
{
    QStringList names;
    for (const char *root : {"queryType", "mutationType", "subscriptionType"}) {
        const QString name = textAt(orNull(schema, root), "name");
        if (!name.isEmpty())
            names << name;
    }
    return names;
}

Search::Search(const Json &schema, Options options)
    : m_schema(schema)
    , m_options(std::move(options))
{
    for (const Json &type : listAt(m_schema, "types")) {
        if (isShown(textAt(type, "name")))
            add(m_types, type, {{"kind", orNull(type, "kind")}}, "name");
    }
}

bool Search::isShown(const QString &type) const
{
    return m_options.internalTypes || !type.startsWith("__"_L1);
}

QString Search::reason(const Json &item) const
{
    if (textAt(item, "name").contains(m_options.keyword, Qt::CaseInsensitive))
        return u"name"_s;
    return textAt(item, "description").contains(m_options.keyword, Qt::CaseInsensitive)
               ? u"description"_s
               : QString();
}

void Search::add(Json &matches, const Json &item, Json entry, const char *name) const
{
    const QString why = reason(item);
    if (why.isEmpty() || (m_options.onlyObjects && textAt(item, "description").isEmpty()))
        return;
    entry[name] = orNull(item, "name");
    entry["description"] = orNull(item, "description");
    entry["matchReason"] = "The keyword is in the " + why.toStdString() + '.';
    matches.push_back(std::move(entry));
}

QStringList Search::candidates() const
{
    QStringList names;
    for (const Json &type : m_types)
        names << textAt(type, "name");
    names << rootTypes(m_schema);
    for (const Json &type : listAt(m_schema, "types")) {
        const QString kind = textAt(type, "kind");
        const bool hasFields =
            kind == "OBJECT"_L1 || (kind == "INTERFACE"_L1 && !m_options.onlyObjects);
        if (hasFields && isShown(textAt(type, "name")))
            names << textAt(type, "name");
    }
    names.removeDuplicates();
    return names;
}

void Search::addDetails(const Json &type)
{
    const Json typeName = orNull(type, "name");
    for (const Json &field : listAt(type, "fields")) {
        add(m_fields, field, {{"typeName", typeName}}, "fieldName");
        for (const Json &argument : listAt(field, "args"))
            add(m_arguments, argument,
                {{"typeName", typeName}, {"fieldName", orNull(field, "name")}}, "argName");
    }
    for (const Json &value : listAt(type, "enumValues"))
        add(m_enumValues, value, {{"typeName", typeName}}, "enumValue");
}

Json Search::result() const
{
    const auto total = m_types.size() + m_fields.size() + m_enumValues.size() + m_arguments.size();
    return {{"keyword", m_options.keyword},
            {"summary",
             {{"totalMatches", total},
              {"typeMatches", m_types.size()},
              {"fieldMatches", m_fields.size()},
              {"enumValueMatches", m_enumValues.size()},
              {"argumentMatches", m_arguments.size()}}},
            {"results",
             {{"types", m_types},
              {"fields", m_fields},
              {"enumValues", m_enumValues},
              {"args", m_arguments}}}};
}

} // namespace flaredeck::cloudflare::graphqlschema
