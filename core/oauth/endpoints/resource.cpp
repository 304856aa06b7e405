#include "core/oauth/endpoints/resource.h"

#include "core/provider/offer.h"

#include <QHash>

#include <algorithm>
#include <array>

namespace flaredeck::oauth::resource {

using namespace Qt::Literals::StringLiterals;

namespace {

bool isAtOrBelow(const QByteArray &path, QByteArrayView root)
{
    return path.startsWith(root) && (path.size() == root.size() || path.at(root.size()) == '/');
}

QByteArray withoutSlash(const QByteArray &path)
{
    return path.endsWith('/') ? path.chopped(1) : path;
}

/// What the offer says of endpoints, read once for each offer. A thread has its own, since a
/// request that waits for another thread's would wait for the window.
struct Endpoints {
    std::shared_ptr<const provider::Offer> offer;
    QList<QByteArray> all;
    QHash<QByteArray, std::size_t> bits; ///< of all that there ever were

    static const Endpoints &now()
    {
        thread_local Endpoints known;
        if (auto offer = provider::offer(); offer != known.offer)
            known.read(std::move(offer));
        return known;
    }

private:
    void read(std::shared_ptr<const provider::Offer> next)
    {
        offer = std::move(next);
        all = {"/mcp", "/sse"};
        for (const provider::Toolset &toolset : offer->toolsets) {
            const QByteArray path = '/' + toolset.name.toLatin1();
            all << path + "/mcp" << path + "/sse";
        }
        for (const QByteArray &endpoint : all) {
            if (!bits.contains(endpoint) && bits.size() < qsizetype(Cover().size()))
                bits.insert(endpoint, std::size_t(bits.size()));
        }
        // What finds no bit any more is served to those alone that may use everything.
        all.removeIf([this](const QByteArray &endpoint) { return !bits.contains(endpoint); });
    }
};

std::optional<QByteArray> find(const QByteArray &path)
{
    const QList<QByteArray> &all = Endpoints::now().all;
    const auto found = std::find_if(all.cbegin(), all.cend(), [&path](const QByteArray &endpoint) {
        return isAtOrBelow(path, endpoint);
    });
    return found == all.cend() ? std::nullopt : std::optional(*found);
}

} // namespace

QList<QByteArray> endpoints()
{
    return Endpoints::now().all;
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
    Cover cover;
    for (const QString &path : paths)
        cover |= path == "/"_L1 ? Cover().set() : endpointOf(path.toLatin1());
    return cover;
}

Cover endpointOf(const QByteArray &path)
{
    const auto endpoint = find(path);
    return endpoint ? Cover().set(Endpoints::now().bits.value(*endpoint)) : Cover();
}

std::optional<QByteArray> endpointPathOf(const QByteArray &path)
{
    return find(path);
}

bool isEndpoint(const QByteArray &path)
{
    return Endpoints::now().all.contains(withoutSlash(path));
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
    return (coverOf(wanted) & ~coverOf(granted)).none();
}

std::optional<QStringList> narrowed(const QStringList &wanted, const QStringList &granted)
{
    if (wanted.isEmpty() || isSubset(granted, wanted))
        return granted;
    return isSubset(wanted, granted) ? std::optional(wanted) : std::nullopt;
}

} // namespace flaredeck::oauth::resource
