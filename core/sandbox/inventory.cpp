#include "core/sandbox/inventory.h"

#include "core/sandbox/template.h"

#include <QDir>
#include <QFile>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace flaredeck::sandbox::inventory {

namespace {

const std::vector<Json> &builtIn()
{
    static const std::vector<Json> files = read(resourceFolder()).value_or(std::vector<Json>());
    return files;
}

/// The items at a path of the built-in files.
const Json &itemsAt(const QString &path)
{
    static const Json kNone = Json::array();
    for (const Json &file : builtIn()) {
        for (const Json &collection : file["collections"]) {
            for (const Json &route : collection["routes"]) {
                if (json::stringAt(route, "path") == path)
                    return collection["items"];
            }
        }
    }
    return kNone;
}

QString memberOfUser(const char *name)
{
    const Json &users = itemsAt(u"/user"_s);
    return users.empty() ? QString() : json::stringAt(users[0], name).value_or(QString());
}

template <typename T>
const T *findById(const QList<T> &all, const QString &id)
{
    const auto found =
        std::find_if(all.begin(), all.end(), [&id](const T &one) { return one.id == id; });
    return found == all.end() ? nullptr : &*found;
}

} // namespace

Result<std::vector<Json>> read(const QString &folder)
{
    std::vector<Json> files;
    const QDir directory(folder);
    for (const QString &name : directory.entryList({u"*.json"_s}, QDir::Files, QDir::Name)) {
        QFile file(directory.filePath(name));
        if (!file.open(QIODevice::ReadOnly))
            return fail(Error::Kind::InvalidInput,
                        u"%1 cannot be read: %2."_s.arg(name, file.errorString()));
        Result<Json> content = json::parse(file.readAll());
        const Json *collections = content ? json::find(*content, "collections") : nullptr;
        if (!collections || !collections->is_array())
            return fail(Error::Kind::InvalidInput,
                        content ? u"%1 has no list of collections."_s.arg(name)
                                : u"%1: %2"_s.arg(name, content.error().message));
        files.push_back(std::move(*content));
    }
    return files;
}

const QString &userId()
{
    static const QString id = memberOfUser("id");
    return id;
}

const QString &userEmail()
{
    static const QString email = memberOfUser("email");
    return email;
}

const QList<Account> &accounts()
{
    static const QList<Account> all = [] {
        const Json &workers = itemsAt(u"/accounts/{account}/workers/scripts"_s);
        QList<Account> found;
        for (const Json &item : itemsAt(u"/accounts"_s)) {
            const auto count =
                std::count_if(workers.begin(), workers.end(), [&item](const Json &worker) {
                    return worker["_account"] == item["id"];
                });
            found.append({json::toQString(item["id"]), json::toQString(item["name"]), count});
        }
        return found;
    }();
    return all;
}

const Account *findAccount(const QString &id)
{
    return findById(accounts(), id);
}

const QList<UpstreamScope> &scopes()
{
    static const QList<UpstreamScope> all = [] {
        QList<UpstreamScope> found;
        for (const Json &file : builtIn()) {
            for (const Json &scope : file.value("scopes", Json::array()))
                found.append({json::toQString(scope["id"]), json::toQString(scope["summary"]),
                              json::boolAt(scope, "optional").value_or(false)});
        }
        return found;
    }();
    return all;
}

const UpstreamScope *findScope(const QString &id)
{
    return findById(scopes(), id);
}

} // namespace flaredeck::sandbox::inventory
