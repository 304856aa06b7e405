#include "core/oauth/resource.h"

#include <array>

namespace flaredeck::oauth::resource {

using namespace Qt::Literals::StringLiterals;

namespace {

bool isAtOrBelow(const QByteArray &path, QByteArrayView root)
{
    return path.startsWith(root) && (path.size() == root.size() || path.at(root.size()) == '/');
}

} // namespace

std::optional<QString> canonical(const QString &value, quint16 ownPort)
{
    constexpr auto scheme = "http://"_L1;
    if (!value.startsWith(scheme, Qt::CaseInsensitive))
        return std::nullopt;
    const QString rest = value.mid(scheme.size());
    const auto slash = rest.indexOf(u'/');
    const QString authority = (slash < 0 ? rest : rest.left(slash)).toLower();
    const QString path = slash < 0 ? QString() : rest.mid(slash);

    constexpr std::array aliases{"localhost"_L1, "127.0.0.1"_L1, "[::1]"_L1};
    bool ours = false;
    for (const QLatin1String alias : aliases) {
        ours = ours || authority == QString(alias) + u':' + QString::number(ownPort) ||
               (ownPort == 80 && authority == alias);
    }
    if (!ours)
        return std::nullopt;

    if (path.isEmpty() || path == "/"_L1)
        return u"/"_s;
    if (path == "/mcp"_L1 || path == "/mcp/"_L1)
        return u"/mcp"_s;
    if (path == "/sse"_L1 || path == "/sse/"_L1)
        return u"/sse"_s;
    return std::nullopt;
}

quint8 coverOf(const QStringList &paths)
{
    quint8 cover = Nothing;
    for (const QString &path : paths) {
        if (path == "/"_L1)
            cover |= Everything;
        else if (path == "/mcp"_L1)
            cover |= Mcp;
        else if (path == "/sse"_L1)
            cover |= Sse;
    }
    return cover;
}

quint8 endpointOf(const QByteArray &path)
{
    if (isAtOrBelow(path, "/mcp"))
        return Mcp;
    return isAtOrBelow(path, "/sse") ? Sse : Nothing;
}

bool isSubset(const QStringList &wanted, const QStringList &granted)
{
    return (coverOf(wanted) & ~coverOf(granted)) == 0;
}

} // namespace flaredeck::oauth::resource
