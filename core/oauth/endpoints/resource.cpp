#include "core/oauth/endpoints/resource.h"

#include "core/provider/facts.h"

#include <algorithm>
#include <array>

namespace flaredeck::oauth::resource {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr Cover kEverything = ~Cover{0};
constexpr qsizetype kMostEndpoints = 64; ///< bits of a Cover

bool isAtOrBelow(const QByteArray &path, QByteArrayView root)
{
    return path.startsWith(root) && (path.size() == root.size() || path.at(root.size()) == '/');
}

QByteArray withoutSlash(const QByteArray &path)
{
    return path.endsWith('/') ? path.chopped(1) : path;
}

qsizetype indexOf(const QByteArray &path)
{
    const QList<QByteArray> &all = endpoints();
    const auto found = std::find_if(all.cbegin(), all.cend(), [&path](const QByteArray &endpoint) {
        return isAtOrBelow(path, endpoint);
    });
    return found == all.cend() ? -1 : found - all.cbegin();
}

} // namespace

const QList<QByteArray> &endpoints()
{
    static const QList<QByteArray> all = [] {
        QList<QByteArray> list{"/mcp", "/sse"};
        for (const provider::Toolset &toolset : provider::facts().toolsets) {
            const QByteArray path = '/' + toolset.name.toLatin1();
            list << path + "/mcp" << path + "/sse";
        }
        Q_ASSERT(list.size() <= kMostEndpoints);
        return list;
    }();
    return all;
}

std::optional<QString> canonical(const QString &value, quint16 ownPort)
{
    constexpr auto scheme = "http://"_L1;
    if (!value.startsWith(scheme, Qt::CaseInsensitive))
        return std::nullopt;
    if (value.contains(u'#'))
        return std::nullopt;
    const QString address = value.mid(scheme.size());
    const QString rest = address.left(address.indexOf(u'?'));
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
    if (!isEndpoint(path.toUtf8()))
        return std::nullopt;
    return QString::fromLatin1(withoutSlash(path.toUtf8()));
}

Cover coverOf(const QStringList &paths)
{
    Cover cover = 0;
    for (const QString &path : paths)
        cover |= path == "/"_L1 ? kEverything : endpointOf(path.toLatin1());
    return cover;
}

Cover endpointOf(const QByteArray &path)
{
    const qsizetype index = indexOf(path);
    return index < 0 ? 0 : Cover{1} << index;
}

std::optional<QByteArray> endpointPathOf(const QByteArray &path)
{
    const qsizetype index = indexOf(path);
    return index < 0 ? std::nullopt : std::optional(endpoints().at(index));
}

bool isEndpoint(const QByteArray &path)
{
    return endpoints().contains(withoutSlash(path));
}

QByteArray mirrored(const QByteArray &query)
{
    const bool isPlain = std::all_of(query.begin(), query.end(), [](char c) {
        return c > 0x20 && c < 0x7f && c != '"' && c != '\\' && c != '#';
    });
    return query.isEmpty() || !isPlain ? QByteArray() : '?' + query;
}

bool isSubset(const QStringList &wanted, const QStringList &granted)
{
    return (coverOf(wanted) & ~coverOf(granted)) == 0;
}

std::optional<QStringList> narrowed(const QStringList &wanted, const QStringList &granted)
{
    if (wanted.isEmpty() || isSubset(granted, wanted))
        return granted;
    return isSubset(wanted, granted) ? std::optional(wanted) : std::nullopt;
}

} // namespace flaredeck::oauth::resource
