#include "core/connect/tomloutline.h"

#include <QHash>

#include <algorithm>

namespace flaredeck::connect {

using namespace Qt::StringLiterals;

namespace {

bool beginsWith(const QStringList &path, const QStringList &start)
{
    return path.size() >= start.size() && std::equal(start.begin(), start.end(), path.begin());
}

class TomlOutliner
{
public:
    TomlOutliner(const QByteArray &file, const Place &place, const QStringList &itemNames)
        : m_file(file)
        , m_place(place)
        , m_itemNames(itemNames)
    {
    }

    Result<TomlOutline> run();

private:
    using Kind = TomlStatement::Kind;

    void beginSection(const TomlStatement &statement);
    Result<> addValue(const TomlStatement &statement, const QStringList &outer,
                      TomlPiece::Kind kind);
    void addPiece(const QString &name, const TomlPiece &piece);
    void endSection(qsizetype end);

    const QByteArray &m_file;
    const Place &m_place;
    const QStringList &m_itemNames;
    TomlOutline m_outline;
    QHash<QString, std::size_t> m_indexes;
    QStringList m_header;
    std::size_t m_current = 0; ///< the entry whose section this is
    qsizetype m_items = 0;
    bool m_isEntry = false;   ///< the section is one of an entry
    bool m_isOfPlace = false; ///< the section has something of the place
};

Result<TomlOutline> TomlOutliner::run()
{
    qsizetype end = 0;
    for (const TomlStatement &statement : scanToml(m_file)) {
        if (statement.kind != Kind::Value) {
            endSection(end);
            beginSection(statement);
        } else if (m_isEntry) {
            m_outline.entries[m_current].pieces.back().end = statement.end;
        } else if (const auto added = addValue(statement, m_header, TomlPiece::Kind::Line);
                   !added) {
            return fail(added.error());
        }
        end = statement.end;
    }
    endSection(end);
    return std::move(m_outline);
}

void TomlOutliner::beginSection(const TomlStatement &statement)
{
    m_header = statement.path;
    const qsizetype depth = m_place.path.size();
    m_isOfPlace = beginsWith(m_header, m_place.path);
    const bool isItem =
        m_place.isList && statement.kind == Kind::ListItem && m_header.size() == depth;
    m_isEntry = m_isOfPlace && (m_place.isList ? isItem || m_items > 0 : m_header.size() > depth);
    if (!m_isEntry)
        return;
    const TomlPiece piece{TomlPiece::Kind::Section, statement.begin, statement.end};
    if (isItem) {
        m_current = m_outline.entries.size();
        m_outline.entries.push_back({m_itemNames.value(m_items++), {piece}});
    } else if (m_place.isList) {
        m_outline.entries[m_current].pieces.push_back(piece);
    } else {
        addPiece(m_header[depth], piece);
    }
}

void TomlOutliner::endSection(qsizetype end)
{
    if (m_isOfPlace)
        m_outline.lastEnd = end;
    m_isOfPlace = false;
}

/// `outer` leads to the table in which the statement stands.
Result<> TomlOutliner::addValue(const TomlStatement &statement, const QStringList &outer,
                                TomlPiece::Kind kind)
{
    const QStringList path = outer + statement.path;
    const qsizetype depth = m_place.path.size();
    if (beginsWith(path, m_place.path) && path.size() > depth) {
        const auto part = static_cast<std::size_t>(depth - outer.size());
        addPiece(path[depth], {kind, statement.begin, statement.end, statement.keyEnds[part]});
        m_isOfPlace = true;
        return {};
    }
    if (!beginsWith(m_place.path, path))
        return {};
    m_isOfPlace = true;
    if (m_file[statement.valueBegin] != '{')
        return fail(
            errorAt(m_file, statement.valueBegin,
                    u"a list in one value cannot be changed here; write [[%1]] tables"_s.arg(
                        m_place.path.join(u'.'))));
    const TomlInline table{statement.valueBegin, statement.end - 1, path.size(),
                           scanInlineTable(m_file, statement.valueBegin)};
    // Only one member can lead further to the place, so the last one that is kept is the innermost.
    m_outline.inlineTable = table;
    for (const TomlStatement &member : table.members) {
        if (const auto added = addValue(member, path, TomlPiece::Kind::Inline); !added)
            return added;
    }
    return {};
}

void TomlOutliner::addPiece(const QString &name, const TomlPiece &piece)
{
    const auto known = m_indexes.constFind(name);
    m_current = known == m_indexes.cend() ? m_outline.entries.size() : *known;
    if (known == m_indexes.cend()) {
        m_indexes.insert(name, m_current);
        m_outline.entries.push_back({name, {}});
    }
    m_outline.entries[m_current].pieces.push_back(piece);
}

} // namespace

Result<TomlOutline> outlineOf(const QByteArray &file, const Place &place,
                              const QStringList &itemNames)
{
    return TomlOutliner(file, place, itemNames).run();
}

} // namespace flaredeck::connect
