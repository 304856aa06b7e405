#include "core/connect/yamlprint.h"

#include "core/connect/textedit.h"

#include <algorithm>
#include <array>

namespace flaredeck::connect {

namespace {

/// Quoted whenever some reader of YAML could take it for something else than this text.
QByteArray yamlScalar(const std::string &text)
{
    static constexpr std::array kWords{"true", "false", "null", "yes", "no", "on", "off", "y", "n"};
    const auto isLetter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const bool isPlain =
        !text.empty() && (isLetter(text.front()) || text.front() == '_' || text.front() == '/') &&
        std::all_of(text.begin(), text.end(), [&isLetter](char c) {
            return isLetter(c) || (c >= '0' && c <= '9') || QByteArrayView("_-./").contains(c);
        });
    const QByteArray plain = QByteArray::fromStdString(text);
    const bool isWord = std::any_of(kWords.begin(), kWords.end(), [&plain](const char *word) {
        return plain.compare(word, Qt::CaseInsensitive) == 0;
    });
    return isPlain && !isWord ? plain : inDoubleQuotes(text);
}

QByteArray yamlBlock(const Entry &value)
{
    return value.is_string() ? yamlScalar(value.get_ref<const std::string &>()) : yamlFlow(value);
}

} // namespace

QByteArray yamlFlow(const Entry &value)
{
    if (value.is_string())
        return inDoubleQuotes(value.get_ref<const std::string &>());
    if (!value.is_structured())
        return QByteArray::fromStdString(value.dump());
    QByteArray text;
    for (const auto &[key, member] : value.items()) {
        text += text.isEmpty() ? "" : ", ";
        text +=
            value.is_object() ? inDoubleQuotes(key) + ": " + yamlFlow(member) : yamlFlow(member);
    }
    return value.is_object() ? '{' + text + '}' : '[' + text + ']';
}

QByteArray yamlMember(const std::string &key, const Entry &value, qsizetype indent,
                      const YamlStyle &style)
{
    QByteArray text = QByteArray(indent, ' ') + yamlScalar(key) + ':';
    if (!value.is_structured() || value.empty())
        return text + ' ' + yamlBlock(value) + style.newline;
    text += style.newline;
    for (const auto &[name, member] : value.items()) {
        text += value.is_object() ? yamlMember(name, member, indent + style.unit, style)
                                  : yamlItem(member, indent + style.unit, style);
    }
    return text;
}

QByteArray yamlItem(const Entry &item, qsizetype indent, const YamlStyle &style)
{
    if (!item.is_object() || item.empty())
        return QByteArray(indent, ' ') + "- " + yamlBlock(item) + style.newline;
    QByteArray text;
    for (const auto &[name, member] : item.items())
        text += yamlMember(name, member, indent + 2, style);
    text[indent] = '-';
    return text;
}

} // namespace flaredeck::connect
