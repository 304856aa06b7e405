#include "core/oauth/clients/knowntargets.h"

#include "core/base/json.h"
#include "core/base/logging.h"

#include <QFile>
#include <QHash>

namespace flaredeck::oauth::knowntargets {

using namespace Qt::Literals::StringLiterals;

namespace {

struct Targets {
    QHash<QString, QString> apps;  ///< names by scheme
    QHash<QString, QString> sites; ///< names by address
};

QHash<QString, QString> readNames(const Json &file, const char *list, const char *key)
{
    QHash<QString, QString> names;
    const Json *entries = json::find(file, list);
    if (!entries || !entries->is_array())
        return names;
    for (const Json &entry : *entries) {
        const auto what = json::stringAt(entry, key);
        const auto name = json::stringAt(entry, "name");
        if (what && name)
            names.insert(*what, *name);
    }
    return names;
}

Targets readTargets()
{
    QFile file(u":/oauth/knowntargets.json"_s);
    const auto read =
        file.open(QIODevice::ReadOnly) ? json::parse(file.readAll()) : Result<Json>(Json::object());
    if (!read) {
        qCCritical(lcOAuth).noquote() << "knowntargets.json:" << read.error().text();
        return {};
    }
    return {readNames(*read, "apps", "scheme"), readNames(*read, "sites", "uri")};
}

const Targets &targets()
{
    static const Targets known = readTargets();
    return known;
}

} // namespace

QString appOf(const QString &scheme)
{
    return targets().apps.value(scheme);
}

QString ownerOf(const QString &uri)
{
    return targets().sites.value(uri);
}

} // namespace flaredeck::oauth::knowntargets
