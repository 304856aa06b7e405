#pragma once

#include "core/base/json.h"

#include <QDir>
#include <QFile>

#include <map>
#include <vector>

/// What tools ask Cloudflare for, as tables: requests/*.json, one for each toolset. A file is a
/// list of entries:
///   tool       its name
///   name       of the entry, where a tool has several
///   arguments  of the call. {account}, here and everywhere in a table, is the id of the account.
///   requests   that the call makes, in order; each has
///     method, path  the path below the API's address, decoded; one elsewhere is whole
///     query         key to value or list of values, in order; nothing when left out
///     body          JSON; nothing when left out
///     headers       some of those that are sent
///     answer        see below; that of the entry when left out
///   answer     what the stand-in for Cloudflare says: the `result` of an envelope; or, as an
///              object with `whole`, the whole body: JSON, or text as it is; or with `base64`,
///              bytes. Beside `whole` or `result` may be `status`, `type` (Content-Type), and
///              `info` (result_info).
///   result     what the client gets: text as it is, or JSON
///   error      or what its error says, in part
///   standIn    false: the sandbox cannot answer this. By default the first entry of each tool is
///              sent to it too, so that its arguments name what is there.
namespace flaredeck::test {

struct Sent {
    QString method;
    QString path; ///< decoded
    std::map<QString, QStringList> query;
    Json body; ///< null = none
};

struct RequestEntry {
    QString file;
    QString label; ///< unique
    Json entry;

    [[nodiscard]] QString tool() const { return json::toQString(entry.at("tool")); }
    [[nodiscard]] const Json &arguments() const { return entry.at("arguments"); }
    [[nodiscard]] const Json &requests() const { return entry.at("requests"); }
};

inline Sent expectedOf(const Json &request)
{
    const auto words = [](const Json &value) {
        return value.is_string() ? json::toQString(value) : QString::fromUtf8(json::print(value));
    };
    Sent sent{json::toQString(request.at("method")),
              json::toQString(request.at("path")),
              {},
              request.value("body", Json())};
    const Json query = request.value("query", Json::object());
    for (const auto &[key, values] : query.items()) {
        QStringList &list = sent.query[QString::fromStdString(key)];
        for (const Json &value : values.is_array() ? values : Json::array({values}))
            list << words(value);
    }
    return sent;
}

/// Members that are none of those above are mistakes.
inline QString strangeMember(const Json &object, const QStringList &known)
{
    for (const auto &[key, value] : object.items()) {
        if (!known.contains(QString::fromStdString(key)))
            return QString::fromStdString(key);
    }
    return {};
}

inline QString faultOf(const Json &entry)
{
    using namespace Qt::Literals::StringLiterals;
    const QString strange =
        strangeMember(entry, {u"tool"_s, u"name"_s, u"arguments"_s, u"requests"_s, u"answer"_s,
                              u"result"_s, u"error"_s, u"standIn"_s});
    if (!strange.isEmpty())
        return strange;
    for (const char *needed : {"tool", "arguments", "requests"}) {
        if (!entry.contains(needed))
            return u"no "_s + QLatin1String(needed);
    }
    for (const Json &request : entry.at("requests")) {
        const QString odd = strangeMember(
            request, {u"method"_s, u"path"_s, u"query"_s, u"body"_s, u"headers"_s, u"answer"_s});
        if (!odd.isEmpty() || !request.contains("method") || !request.contains("path"))
            return u"a request with "_s + odd;
    }
    return {};
}

/// Every entry of every file of the folder, for this account. A broken file ends the test.
inline std::vector<RequestEntry> readRequestTables(const QString &folder, const QByteArray &account)
{
    std::vector<RequestEntry> all;
    const QDir directory(folder);
    for (const QString &name : directory.entryList({QStringLiteral("*.json")})) {
        QFile file(directory.filePath(name));
        if (!file.open(QIODevice::ReadOnly))
            qFatal("%s cannot be read", qPrintable(name));
        const Result<Json> content = json::parse(file.readAll().replace("{account}", account));
        if (!content || !content->is_array())
            qFatal("%s is no list: %s", qPrintable(name),
                   content ? "" : qPrintable(content.error().message));
        std::map<std::string, int> seen;
        for (const Json &entry : *content) {
            if (const QString fault = faultOf(entry); !fault.isEmpty())
                qFatal("%s: %s: %s", qPrintable(name), json::print(entry).constData(),
                       qPrintable(fault));
            const auto tool = entry.at("tool").get<std::string>();
            const std::string what = entry.value("name", std::to_string(++seen[tool]));
            all.push_back({name, QString::fromStdString(tool + ": " + what), entry});
        }
    }
    return all;
}

} // namespace flaredeck::test
