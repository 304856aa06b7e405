#include "core/connect/entryreading.h"

#include "core/base/redact.h"

#include <QFileInfo>
#include <QRegularExpression>
#include <QUrl>

#include <algorithm>
#include <array>

namespace flaredeck::connect {

using namespace Qt::StringLiterals;

namespace {

/// Whose values nobody is shown.
constexpr std::array kValueKeys{"env", "envs", "environment", "headers", "http_headers", "oauth"};
constexpr std::array kAddressKeys{"url", "httpUrl", "serverUrl", "uri", "baseUrl"};
/// What a client sets by itself in an entry, whatever it leads to. All else belongs to the server
/// that it was for: some clients refuse their whole file when an entry has a member too many.
constexpr std::array kOwnKeys{"timeout",         "autoApprove",         "alwaysAllow",
                              "trust",           "includeTools",        "excludeTools",
                              "tools",           "disabledTools",       "enabled_tools",
                              "disabled_tools",  "description",         "tool_timeout_sec",
                              "startup_timeout", "startup_timeout_sec", "initTimeout"};

QString text(const Entry &value)
{
    return value.is_string() ? QString::fromStdString(value.get<std::string>()) : QString();
}

const Entry *member(const Entry &entry, const char *key)
{
    if (!entry.is_object())
        return nullptr;
    const auto found = entry.find(key);
    return found == entry.end() ? nullptr : &*found;
}

QString addressOf(const Entry &entry)
{
    for (const char *key : kAddressKeys) {
        if (const Entry *value = member(entry, key); value && value->is_string())
            return text(*value);
    }
    const Entry *nested = member(entry, "transport");
    return nested && nested->is_object() ? addressOf(*nested) : QString();
}

QStringList commandOf(const Entry &entry)
{
    QStringList words;
    const auto add = [&words](const Entry *value) {
        if (!value)
            return;
        if (value->is_string())
            words << text(*value);
        for (const Entry &one : value->is_array() ? *value : Entry::array())
            words << text(one);
    };
    for (const char *key : {"command", "cmd", "args"})
        add(member(entry, key));
    const Entry *nested = member(entry, "transport");
    return words.isEmpty() && nested && nested->is_object() ? commandOf(*nested) : words;
}

bool isOff(const Entry &entry)
{
    const Entry *disabled = member(entry, "disabled");
    const Entry *enabled = member(entry, "enabled");
    return (disabled && *disabled == true) || (enabled && *enabled == false);
}

bool isLoopback(const QString &host)
{
    return host == "localhost"_L1 || host == "127.0.0.1"_L1 || host == "::1"_L1;
}

/// "/radar/mcp" is the toolset radar, "/mcp" and "/sse" are all tools.
std::optional<QString> toolsetOf(const QString &path)
{
    static const QRegularExpression shape(u"^/(?:([a-z0-9-]+)/)?(?:mcp|sse)/?$"_s);
    const auto match = shape.match(path);
    return match.hasMatch() ? std::optional(match.captured(1)) : std::nullopt;
}

EntryReading readAddress(const QUrl &url, const Target &target)
{
    const QUrl own(target.url);
    const auto toolset = toolsetOf(url.path());
    EntryReading reading;
    if (isLoopback(url.host()) && toolset) {
        reading.toolset = *toolset;
        if (!own.isEmpty() && url.port(80) == own.port(80))
            reading.leads = EntryReading::Leads::Here;
        return reading;
    }
    // The host observability.DOMAIN is the toolset observability.
    const QString host = url.host();
    if (!target.hostedDomain.isEmpty() && host.endsWith(u'.' + target.hostedDomain)) {
        reading.toolset = host.chopped(target.hostedDomain.size() + 1);
        if (target.toolsets.contains(reading.toolset))
            reading.leads = EntryReading::Leads::Hosted;
    }
    return reading;
}

bool runsRelay(const QStringList &words)
{
    static const QRegularExpression name(u"(^|[/\\\\])mcp-remote(@[^/]*)?$"_s);
    return std::any_of(words.begin(), words.end(),
                       [](const QString &word) { return name.match(word).hasMatch(); });
}

/// What a relay was told and the bridge cannot do, nobody replaces unasked.
bool saysMore(const QStringList &words)
{
    return std::any_of(words.begin(), words.end(), [](const QString &word) {
        return word == "--header"_L1 || word == "--header-file"_L1 || word == "--ignore-tool"_L1 ||
               word == "--client-credentials"_L1;
    });
}

EntryReading readRelay(const QStringList &words, const Target &target)
{
    const auto address = std::find_if(words.begin(), words.end(), [](const QString &word) {
        return word.startsWith("http://"_L1) || word.startsWith("https://"_L1);
    });
    if (address == words.end() || saysMore(words))
        return {};
    EntryReading reading = readAddress(QUrl(*address), target);
    reading.way = Way::Bridge;
    if (reading.leads == EntryReading::Leads::Here)
        reading.leads = EntryReading::Leads::Relay;
    return reading;
}

EntryReading readBridge(QStringList words, const Target &target)
{
    EntryReading reading;
    reading.way = Way::Bridge;
    if (const qsizetype at = words.indexOf("--toolset"_L1); at > 0 && at + 1 < words.size()) {
        reading.toolset = words[at + 1];
        words.remove(at, 2);
    }
    reading.leads =
        words == target.bridge ? EntryReading::Leads::Here : EntryReading::Leads::Astray;
    return reading;
}

/// Puts the target's values where the shape has their names.
Entry filled(const Entry &shape, const QString &url, const QStringList &bridge, const QString &name)
{
    const auto list = [](const QStringList &words) {
        Entry array = Entry::array();
        for (const QString &word : words)
            array.push_back(word.toStdString());
        return array;
    };
    if (shape == "{url}")
        return url.toStdString();
    if (shape == "{name}")
        return name.toStdString();
    if (shape == "{command}")
        return bridge.value(0).toStdString();
    if (shape == "{args}")
        return list(bridge.mid(1));
    if (shape == "{argv}")
        return list(bridge);
    Entry copy = shape;
    if (copy.is_object()) {
        for (auto &part : copy.items())
            part.value() = filled(part.value(), url, bridge, name);
    }
    return copy;
}

void addTexts(const Json &value, QStringList &texts)
{
    if (value.is_string())
        texts << json::toQString(value);
    for (const Json &part : value.is_structured() ? value : Json::array())
        addTexts(part, texts);
}

/// `shown` is the same value, redacted.
void addSecrets(const Json &value, const Json &shown, QStringList &secrets)
{
    if (value.type() != shown.type() || value.size() != shown.size() ||
        (!value.is_structured() && value != shown)) {
        addTexts(value, secrets);
        return;
    }
    if (value.is_array()) {
        for (size_t i = 0; i < value.size(); ++i)
            addSecrets(value[i], shown[i], secrets);
    }
    if (!value.is_object())
        return;
    for (const auto &part : value.items()) {
        const bool isPrivate = std::any_of(kValueKeys.begin(), kValueKeys.end(),
                                           [&part](const char *key) { return part.key() == key; });
        if (isPrivate || !shown.contains(part.key()))
            addTexts(part.value(), secrets);
        else
            addSecrets(part.value(), shown.at(part.key()), secrets);
    }
}

} // namespace

QStringList secretsIn(const Entry &entry)
{
    const Json value = entry;
    QStringList secrets;
    addSecrets(value, redaction::walk(value), secrets);
    return secrets;
}

EntryReading readEntry(const QString &name, const Entry &entry, const Target &target, bool isOurs)
{
    const QStringList words = commandOf(entry);
    EntryReading reading;
    if (runsRelay(words))
        reading = readRelay(words, target);
    else if (words.isEmpty())
        reading = readAddress(QUrl(addressOf(entry)), target);
    else if (QFileInfo(words.first()).fileName() == "flaredeck-bridge"_L1)
        reading = readBridge(words, target);
    const bool isNamed = name == "flaredeck"_L1;
    if ((reading.leads == EntryReading::Leads::Elsewhere && (isNamed || isOurs)) ||
        (reading.leads == EntryReading::Leads::Hosted && isNamed))
        reading.leads = EntryReading::Leads::Astray;
    if (reading.leads == EntryReading::Leads::Here && isOff(entry))
        reading.leads = EntryReading::Leads::SwitchedOff;
    return reading;
}

QString leadOf(const Entry &entry)
{
    const QStringList words = commandOf(entry);
    return words.isEmpty() ? addressOf(entry) : words.join(u'\n');
}

Entry withAddress(const Entry &entry, const QString &address)
{
    Entry changed = entry;
    for (const char *key : kAddressKeys) {
        if (const Entry *value = member(entry, key); value && value->is_string()) {
            changed[key] = address.toStdString();
            return changed;
        }
    }
    if (const Entry *nested = member(entry, "transport"); nested && nested->is_object())
        changed["transport"] = withAddress(*nested, address);
    return changed;
}

QString addressFor(const Target &target, const QString &toolset)
{
    QUrl url(target.url);
    if (!toolset.isEmpty())
        url.setPath(u"/%1/mcp"_s.arg(toolset));
    return url.toString();
}

Entry makeEntry(const Entry &shape, const Target &target, const QString &toolset,
                const QString &name, const Entry &old)
{
    QStringList bridge = target.bridge;
    if (!toolset.isEmpty())
        bridge << u"--toolset"_s << toolset;
    Entry made = filled(shape, addressFor(target, toolset), bridge, name);
    const auto keep = [&made, &old](const char *key) {
        if (const Entry *value = member(old, key); value && !made.contains(key))
            made[key] = *value;
    };
    for (const char *key : kOwnKeys)
        keep(key);
    // Tokens for another server would be sent to this one.
    if (isLoopback(QUrl(addressOf(old)).host()))
        keep("oauth");
    return made;
}

QString describe(const Entry &entry)
{
    QStringList parts;
    const QStringList words = commandOf(entry);
    if (!words.isEmpty())
        parts << (words.size() == 1 ? u"the command %1"_s.arg(QFileInfo(words.first()).fileName())
                                    : u"the command %1 with %2 more words"_s
                                          .arg(QFileInfo(words.first()).fileName())
                                          .arg(words.size() - 1));
    else if (const QUrl url(addressOf(entry)); !url.host().isEmpty())
        parts << u"an address at %1"_s.arg(url.host());
    for (const char *key : kValueKeys) {
        QStringList names;
        if (const Entry *values = member(entry, key); values && values->is_object()) {
            for (const auto &one : values->items())
                names << QString::fromStdString(one.key());
        }
        if (!names.isEmpty())
            parts << u"values for %1"_s.arg(names.join(u", "_s));
    }
    return parts.isEmpty() ? u"another entry"_s : parts.join(u", "_s);
}

} // namespace flaredeck::connect
