#pragma once

#include "core/connect/configtext.h"

/// Values as text of YAML.
namespace flaredeck::connect {

struct YamlStyle {
    QByteArray newline;
    qsizetype unit = 2; ///< spaces for a level
};

/// On one line, quoted like JSON, since files of JSON are YAML as well.
[[nodiscard]] QByteArray yamlFlow(const Entry &value);
/// Whole lines of a block.
[[nodiscard]] QByteArray yamlMember(const std::string &key, const Entry &value, qsizetype indent,
                                    const YamlStyle &style);
[[nodiscard]] QByteArray yamlItem(const Entry &item, qsizetype indent, const YamlStyle &style);

} // namespace flaredeck::connect
