#include "core/connect/sifter.h"

namespace flaredeck::connect {

Sifter::Sifter(const Place &place, const QString &name)
    : m_place(place)
    , m_name(name)
{
    m_utf8Name = name.toStdString();
    for (const QString &key : place.path)
        m_path.push_back(key.toStdString());
}

void Sifter::beginTable(const QByteArray &exact)
{
    begin(true, exact);
}

void Sifter::beginList(const QByteArray &exact)
{
    begin(false, exact);
}

void Sifter::begin(bool isTable, const QByteArray &exact)
{
    const bool isEntry = isEntryNext();
    Level level{isTable, matchedBelow(), itemStart(), 0, 0};
    m_rest.append(isTable ? '{' : '[').append(exact);
    level.inside = m_rest.size();
    if (isEntry || !m_values.empty())
        m_values.push_back(isTable ? Entry::object() : Entry::array());
    m_levels.push_back(std::move(level));
}

void Sifter::key(const std::string &name)
{
    Level &level = m_levels.back();
    level.itemStart = m_rest.size();
    level.key = name;
    level.isNamed = name == m_utf8Name;
    m_rest.append('k').append(QByteArray::number(qsizetype(name.size()))).append(':').append(name);
}

void Sifter::scalar(Entry value, const QByteArray &exact)
{
    const bool isEntry = isEntryNext();
    const qsizetype start = itemStart();
    // A table of the path that has nothing in it counts as absent, as in end().
    if (matchedBelow() >= 0 && value.is_null()) {
        m_rest.truncate(start);
        return;
    }
    m_rest.append('s').append(QByteArray::number(exact.size())).append(':').append(exact);
    if (isEntry)
        addEntry(std::move(value), start);
    else if (!m_values.empty())
        add(std::move(value));
}

void Sifter::end()
{
    const Level level = std::move(m_levels.back());
    m_levels.pop_back();
    // What was created for an entry stays when the entry goes.
    if (level.matched >= 0 && m_rest.size() == level.inside) {
        m_rest.truncate(level.start);
        return;
    }
    m_rest.append('e');
    if (m_values.empty())
        return;
    Entry value = std::move(m_values.back());
    m_values.pop_back();
    if (m_values.empty())
        addEntry(std::move(value), level.start);
    else
        add(std::move(value));
}

qsizetype Sifter::itemStart() const
{
    return !m_levels.empty() && m_levels.back().isTable ? m_levels.back().itemStart : m_rest.size();
}

qsizetype Sifter::matchedBelow() const
{
    if (m_levels.empty())
        return 0;
    const Level &level = m_levels.back();
    const auto size = static_cast<qsizetype>(m_path.size());
    return level.isTable && level.matched >= 0 && level.matched < size &&
                   level.key == m_path[static_cast<std::size_t>(level.matched)]
               ? level.matched + 1
               : -1;
}

bool Sifter::isEntryNext() const
{
    return m_values.empty() && !m_levels.empty() &&
           m_levels.back().matched == static_cast<qsizetype>(m_path.size()) &&
           m_levels.back().isTable != m_place.isList &&
           (m_place.isList || m_name.isNull() || m_levels.back().isNamed);
}

bool Sifter::wantsValue() const
{
    return !m_values.empty() || isEntryNext() || matchedBelow() >= 0;
}

void Sifter::add(Entry value)
{
    Entry &parent = m_values.back();
    // Entry's own insertion compares with every key that is there.
    if (parent.is_object())
        parent.get_ref<Entry::object_t &>().emplace_back(m_levels.back().key, std::move(value));
    else
        parent.push_back(std::move(value));
}

void Sifter::addEntry(Entry value, qsizetype start)
{
    QString name;
    if (m_place.isList) {
        if (!value.is_object())
            return;
        // Of two, parsers take the last.
        bool isText = false;
        for (const auto &[key, member] : value.items()) {
            if (key != "name")
                continue;
            isText = member.is_string();
            if (isText)
                name = textFrom(member.get_ref<const std::string &>());
        }
        if (!isText)
            return;
        while (value.erase("name") > 0) {
        }
    } else {
        name = textFrom(m_levels.back().key);
    }
    if (name == m_name)
        m_rest.truncate(start);
    else if (!m_name.isNull())
        return;
    m_entries.push_back({name, std::move(value)});
}

} // namespace flaredeck::connect
