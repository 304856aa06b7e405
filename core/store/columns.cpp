#include "core/store/columns.h"

namespace flaredeck::store::column {

namespace {

Json parsed(const QString &text, Json fallback)
{
    Result<Json> value = json::parse(text.toUtf8());
    return value ? *std::move(value) : std::move(fallback);
}

int numberAt(const Json &object, const char *key)
{
    return static_cast<int>(json::integerAt(object, key).value_or(0));
}

QString textAt(const Json &object, const char *key)
{
    return json::stringAt(object, key).value_or(QString());
}

} // namespace

QString fromList(const QStringList &list)
{
    Json array = Json::array();
    for (const QString &entry : list)
        array.push_back(json::fromQString(entry));
    return fromJson(array);
}

QStringList toList(const QString &text)
{
    QStringList list;
    for (const Json &entry : parsed(text, Json::array()))
        list << json::toQString(entry);
    return list;
}

QString fromScopes(const ScopeSet &scopes)
{
    return QStringList(scopes.begin(), scopes.end()).join(u' ');
}

ScopeSet toScopes(const QString &text)
{
    const QStringList names = text.split(u' ', Qt::SkipEmptyParts);
    return {names.begin(), names.end()};
}

QString fromAccounts(const QList<AccountRef> &accounts)
{
    Json array = Json::array();
    for (const AccountRef &account : accounts)
        array.push_back(
            {{"id", json::fromQString(account.id)}, {"name", json::fromQString(account.name)}});
    return fromJson(array);
}

QList<AccountRef> toAccounts(const QString &text)
{
    QList<AccountRef> accounts;
    for (const Json &entry : parsed(text, Json::array()))
        accounts.append({textAt(entry, "id"), textAt(entry, "name")});
    return accounts;
}

QString fromJson(const Json &value)
{
    return QString::fromUtf8(json::print(value));
}

Json toJson(const QString &text)
{
    return parsed(text, Json::object());
}

QString fromUpstream(const QList<UpstreamRequest> &requests)
{
    if (requests.isEmpty())
        return {};
    Json array = Json::array();
    for (const UpstreamRequest &request : requests) {
        array.push_back({{"method", json::fromQString(request.method)},
                         {"path", json::fromQString(request.path)},
                         {"status", request.status},
                         {"elapsedMs", request.elapsedMs},
                         {"rayId", json::fromQString(request.rayId)}});
    }
    return fromJson(array);
}

QList<UpstreamRequest> toUpstream(const QString &text)
{
    QList<UpstreamRequest> requests;
    if (text.isEmpty())
        return requests;
    for (const Json &entry : parsed(text, Json::array())) {
        requests.append({textAt(entry, "method"), textAt(entry, "path"), numberAt(entry, "status"),
                         numberAt(entry, "elapsedMs"), textAt(entry, "rayId")});
    }
    return requests;
}

} // namespace flaredeck::store::column
