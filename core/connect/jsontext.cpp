#include "core/base/json.h"
#include "core/connect/formats.h"
#include "core/connect/jsonscan.h"
#include "core/connect/sifter.h"

#include <algorithm>
#include <memory>
#include <optional>

namespace flaredeck::connect {

using namespace Qt::StringLiterals;

namespace {

/// Lets nlohmann's parser fill a Sifter.
class SiftingReader : public Entry::json_sax_t
{
public:
    explicit SiftingReader(Sifter &sifter)
        : m_sifter(sifter)
    {
    }

    bool null() override { return scalar(nullptr, "n"); }
    bool boolean(bool value) override { return scalar(value, value ? "t" : "f"); }
    bool number_integer(number_integer_t value) override
    {
        return scalar(value, "i" + QByteArray::number(qlonglong(value)));
    }
    bool number_unsigned(number_unsigned_t value) override
    {
        return scalar(value, "i" + QByteArray::number(qulonglong(value)));
    }
    bool number_float(number_float_t value, const string_t &text) override
    {
        return scalar(value, "d" + QByteArray::fromStdString(text));
    }
    bool string(string_t &value) override
    {
        return scalar(value, "s" + QByteArray::fromStdString(value));
    }
    bool binary(binary_t &) override { return false; }
    bool start_object(std::size_t) override
    {
        m_sifter.beginTable();
        return true;
    }
    bool start_array(std::size_t) override
    {
        m_sifter.beginList();
        return true;
    }
    bool key(string_t &name) override
    {
        m_sifter.key(name);
        return true;
    }
    bool end_object() override { return end(); }
    bool end_array() override { return end(); }
    bool parse_error(std::size_t position, const std::string &,
                     const nlohmann::detail::exception &) override
    {
        m_errorAt = static_cast<qsizetype>(position);
        return false;
    }

    [[nodiscard]] qsizetype errorAt() const { return m_errorAt; }

private:
    bool scalar(Entry value, const QByteArray &exact)
    {
        m_sifter.scalar(std::move(value), exact);
        return true;
    }
    bool end()
    {
        m_sifter.end();
        return true;
    }

    Sifter &m_sifter;
    qsizetype m_errorAt = 0;
};

/// How new members are written.
struct JsonStyle {
    QByteArray newline;
    QByteArray unit;   ///< of indentation; unused on one line
    QByteArray indent; ///< of the member
    QByteArray colon = ": ";
    QByteArray comma = ", ";
    bool isOneLine = false;
};

QByteArray jsonText(const Entry &value, const JsonStyle &style, const QByteArray &indent)
{
    const bool isObject = value.is_object();
    if ((!isObject && !value.is_array()) || value.empty())
        return QByteArray::fromStdString(value.dump());
    const bool isOneLine =
        style.isOneLine || (!isObject && value.dump().size() <= 60 &&
                            std::none_of(value.begin(), value.end(),
                                         [](const Entry &item) { return item.is_structured(); }));
    const QByteArray inner = indent + style.unit;
    QByteArray text(1, isObject ? '{' : '[');
    bool isFirst = true;
    for (const auto &[key, member] : value.items()) {
        if (!isFirst)
            text += isOneLine ? style.comma : ","_ba;
        isFirst = false;
        if (!isOneLine)
            text += style.newline + inner;
        if (isObject)
            text += QByteArray::fromStdString(Entry(key).dump()) + style.colon;
        text += jsonText(member, style, inner);
    }
    if (!isOneLine)
        text += style.newline + indent;
    return text += isObject ? '}' : ']';
}

class JsonEditor
{
public:
    JsonEditor(const QByteArray &file, const Place &place, const JsonOutline &outline)
        : m_file(file)
        , m_place(place)
        , m_outline(outline)
    {
    }

    [[nodiscard]] QList<Splice> put(const QString &name, const Entry &value) const;
    [[nodiscard]] QList<Splice> remove(const QString &name) const;

private:
    using Members = std::vector<JsonMember>;

    [[nodiscard]] std::optional<std::size_t> indexOf(const QString &name) const;
    [[nodiscard]] bool isOneLine(std::size_t level) const;
    [[nodiscard]] QByteArray unit() const;
    [[nodiscard]] JsonStyle styleIn(std::size_t level) const;
    [[nodiscard]] Splice inserted(const JsonTable &table, const QByteArray &text,
                                  const JsonStyle &style) const;
    [[nodiscard]] Splice insertedInEmpty(const JsonTable &table, const QByteArray &text,
                                         const JsonStyle &style) const;
    [[nodiscard]] Splice removedLast(const JsonTable &table) const;
    [[nodiscard]] Splice removedBefore(const JsonMember &member) const;
    [[nodiscard]] qsizetype spaceBegin(qsizetype begin, qsizetype end) const;
    [[nodiscard]] QByteArray between(qsizetype begin, qsizetype end) const
    {
        return m_file.sliced(begin, end - begin);
    }

    const QByteArray &m_file;
    const Place &m_place;
    const JsonOutline &m_outline;
};

std::optional<std::size_t> JsonEditor::indexOf(const QString &name) const
{
    if (std::ssize(m_outline.tables) <= m_place.path.size())
        return std::nullopt;
    const Members &members = m_outline.tables.back().members;
    const auto found =
        std::find_if(members.begin(), members.end(),
                     [&name](const JsonMember &member) { return member.name == name; });
    if (found == members.end())
        return std::nullopt;
    return static_cast<std::size_t>(found - members.begin());
}

/// Whether new members of the table go into the line of the others.
bool JsonEditor::isOneLine(std::size_t level) const
{
    const JsonTable &table = m_outline.tables[level];
    if (!table.members.empty())
        return !beginsLine(m_file, table.members.back().keyBegin);
    if (between(table.open, table.close).contains('\n'))
        return false;
    return level > 0 && isOneLine(level - 1);
}

/// One step of indentation, from the innermost table that shows it.
QByteArray JsonEditor::unit() const
{
    for (std::size_t level = m_outline.tables.size(); level-- > 0;) {
        const JsonTable &table = m_outline.tables[level];
        if (table.members.empty() || isOneLine(level))
            continue;
        const QByteArray outer = indentAt(m_file, table.open);
        const QByteArray inner = indentAt(m_file, table.members.back().keyBegin);
        if (inner.startsWith(outer) && inner.size() > outer.size())
            return inner.sliced(outer.size());
    }
    return "  ";
}

JsonStyle JsonEditor::styleIn(std::size_t level) const
{
    const JsonTable &table = m_outline.tables[level];
    JsonStyle style{newlineOf(m_file), unit(), indentAt(m_file, table.open)};
    style.isOneLine = isOneLine(level);
    if (!table.members.empty())
        style.indent = indentAt(m_file, table.members.back().keyBegin);
    else
        style.indent += style.unit;
    if (!style.isOneLine)
        return style;
    // Programs that write everything on one line often leave the spaces out.
    for (std::size_t i = level + 1; i-- > 0;) {
        const Members &members = m_outline.tables[i].members;
        if (members.empty())
            continue;
        const JsonMember &first = members.front();
        if (m_place.isList && static_cast<qsizetype>(i) == m_place.path.size())
            style.comma = first.comma >= 0 && m_file[first.comma + 1] != ' ' ? "," : ", ";
        else if (m_file[first.begin - 1] == ':')
            style.colon = ":", style.comma = ",";
        else
            continue;
        break;
    }
    return style;
}

QList<Splice> JsonEditor::put(const QString &name, const Entry &value) const
{
    if (m_outline.tables.empty()) {
        const QByteArray newline = newlineOf(m_file);
        const Entry root{{m_place.path[0].toStdString(), createdAt(m_place, 0, name, value)}};
        const QByteArray text = jsonText(root, {newline, "  ", {}}, {}) + newline;
        const qsizetype begin = textStart(m_file);
        if (isBlank(m_file))
            return {{begin, m_file.size() - begin, text}};
        return {{m_file.size(), 0, (m_file.endsWith('\n') ? QByteArray() : newline) + text}};
    }

    const std::size_t level = m_outline.tables.size() - 1;
    const JsonTable &table = m_outline.tables[level];
    JsonStyle style = styleIn(level);
    if (const auto index = indexOf(name)) {
        const JsonMember &member = table.members[*index];
        style.isOneLine = !beginsLine(m_file, member.keyBegin);
        const QByteArray text =
            jsonText(itemOf(m_place, name, value), style, indentAt(m_file, member.keyBegin));
        return {{member.begin, member.end - member.begin, text}};
    }
    const bool isThere = static_cast<qsizetype>(level) == m_place.path.size();
    const Entry member = isThere ? itemOf(m_place, name, value)
                                 : createdAt(m_place, static_cast<qsizetype>(level), name, value);
    QByteArray text = jsonText(member, style, style.indent);
    if (!isThere || !m_place.isList) {
        const QString key = isThere ? name : m_place.path[static_cast<qsizetype>(level)];
        text.prepend(QByteArray::fromStdString(Entry(key.toStdString()).dump()) + style.colon);
    }
    return {inserted(table, text, style)};
}

Splice JsonEditor::inserted(const JsonTable &table, const QByteArray &text,
                            const JsonStyle &style) const
{
    if (table.members.empty())
        return insertedInEmpty(table, text, style);
    const JsonMember &last = table.members.back();
    const bool hasComma = last.comma >= 0;
    if (style.isOneLine) {
        const QByteArray space = style.comma.sliced(1);
        return hasComma ? Splice{last.comma + 1, 0, space + text + ','}
                        : Splice{last.end, 0, ',' + space + text};
    }
    // Comments behind the last member are about it.
    const qsizetype end = contentEnd(m_file, table.close);
    const QByteArray line = style.newline + style.indent + text;
    if (hasComma)
        return {end, 0, line + ','};
    return {last.end, end - last.end, ',' + between(last.end, end) + line};
}

Splice JsonEditor::insertedInEmpty(const JsonTable &table, const QByteArray &text,
                                   const JsonStyle &style) const
{
    const qsizetype begin = table.open + 1;
    const qsizetype end = contentEnd(m_file, table.close);
    const QByteArray tail = style.newline + indentAt(m_file, table.open);
    if (end <= begin) // no comment
        return {begin, table.close - begin,
                style.isOneLine ? text : style.newline + style.indent + text + tail};
    if (style.isOneLine)
        return {end, 0, ' ' + text};
    const bool closesOwnLine = between(end, table.close).contains('\n');
    return {end, 0, style.newline + style.indent + text + (closesOwnLine ? QByteArray() : tail)};
}

QList<Splice> JsonEditor::remove(const QString &name) const
{
    const auto index = indexOf(name);
    if (!index)
        return {};
    const JsonTable &table = m_outline.tables.back();
    if (*index + 1 == table.members.size())
        return {removedLast(table)};
    return {removedBefore(table.members[*index])};
}

/// Where what is removed up to `end` may begin, together with the space before `begin`. The break
/// that ends a comment's line has to stay when something follows in the line.
qsizetype JsonEditor::spaceBegin(qsizetype begin, qsizetype end) const
{
    const qsizetype space = contentEnd(m_file, begin);
    const auto &ends = m_outline.lineCommentEnds;
    if (!std::binary_search(ends.begin(), ends.end(), space))
        return space;
    const qsizetype rest = lineEnd(m_file, end);
    const QByteArray behind = m_file.sliced(end, rest - end);
    return behind.trimmed().isEmpty() && rest < m_file.size() ? space : nextLine(m_file, space);
}

Splice JsonEditor::removedLast(const JsonTable &table) const
{
    const Members &members = table.members;
    const JsonMember &last = members.back();
    const qsizetype end = last.comma >= 0 ? last.comma + 1 : last.end;
    const qsizetype space = spaceBegin(last.keyBegin, end);
    if (members.size() == 1) {
        const bool isAlone = contentEnd(m_file, last.keyBegin) == table.open + 1 &&
                             contentEnd(m_file, table.close) == end;
        return isAlone ? Splice{table.open + 1, table.close - table.open - 1}
                       : Splice{space, end - space};
    }
    if (last.comma >= 0)
        return {space, end - space};
    // The comma before it goes, what stands behind that comma stays.
    const qsizetype comma = members[members.size() - 2].comma;
    return {comma, end - comma, between(comma + 1, space)};
}

Splice JsonEditor::removedBefore(const JsonMember &member) const
{
    const qsizetype begin = member.keyBegin;
    qsizetype end = member.comma + 1;
    while (m_file[end] == ' ' || m_file[end] == '\t')
        ++end;
    if (end != lineEnd(m_file, end))
        return {begin, end - begin};
    if (!beginsLine(m_file, begin))
        return {begin, member.comma + 1 - begin};
    const qsizetype line = lineStart(m_file, begin);
    return {line, nextLine(m_file, end) - line};
}

} // namespace

Result<Content> readJson(const QByteArray &file, const Place &place, const QString &name)
{
    auto outline = scanJson(file, place, name);
    if (!outline)
        return fail(outline.error());
    Sifter sifter(place, name);
    SiftingReader reader(sifter);
    const QByteArray &strict = outline->strict;
    if (!outline->tables.empty() && !Entry::sax_parse(strict.begin(), strict.end(), &reader))
        return fail(errorAt(file, std::clamp<qsizetype>(reader.errorAt() - 1, 0, file.size()),
                            u"the number that ends here is out of range"_s));

    Content content{{}, sifter.rest(), {}};
    if (std::ssize(outline->tables) > place.path.size()) {
        auto found = foundByBoth(file, outline->tables.back().members, sifter, name);
        if (!found)
            return fail(found.error());
        content.entries = *std::move(found);
    }
    content.change = [&file, &place, name,
                      shared = std::make_shared<const JsonOutline>(*std::move(outline))](
                         const Entry *value) -> Result<QList<Splice>> {
        const JsonEditor editor(file, place, *shared);
        return value ? editor.put(name, *value) : editor.remove(name);
    };
    return content;
}

} // namespace flaredeck::connect
