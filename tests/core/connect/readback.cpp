#include "tests/core/connect/readback.h"

#include "core/base/json.h"
#include "core/connect/toml.h"

#include <yaml.h>

namespace flaredeck::test {

using namespace connect;

namespace {

std::optional<QString> commandInJson(const QByteArray &file, const Place &place,
                                     const QString &name)
{
    Json node = Json::parse(file.begin(), file.end(), nullptr, false, true);
    for (const QString &key : place.path)
        node = node.value(key.toStdString(), Json());
    if (!place.isList)
        return json::stringAt(node.value(name.toStdString(), Json()), "command");
    for (const Json &item : node) {
        if (json::stringAt(item, "name") == name)
            return json::stringAt(item, "command");
    }
    return std::nullopt;
}

std::optional<QString> commandInToml(const QByteArray &file, const Place &place,
                                     const QString &name)
{
    const auto result =
        toml::parse(std::string_view(file.constData(), static_cast<std::size_t>(file.size())));
    if (!result)
        return std::nullopt;
    toml::node_view<const toml::node> node(result.table());
    for (const QString &key : place.path)
        node = node[key.toStdString()];
    const auto commandOfTable = [](toml::node_view<const toml::node> table) {
        const auto command = table["command"].value<std::string>();
        return command ? std::optional(QString::fromStdString(*command)) : std::nullopt;
    };
    if (!place.isList)
        return commandOfTable(node[name.toStdString()]);
    for (std::size_t i = 0; node.as_array() && i < node.as_array()->size(); ++i) {
        if (node[i]["name"].value<std::string>() == name.toStdString())
            return commandOfTable(node[i]);
    }
    return std::nullopt;
}

/// The value of a key, or nullptr.
yaml_node_t *memberOf(yaml_document_t &document, yaml_node_t *table, const QString &key)
{
    if (!table || table->type != YAML_MAPPING_NODE)
        return nullptr;
    const auto &pairs = table->data.mapping.pairs;
    for (auto *pair = pairs.start; pair < pairs.top; ++pair) {
        const auto *node = yaml_document_get_node(&document, pair->key);
        if (node->type == YAML_SCALAR_NODE &&
            key == QString::fromUtf8(reinterpret_cast<const char *>(node->data.scalar.value)))
            return yaml_document_get_node(&document, pair->value);
    }
    return nullptr;
}

std::optional<QString> textOf(const yaml_node_t *node)
{
    if (!node || node->type != YAML_SCALAR_NODE)
        return std::nullopt;
    return QString::fromUtf8(reinterpret_cast<const char *>(node->data.scalar.value));
}

std::optional<QString> commandInYaml(const QByteArray &file, const Place &place,
                                     const QString &name)
{
    yaml_parser_t parser;
    yaml_document_t document;
    yaml_parser_initialize(&parser);
    yaml_parser_set_input_string(&parser, reinterpret_cast<const unsigned char *>(file.data()),
                                 static_cast<std::size_t>(file.size()));
    std::optional<QString> command;
    if (yaml_parser_load(&parser, &document)) {
        yaml_node_t *node = yaml_document_get_root_node(&document);
        for (const QString &key : place.path)
            node = memberOf(document, node, key);
        if (!place.isList) {
            command = textOf(
                memberOf(document, memberOf(document, node, name), QStringLiteral("command")));
        } else if (node && node->type == YAML_SEQUENCE_NODE) {
            const auto &items = node->data.sequence.items;
            for (auto *item = items.start; item < items.top; ++item) {
                yaml_node_t *table = yaml_document_get_node(&document, *item);
                if (textOf(memberOf(document, table, QStringLiteral("name"))) == name)
                    command = textOf(memberOf(document, table, QStringLiteral("command")));
            }
        }
        yaml_document_delete(&document);
    }
    yaml_parser_delete(&parser);
    return command;
}

} // namespace

std::optional<QString> commandOf(const QByteArray &file, const Place &place, const QString &name)
{
    switch (place.format) {
    case Format::Json:
        return commandInJson(file, place, name);
    case Format::Toml:
        return commandInToml(file, place, name);
    case Format::Yaml:
        break;
    }
    return commandInYaml(file, place, name);
}

} // namespace flaredeck::test
