#include "core/base/json.h"
#include "core/base/plaintext.h"
#include "core/connect/formats.h"
#include "core/connect/sifter.h"
#include "core/connect/toml.h"
#include "core/connect/tomloutline.h"

#include <QHash>

#include <memory>
#include <sstream>

namespace flaredeck::connect {

using namespace Qt::StringLiterals;

namespace {

Error errorAtNode(const toml::node &node, const QString &reason)
{
    const toml::source_position begin = node.source().begin;
    return errorAt(begin.line, begin.column, reason);
}

Result<toml::table> parsedToml(const QByteArray &file)
{
    if (const auto keys = requireShortKeys(file, json::kMaxDepth); !keys)
        return fail(keys.error());
    auto result =
        toml::parse(std::string_view(file.constData(), static_cast<std::size_t>(file.size())));
    if (result)
        return std::move(result).table();
    const auto &error = result.error();
    // "Error while parsing key: …"
    QString reason = textFrom(error.description());
    reason.remove(0, reason.startsWith(u"Error "_s) ? reason.indexOf(u": "_s) + 2 : 0);
    return fail(
        errorAt(error.source().begin.line, error.source().begin.column, plaintext::line(reason)));
}

/// Feeds a tree to a Sifter; false when it is too deep.
bool sift(const toml::node &node, Sifter &sifter, int depth = 1)
{
    if (depth > json::kMaxDepth)
        return false;
    if (const toml::table *table = node.as_table()) {
        sifter.beginTable();
        for (const auto &[key, member] : *table) {
            sifter.key(std::string(key.str()));
            if (!sift(member, sifter, depth + 1))
                return false;
        }
        sifter.end();
    } else if (const toml::array *list = node.as_array()) {
        sifter.beginList();
        for (const toml::node &item : *list) {
            if (!sift(item, sifter, depth + 1))
                return false;
        }
        sifter.end();
    } else if (const auto *text = node.as_string()) {
        sifter.scalar(text->get(), "s" + QByteArray::fromStdString(text->get()));
    } else if (const auto *integer = node.as_integer()) {
        sifter.scalar(integer->get(), "i" + QByteArray::number(qlonglong(integer->get())));
    } else if (const auto *number = node.as_floating_point()) {
        sifter.scalar(number->get(), "d" + QByteArray::number(number->get(), 'g', 17));
    } else if (const auto *boolean = node.as_boolean()) {
        sifter.scalar(boolean->get(), boolean->get() ? "t" : "f");
    } else {
        std::ostringstream date;
        node.visit([&date](const auto &value) {
            if constexpr (toml::is_chronological<decltype(value)>)
                date << value.get();
        });
        sifter.scalar(date.str(), "z" + QByteArray::fromStdString(date.str()));
    }
    return true;
}

/// The names of the list's items, null for those without one. Fails when the path leads to
/// something else than what `place` says.
Result<QStringList> itemNames(const toml::table &root, const Place &place)
{
    const toml::node *node = &root;
    for (qsizetype i = 0; i < place.path.size(); ++i) {
        node = node->as_table()->get(place.path[i].toStdString());
        if (!node)
            return QStringList();
        const bool isList = place.isList && i + 1 == place.path.size();
        if (isList ? !node->is_array() : !node->is_table())
            return fail(errorAtNode(
                *node, u"\"%1\" must be %2"_s.arg(plaintext::inQuotes(place.path[i]),
                                                  isList ? u"a list of tables"_s : u"a table"_s)));
    }
    QStringList names;
    if (!place.isList)
        return names;
    for (const toml::node &item : *node->as_array()) {
        const toml::table *table = item.as_table();
        const auto name = table ? (*table)["name"].value<std::string>() : std::nullopt;
        names << (name ? textFrom(*name) : QString());
    }
    return names;
}

struct Document {
    toml::table root;
    TomlOutline outline;
};

Result<Document> documentOf(const QByteArray &file, const Place &place, const QString &name)
{
    auto root = parsedToml(file);
    if (!root)
        return fail(root.error());
    const auto names = itemNames(*root, place);
    if (!names)
        return fail(names.error());
    auto outline = outlineOf(file, place, *names);
    if (!outline)
        return fail(outline.error());
    bool isThere = false;
    for (const TomlEntry &entry : outline->entries) {
        if (entry.name != name || name.isNull())
            continue;
        if (isThere)
            return fail(errorAt(file, entry.pieces.front().begin,
                                u"\"%1\" occurs a second time"_s.arg(plaintext::inQuotes(name))));
        isThere = true;
    }
    return Document{*std::move(root), *std::move(outline)};
}

} // namespace

Result<Content> readToml(const QByteArray &file, const Place &place, const QString &name)
{
    auto document = documentOf(file, place, name);
    if (!document)
        return fail(document.error());
    Sifter sifter(place, name);
    if (!sift(document->root, sifter))
        return fail(
            errorAt(1, 1, u"the file is nested deeper than %1 levels"_s.arg(json::kMaxDepth)));

    Content content{{}, sifter.rest(), {}};
    QHash<QString, const Entry *> values;
    for (const Sifter::Named &entry : sifter.entries())
        values.insert(entry.name, &entry.value);
    auto item = sifter.entries().begin();
    LineCounter lines(file);
    for (const TomlEntry &entry : document->outline.entries) {
        if (entry.name.isNull() || (!name.isNull() && entry.name != name))
            continue;
        // Items keep their order, while a table of toml++ is sorted by name.
        const Entry *value = nullptr;
        if (!place.isList)
            value = values.value(entry.name);
        else if (item != sifter.entries().end())
            value = &(item++)->value;
        if (!value)
            return fail(Error::Kind::Internal, u"The file was read in two ways."_s);
        QByteArray raw;
        for (const TomlPiece &piece : entry.pieces)
            raw += file.sliced(piece.begin, piece.end - piece.begin);
        content.entries.append({entry.name, *value, raw, lines.lineOf(entry.pieces.front().begin)});
    }
    content.change = [&file, &place, name,
                      outline = std::make_shared<const TomlOutline>(std::move(document->outline))](
                         const Entry *value) -> Result<QList<Splice>> {
        return value ? putToml(file, place, *outline, name, *value)
                     : removeToml(file, *outline, name);
    };
    return content;
}

} // namespace flaredeck::connect
