#include "core/provider/scopes.h"

#include "core/provider/offer.h"

#include <algorithm>

namespace flaredeck::scopes {

QList<ScopeInfo> catalogue()
{
    return provider::offer()->scopes;
}

std::optional<ScopeInfo> find(const QString &name)
{
    const auto offer = provider::offer();
    const auto &all = offer->scopes;
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&name](const ScopeInfo &scope) { return scope.name == name; });
    return found == all.end() ? std::nullopt : std::optional(*found);
}

ScopeSet parse(const QString &text)
{
    ScopeSet set{kBaseline};
    for (const QString &name : text.split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
        if (find(name))
            set.insert(name);
    }
    return set;
}

QString print(const ScopeSet &scopes)
{
    return QStringList(scopes.begin(), scopes.end()).join(QLatin1Char(' '));
}

bool isWellFormed(const QString &text)
{
    return std::all_of(text.begin(), text.end(), [](QChar character) {
        const auto c = character.unicode();
        return c == 0x20 || c == 0x21 || (c >= 0x23 && c <= 0x5b) || (c >= 0x5d && c <= 0x7e);
    });
}

ScopeSet all()
{
    ScopeSet set;
    for (const ScopeInfo &scope : catalogue())
        set.insert(scope.name);
    return set;
}

bool contains(const ScopeSet &granted, const QString &needed)
{
    if (granted.contains(needed))
        return true;
    static const QString read = QStringLiteral(":read");
    return needed.endsWith(read) &&
           granted.contains(needed.chopped(read.size()) + QStringLiteral(":write"));
}

QStringList upstreamFor(const ScopeSet &scopes)
{
    QStringList ids = provider::facts().identityRights;
    for (const QString &name : scopes) {
        if (const auto scope = find(name)) {
            for (const QString &id : scope->upstream) {
                if (!ids.contains(id))
                    ids << id;
            }
        }
    }
    return ids << provider::facts().renewalRight;
}

bool needSignIn(const ScopeSet &scopes)
{
    bool isAnyRemote = false;
    for (const QString &name : scopes) {
        const auto scope = find(name);
        if (!scope || name == kBaseline)
            continue;
        if (!scope->upstream.isEmpty())
            return true;
        isAnyRemote = true;
    }
    return !isAnyRemote;
}

bool isKnown(const QStringList &held)
{
    return std::any_of(held.begin(), held.end(),
                       [](const QString &id) { return id.contains(QLatin1Char('.')); });
}

QStringList missingUpstream(const QString &scope, const QStringList &held, const QStringList &lacks)
{
    const auto info = find(scope);
    if (!info)
        return {};
    const bool known = isKnown(held);
    static const QString read = QStringLiteral(".read");
    QStringList missing;
    for (const QString &id : info->upstream) {
        const bool covered = held.contains(id) ||
                             (id.endsWith(read) &&
                              held.contains(id.chopped(read.size()) + QStringLiteral(".write")));
        if (known ? !covered : lacks.contains(id))
            missing << id;
    }
    return missing;
}

ScopeSet lackedBy(const QStringList &held, const QStringList &lacks)
{
    ScopeSet lacked;
    for (const ScopeInfo &scope : catalogue()) {
        if (!missingUpstream(scope.name, held, lacks).isEmpty())
            lacked.insert(scope.name);
    }
    return lacked;
}

ScopeSet without(const ScopeSet &wanted, const QString &upstream)
{
    ScopeSet left;
    for (const QString &name : wanted) {
        const auto info = find(name);
        if (!info || !info->upstream.contains(upstream))
            left.insert(name);
    }
    return left;
}

} // namespace flaredeck::scopes
