#include "core/provider/offer.h"

#include <mutex>

namespace flaredeck::provider {

namespace {

/// The window asks on its thread what the core changes on another.
class Shelf
{
public:
    Shelf()
        : m_offer(made({}, {}))
    {
    }

    [[nodiscard]] std::shared_ptr<const Offer> offer()
    {
        const std::scoped_lock lock(m_mutex);
        return m_offer;
    }

    void setBesides(const QList<ScopeInfo> &scopes, const QList<Toolset> &toolsets)
    {
        auto next = made(scopes, toolsets);
        const std::scoped_lock lock(m_mutex);
        m_offer.swap(next);
    }

private:
    static std::shared_ptr<const Offer> made(const QList<ScopeInfo> &scopes,
                                             const QList<Toolset> &toolsets)
    {
        return std::make_shared<Offer>(Offer{facts().scopes + scopes, facts().toolsets + toolsets});
    }

    std::mutex m_mutex;
    std::shared_ptr<const Offer> m_offer;
};

Shelf &shelf()
{
    static Shelf one;
    return one;
}

} // namespace

std::shared_ptr<const Offer> offer()
{
    return shelf().offer();
}

void offerBesides(const QList<ScopeInfo> &scopes, const QList<Toolset> &toolsets)
{
    shelf().setBesides(scopes, toolsets);
}

} // namespace flaredeck::provider
