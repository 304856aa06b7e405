#pragma once

#include "core/connect/formats.h"

#include <string>
#include <vector>

namespace flaredeck::connect {

/// Takes a document in its order, and separates the entries of a place from all else. So documents
/// of any format are compared in one pass, without a tree, duplicates and order included.
class Sifter
{
public:
    /// With a name it keeps that entry alone, and leaves it out of the rest.
    Sifter(const Place &place, const QString &name);

    /// `exact` is what distinguishes it from others with the same members.
    void beginTable(const QByteArray &exact = {});
    void beginList(const QByteArray &exact = {});
    void key(const std::string &name);
    /// `exact` is what distinguishes the scalar from others.
    void scalar(Entry value, const QByteArray &exact);
    void end();
    /// Whether the value of a scalar that comes next matters.
    [[nodiscard]] bool wantsValue() const;

    struct Named {
        QString name;
        Entry value;
    };
    [[nodiscard]] const std::vector<Named> &entries() const { return m_entries; }
    [[nodiscard]] const QByteArray &rest() const { return m_rest; }

private:
    struct Level {
        bool isTable;
        qsizetype matched;   ///< how many keys of the path lead here; -1 beside the path
        qsizetype start;     ///< in m_rest, before its key
        qsizetype inside;    ///< in m_rest, behind its beginning
        qsizetype itemStart; ///< in m_rest, of the member whose key came last
        std::string key = {};
        bool isNamed = false; ///< the member whose key came last has the name
    };

    void begin(bool isTable, const QByteArray &exact);
    [[nodiscard]] qsizetype itemStart() const;
    [[nodiscard]] qsizetype matchedBelow() const;
    [[nodiscard]] bool isEntryNext() const;
    void add(Entry value);
    void addEntry(Entry value, qsizetype start);

    const Place m_place;
    const QString m_name;
    std::string m_utf8Name;
    std::vector<std::string> m_path;
    std::vector<Level> m_levels;
    std::vector<Entry> m_values; ///< the entry that is being read, and what is open in it
    std::vector<Named> m_entries;
    QByteArray m_rest;
};

/// The entries that both readers found: the members of the table by one, their values by the other.
/// Only the one called `name`, if a name is given.
template <typename Member>
[[nodiscard]] Result<QList<Found>> foundByBoth(const QByteArray &file,
                                               const std::vector<Member> &members,
                                               const Sifter &sifter, const QString &name)
{
    QList<Found> found;
    LineCounter lines(file);
    auto entry = sifter.entries().begin();
    for (const Member &member : members) {
        if (member.name.isNull() || (!name.isNull() && member.name != name))
            continue;
        if (entry == sifter.entries().end() || entry->name != member.name)
            return fail(Error::Kind::Internal, QStringLiteral("The file was read in two ways."));
        found.append({entry->name, entry->value,
                      file.sliced(member.keyBegin, member.end - member.keyBegin),
                      lines.lineOf(member.keyBegin)});
        ++entry;
    }
    return found;
}

} // namespace flaredeck::connect
