#include "core/connect/formats.h"
#include "core/connect/sifter.h"
#include "core/connect/yamlprint.h"
#include "core/connect/yamlscan.h"

#include <algorithm>
#include <memory>
#include <optional>

namespace flaredeck::connect {

using namespace Qt::StringLiterals;

namespace {

class YamlEditor
{
public:
    YamlEditor(const QByteArray &file, const Place &place, const YamlOutline &outline)
        : m_file(file)
        , m_place(place)
        , m_outline(outline)
        , m_newline(newlineOf(file))
    {
    }

    [[nodiscard]] Result<QList<Splice>> put(const QString &name, const Entry &value) const;
    [[nodiscard]] Result<QList<Splice>> remove(const QString &name) const;

private:
    using Kind = YamlTable::Kind;

    [[nodiscard]] std::optional<std::size_t> indexOf(const QString &name) const;
    /// The column of the table's members; nothing when they do not begin their lines.
    [[nodiscard]] std::optional<qsizetype> indentOf(std::size_t level) const;
    [[nodiscard]] bool isItem(std::size_t level) const
    {
        return m_place.isList && static_cast<qsizetype>(level) == m_place.path.size();
    }
    [[nodiscard]] qsizetype lineBegin(std::size_t level, const YamlMember &member) const;
    [[nodiscard]] qsizetype unit() const;
    [[nodiscard]] bool canOpenBelow(std::size_t level) const;
    [[nodiscard]] Result<QList<Splice>> inserted(std::size_t level, const std::string &key,
                                                 const Entry &value) const;
    [[nodiscard]] Result<Splice> insertedLinesAt(qsizetype at, const QByteArray &lines) const;
    [[nodiscard]] Splice insertedInFlow(const YamlTable &table, const QByteArray &text) const;
    [[nodiscard]] Result<QList<Splice>> replaced(const YamlMember &member, const QString &name,
                                                 const Entry &value) const;
    [[nodiscard]] Splice removedInFlow(const YamlTable &table, std::size_t index) const;
    [[nodiscard]] tl::unexpected<Error> unsafe(qsizetype at) const
    {
        return fail(errorAt(m_file, at, u"something written like this cannot be changed here"_s));
    }

    const QByteArray &m_file;
    const Place &m_place;
    const YamlOutline &m_outline;
    const QByteArray m_newline;
};

std::optional<std::size_t> YamlEditor::indexOf(const QString &name) const
{
    if (std::ssize(m_outline.tables) <= m_place.path.size())
        return std::nullopt;
    const auto &members = m_outline.tables.back().members;
    const auto found =
        std::find_if(members.begin(), members.end(),
                     [&name](const YamlMember &member) { return member.name == name; });
    if (found == members.end())
        return std::nullopt;
    return static_cast<std::size_t>(found - members.begin());
}

/// Of a key, or of an item's dash; -1 when something stands before it in its line.
qsizetype YamlEditor::lineBegin(std::size_t level, const YamlMember &member) const
{
    qsizetype at = member.keyBegin;
    if (isItem(level)) {
        at = contentEnd(m_file, at) - 1;
        if (at < 0 || m_file[at] != '-')
            return -1;
    }
    // A '?' may stand in the line before its key.
    const qsizetype before = contentEnd(m_file, at) - 1;
    const bool isMarked = before >= 0 && m_file[before] == '?' && beginsLine(m_file, before);
    return beginsLine(m_file, at) && !isMarked ? at : -1;
}

std::optional<qsizetype> YamlEditor::indentOf(std::size_t level) const
{
    const YamlTable &table = m_outline.tables[level];
    if (table.kind != Kind::Block || table.members.empty())
        return std::nullopt;
    const qsizetype at = lineBegin(level, table.members.back());
    return at < 0 ? std::nullopt : std::optional(at - lineStart(m_file, at));
}

/// From the innermost table that shows it, or else from the file's first line with an indent.
qsizetype YamlEditor::unit() const
{
    for (std::size_t level = m_outline.tables.size(); level-- > 1;) {
        const qsizetype step = indentOf(level).value_or(0) - indentOf(level - 1).value_or(0);
        if (step > 1)
            return step;
    }
    for (qsizetype at = textStart(m_file); at < m_file.size(); at = nextLine(m_file, at)) {
        const qsizetype end = lineEnd(m_file, at);
        const qsizetype next = nextLine(m_file, at);
        if (end == at || m_file[end - 1] != ':' || next == m_file.size())
            continue;
        qsizetype text = next;
        while (text < m_file.size() && m_file[text] == ' ')
            ++text;
        if (text - next > 1 && text < m_file.size() && m_file[text] != '#' && m_file[text] != '-')
            return text - next;
    }
    return 2;
}

/// Whether lines may follow the key whose value is the table: it has none yet, and nothing else
/// stands in its line.
bool YamlEditor::canOpenBelow(std::size_t level) const
{
    const YamlTable &table = m_outline.tables[level];
    if (!table.members.empty() || (level > 0 && !indentOf(level - 1)))
        return false;
    if (table.kind == Kind::Absent)
        return level > 0;
    const QByteArray inside = m_file.sliced(table.open + 1, table.close - table.open - 2);
    const QByteArray behind =
        m_file.sliced(table.close, lineEnd(m_file, table.close) - table.close);
    if (!inside.trimmed().isEmpty() || !behind.trimmed().isEmpty())
        return false;
    return level == 0 ? beginsLine(m_file, table.open)
                      : m_file[contentEnd(m_file, table.open) - 1] == ':' &&
                            !beginsLine(m_file, table.open);
}

Result<QList<Splice>> YamlEditor::put(const QString &name, const Entry &value) const
{
    const YamlStyle style{m_newline, m_outline.tables.empty() ? 2 : unit()};
    if (m_outline.tables.empty()) {
        const QByteArray lines =
            yamlMember(m_place.path[0].toStdString(), createdAt(m_place, 0, name, value), 0, style);
        const qsizetype start = textStart(m_file);
        if (isBlank(m_file))
            return QList{Splice{start, m_file.size() - start, lines}};
        if (m_outline.isEndMarked)
            return fail(errorAt(m_file, m_file.size(), u"the document has ended before"_s));
        return QList{insertedLines(m_file, m_file.size(), lines)};
    }
    const std::size_t level = m_outline.tables.size() - 1;
    if (const auto index = indexOf(name))
        return replaced(m_outline.tables[level].members[*index], name, value);
    if (static_cast<qsizetype>(level) == m_place.path.size())
        return inserted(level, name.toStdString(), itemOf(m_place, name, value));
    const auto depth = static_cast<qsizetype>(level);
    return inserted(level, m_place.path[depth].toStdString(),
                    createdAt(m_place, depth, name, value));
}

Result<QList<Splice>> YamlEditor::inserted(std::size_t level, const std::string &key,
                                           const Entry &value) const
{
    const YamlTable &table = m_outline.tables[level];
    const YamlStyle style{m_newline, unit()};
    const auto linesAt = [&](qsizetype indent) {
        return isItem(level) ? yamlItem(value, indent, style)
                             : yamlMember(key, value, indent, style);
    };
    const auto one = [](const Result<Splice> &splice) -> Result<QList<Splice>> {
        return splice.map([](const Splice &only) { return QList{only}; });
    };
    // An explicit key needs none.
    if (table.kind == Kind::Absent && m_file[contentEnd(m_file, table.open) - 1] != ':')
        return unsafe(table.open);
    if (canOpenBelow(level)) {
        const qsizetype indent = level == 0 ? 0 : *indentOf(level - 1) + style.unit;
        if (table.kind == Kind::Absent)
            return one(insertedLinesAt(nextLine(m_file, table.open), linesAt(indent)));
        QByteArray lines = linesAt(indent);
        lines.chop(m_newline.size());
        if (level == 0)
            return QList{Splice{table.open, table.close - table.open, lines}};
        const qsizetype colon = contentEnd(m_file, table.open);
        return QList{Splice{colon, table.close - colon, m_newline + lines}};
    }
    if (table.kind == Kind::Block) {
        const auto indent = indentOf(level);
        if (!indent)
            return unsafe(table.open);
        const qsizetype end = table.members.back().end;
        qsizetype at = end > 0 && m_file[end - 1] == '\n' ? end : nextLine(m_file, end);
        // Comments right below are about what stands above.
        for (qsizetype text = at; text < m_file.size(); text = at) {
            while (text < m_file.size() && m_file[text] == ' ')
                ++text;
            if (text == m_file.size() || m_file[text] != '#' || text - at < *indent)
                break;
            at = nextLine(m_file, at);
        }
        return one(insertedLinesAt(at, linesAt(*indent)));
    }
    const QByteArray text =
        isItem(level) ? yamlFlow(value) : inDoubleQuotes(key) + ": " + yamlFlow(value);
    if (table.kind == Kind::Absent)
        return QList{Splice{table.open, 0, isItem(level) ? " [" + text + ']' : " {" + text + '}'}};
    return QList{insertedInFlow(table, text)};
}

Result<Splice> YamlEditor::insertedLinesAt(qsizetype at, const QByteArray &lines) const
{
    if (m_outline.isBlockTextLast && at == m_file.size() && !m_file.endsWith('\n'))
        return fail(errorAt(m_file, at, u"the text must end with a line break"_s));
    return insertedLines(m_file, at, lines);
}

Splice YamlEditor::insertedInFlow(const YamlTable &table, const QByteArray &text) const
{
    if (table.members.empty()) {
        const qsizetype begin = table.open + 1;
        const qsizetype length = table.close - 1 - begin;
        const bool isBare = m_file.sliced(begin, length).trimmed().isEmpty();
        return {begin, isBare ? length : 0, isBare ? text : text + ' '};
    }
    const YamlMember &last = table.members.back();
    const QByteArray space =
        beginsLine(m_file, last.keyBegin) ? m_newline + indentAt(m_file, last.keyBegin) : " ";
    // libyaml refuses a comma right behind a colon.
    const QByteArray comma = m_file[last.end - 1] == ':' ? " ," : ",";
    return {last.end, 0, comma + space + text};
}

Result<QList<Splice>> YamlEditor::replaced(const YamlMember &member, const QString &name,
                                           const Entry &value) const
{
    const std::size_t level = m_outline.tables.size() - 1;
    if (member.anchorAt)
        return unsafe(*member.anchorAt);
    const Entry item = itemOf(m_place, name, value);
    const std::string key = name.toStdString();
    if (m_outline.tables[level].kind == Kind::Flow) {
        const QByteArray text =
            isItem(level) ? yamlFlow(item) : inDoubleQuotes(key) + ": " + yamlFlow(item);
        return QList{Splice{member.keyBegin, member.end - member.keyBegin, text}};
    }
    const qsizetype begin = lineBegin(level, member);
    if (begin < 0)
        return unsafe(member.keyBegin);
    const qsizetype indent = begin - lineStart(m_file, begin);
    const YamlStyle style{m_newline, unit()};
    QByteArray lines =
        isItem(level) ? yamlItem(item, indent, style) : yamlMember(key, item, indent, style);
    lines.chop(m_newline.size());
    const qsizetype end = lineEnd(m_file, contentEnd(m_file, member.end));
    return QList{Splice{begin - indent, end - begin + indent, lines}};
}

Result<QList<Splice>> YamlEditor::remove(const QString &name) const
{
    const auto index = indexOf(name);
    if (!index)
        return QList<Splice>();
    const std::size_t level = m_outline.tables.size() - 1;
    const YamlTable &table = m_outline.tables[level];
    const YamlMember &member = table.members[*index];
    if (member.anchorAt)
        return unsafe(*member.anchorAt);
    if (table.kind == Kind::Flow)
        return QList{removedInFlow(table, *index)};
    const qsizetype begin = lineBegin(level, member);
    if (begin < 0)
        return unsafe(member.keyBegin);
    const qsizetype end = nextLine(m_file, contentEnd(m_file, member.end));
    QList splices{removedLines(m_file, lineStart(m_file, begin), end)};
    if (table.members.size() == 1) {
        // A key without a value would be null.
        const auto &outer = m_outline.tables[level - 1].members;
        const QString &key = m_place.path.back();
        const auto owner =
            std::find_if(outer.begin(), outer.end(),
                         [&key](const YamlMember &other) { return other.name == key; });
        const qsizetype colon = owner == outer.end() ? -1 : m_file.indexOf(':', owner->keyEnd);
        if (colon < 0 || colon >= begin)
            return unsafe(table.open);
        splices << Splice{colon + 1, 0, m_place.isList ? " []" : " {}"};
    }
    return splices;
}

Splice YamlEditor::removedInFlow(const YamlTable &table, std::size_t index) const
{
    const auto &members = table.members;
    const YamlMember &member = members[index];
    Splice splice;
    if (index > 0) {
        splice.at = members[index - 1].end;
        splice.length = member.end - splice.at;
    } else {
        splice.at = members.size() > 1 ? member.keyBegin : table.open + 1;
        splice.length = (members.size() > 1 ? members[1].keyBegin : table.close - 1) - splice.at;
    }
    const QByteArray before = m_file.sliced(splice.at, member.keyBegin - splice.at);
    const QByteArray after = m_file.sliced(member.end, splice.at + splice.length - member.end);
    if (!before.contains('#') && !after.contains('#'))
        return splice;
    // A comment would go as well. YAML allows the comma that stays.
    splice = {member.keyBegin, member.end - member.keyBegin};
    const QByteArray rest = m_file.sliced(member.end, lineEnd(m_file, member.end) - member.end);
    if (rest.trimmed().startsWith(','))
        splice.length += rest.indexOf(',') + 1;
    return splice;
}

} // namespace

Result<Content> readYaml(const QByteArray &file, const Place &place, const QString &name)
{
    Sifter sifter(place, name);
    auto outline = scanYaml(file, place, name, sifter);
    if (!outline)
        return fail(outline.error());
    Content content{{}, sifter.rest(), {}};
    if (std::ssize(outline->tables) > place.path.size()) {
        auto found = foundByBoth(file, outline->tables.back().members, sifter, name);
        if (!found)
            return fail(found.error());
        content.entries = *std::move(found);
    }
    content.change = [&file, &place, name,
                      shared = std::make_shared<const YamlOutline>(*std::move(outline))](
                         const Entry *value) -> Result<QList<Splice>> {
        const YamlEditor editor(file, place, *shared);
        return value ? editor.put(name, *value) : editor.remove(name);
    };
    return content;
}

} // namespace flaredeck::connect
