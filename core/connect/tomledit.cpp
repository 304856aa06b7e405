#include "core/connect/tomloutline.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace flaredeck::connect {

using namespace Qt::StringLiterals;

namespace {

using Pieces = std::vector<TomlPiece>;

QByteArray tomlKey(const std::string &key)
{
    return isBareWord(key) ? QByteArray::fromStdString(key) : inDoubleQuotes(key);
}

QByteArray tomlPath(const QStringList &path)
{
    QByteArray text;
    for (const QString &key : path)
        text += (text.isEmpty() ? "" : ".") + tomlKey(key.toStdString());
    return text;
}

/// Whether TOML has values for all of it.
bool isExpressible(const Entry &value)
{
    if (value.is_structured())
        return std::all_of(value.begin(), value.end(), isExpressible);
    if (value.is_number_unsigned())
        return value.get<quint64>() <= quint64(std::numeric_limits<qint64>::max());
    return !value.is_null() && !value.is_binary() && !value.is_discarded() &&
           (!value.is_number_float() || std::isfinite(value.get<double>()));
}

/// On one line, as inline tables have to be.
QByteArray tomlValue(const Entry &value)
{
    if (value.is_string())
        return inDoubleQuotes(value.get_ref<const std::string &>());
    if (!value.is_structured())
        return QByteArray::fromStdString(value.dump());
    QByteArray text;
    for (const auto &[key, member] : value.items()) {
        text += text.isEmpty() ? "" : ", ";
        text += value.is_object() ? tomlKey(key) + " = " + tomlValue(member) : tomlValue(member);
    }
    if (value.is_array())
        return '[' + text + ']';
    return text.isEmpty() ? "{}" : "{ " + text + " }";
}

bool isOwnTable(const Entry &value)
{
    return value.is_object() && !value.empty();
}

/// The entry's table, and below it one for each table in it.
QByteArray tomlSections(const Place &place, const QString &name, const Entry &value,
                        const QByteArray &newline)
{
    const QStringList path = place.isList ? place.path : place.path + QStringList(name);
    const QByteArray key = tomlPath(path);
    QByteArray text = (place.isList ? "[[" + key + "]]" : '[' + key + ']') + newline;
    const Entry item = itemOf(place, name, value);
    const auto addLine = [&](const std::string &memberKey, const Entry &member) {
        text += tomlKey(memberKey) + " = " + tomlValue(member) + newline;
    };
    for (const auto &[memberKey, member] : item.items()) {
        if (!isOwnTable(member))
            addLine(memberKey, member);
    }
    for (const auto &[memberKey, member] : item.items()) {
        if (!isOwnTable(member))
            continue;
        text += newline + '[' + key + '.' + tomlKey(memberKey) + ']' + newline;
        for (const auto &[innerKey, inner] : member.items())
            addLine(innerKey, inner);
    }
    return text;
}

const TomlEntry *tomlEntry(const TomlOutline &outline, const QString &name)
{
    const auto found = std::find_if(outline.entries.begin(), outline.entries.end(),
                                    [&name](const TomlEntry &entry) { return entry.name == name; });
    return found == outline.entries.end() ? nullptr : &*found;
}

bool isBlankLine(const QByteArray &file, qsizetype at)
{
    return file.sliced(at, nextLine(file, at) - at).trimmed().isEmpty();
}

bool isCommentLine(const QByteArray &file, qsizetype at)
{
    return at < file.size() && file.sliced(at, nextLine(file, at) - at).trimmed().startsWith('#');
}

/// Where a section may follow the one whose last statement ends at `end`. Comments right below
/// belong to it unless they stand right above something else.
qsizetype sectionEnd(const QByteArray &file, qsizetype end)
{
    const qsizetype next = nextLine(file, end);
    qsizetype at = next;
    while (isCommentLine(file, at))
        at = nextLine(file, at);
    return at == file.size() || isBlankLine(file, at) ? at : next;
}

/// Whole lines.
struct Region {
    qsizetype from = 0;
    qsizetype to = 0;
    QByteArray text = {};
};

/// The lines of a piece. A section takes a blank line above with it, or, first in the file, those
/// below.
Region regionOf(const QByteArray &file, const TomlPiece &piece)
{
    Region region{lineStart(file, piece.begin), nextLine(file, piece.end)};
    if (piece.kind != TomlPiece::Kind::Section)
        return region;
    const qsizetype start = textStart(file);
    if (region.from > start) {
        const qsizetype above = lineStart(file, region.from - 1);
        if (isBlankLine(file, above))
            region.from = above;
    } else {
        while (region.to < file.size() && isBlankLine(file, region.to))
            region.to = nextLine(file, region.to);
    }
    return region;
}

/// One splice for what lies side by side, since the last lines of a file need care.
QList<Splice> withoutRegions(const QByteArray &file, std::vector<Region> regions)
{
    std::sort(regions.begin(), regions.end(),
              [](const Region &a, const Region &b) { return a.from < b.from; });
    std::vector<Region> merged;
    for (const Region &region : regions) {
        if (!merged.empty() && region.from <= merged.back().to)
            merged.back().to = std::max(merged.back().to, region.to);
        else
            merged.push_back(region);
    }
    QList<Splice> splices;
    for (const Region &region : merged) {
        if (region.text.isEmpty()) {
            splices << removedLines(file, region.from, region.to);
            continue;
        }
        QByteArray text = region.text;
        if (region.to == file.size() && !file.endsWith('\n'))
            text.chop(newlineOf(file).size());
        splices << Splice{region.from, region.to - region.from, text};
    }
    return splices;
}

Result<> requireOnePiece(const QByteArray &file, const Pieces &pieces)
{
    if (pieces.size() == 1 || pieces.front().kind != TomlPiece::Kind::Inline)
        return {};
    return fail(errorAt(file, pieces[1].begin,
                        u"an entry in several parts of an inline table cannot be changed here"_s));
}

QList<Splice> replaced(const QByteArray &file, const Place &place, const Pieces &pieces,
                       const QString &name, const Entry &value)
{
    const TomlPiece &first = pieces.front();
    std::vector<Region> regions;
    for (auto piece = pieces.begin() + 1; piece != pieces.end(); ++piece)
        regions.push_back(regionOf(file, *piece));
    if (first.kind == TomlPiece::Kind::Section) {
        regions.push_back({lineStart(file, first.begin), nextLine(file, first.end),
                           tomlSections(place, name, value, newlineOf(file))});
        return withoutRegions(file, regions);
    }
    QList<Splice> splices = withoutRegions(file, regions);
    splices << Splice{first.nameEnd, first.end - first.nameEnd, " = " + tomlValue(value)};
    return splices;
}

Splice insertedInline(const Place &place, const TomlInline &table, const QString &name,
                      const Entry &value)
{
    const bool isServers = table.level == place.path.size();
    const QString key = isServers ? name : place.path[table.level];
    const Entry &member = isServers ? value : createdAt(place, table.level, name, value);
    const QByteArray text = tomlKey(key.toStdString()) + " = " + tomlValue(member);
    if (!table.members.empty())
        return {table.members.back().end, 0, ", " + text};
    return {table.open + 1, table.close - table.open - 1, ' ' + text + ' '};
}

Splice removedInline(const TomlInline &table, const TomlPiece &piece)
{
    const auto &members = table.members;
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (members[i].begin != piece.begin)
            continue;
        if (i > 0)
            return {members[i - 1].end, piece.end - members[i - 1].end};
        if (members.size() > 1)
            return {piece.begin, members[1].begin - piece.begin};
    }
    return {table.open + 1, table.close - table.open - 1};
}

} // namespace

Result<QList<Splice>> putToml(const QByteArray &file, const Place &place,
                              const TomlOutline &outline, const QString &name, const Entry &value)
{
    if (!isExpressible(value))
        return fail(Error::Kind::InvalidInput,
                    u"The entry has a value that TOML cannot express."_s);
    const QByteArray newline = newlineOf(file);
    const qsizetype start = textStart(file);
    if (isBlank(file))
        return QList{Splice{start, file.size() - start, tomlSections(place, name, value, newline)}};
    if (const TomlEntry *entry = tomlEntry(outline, name)) {
        if (const auto single = requireOnePiece(file, entry->pieces); !single)
            return fail(single.error());
        return replaced(file, place, entry->pieces, name, value);
    }
    if (outline.inlineTable) {
        if (place.isList)
            return fail(errorAt(file, outline.inlineTable->open,
                                u"a list cannot be added to an inline table"_s));
        return QList{insertedInline(place, *outline.inlineTable, name, value)};
    }
    const qsizetype at = outline.lastEnd ? sectionEnd(file, *outline.lastEnd)
                                         : nextLine(file, contentEnd(file, file.size()));
    return QList{insertedLines(file, at, newline + tomlSections(place, name, value, newline))};
}

Result<QList<Splice>> removeToml(const QByteArray &file, const TomlOutline &outline,
                                 const QString &name)
{
    const TomlEntry *entry = tomlEntry(outline, name);
    if (!entry)
        return QList<Splice>();
    const Pieces &pieces = entry->pieces;
    if (const auto single = requireOnePiece(file, pieces); !single)
        return fail(single.error());
    if (pieces.front().kind == TomlPiece::Kind::Inline)
        return QList{removedInline(*outline.inlineTable, pieces.front())};
    std::vector<Region> regions;
    for (const TomlPiece &piece : pieces)
        regions.push_back(regionOf(file, piece));
    return withoutRegions(file, regions);
}

} // namespace flaredeck::connect
