#pragma once

#include "core/base/secret.h"

#include <utility>
#include <vector>

namespace flaredeck::store {

/// A key that refresh tokens are derived with, and the number of the vault key that it stems from.
struct RefreshKey {
    int number = 0; ///< 0 = of this run only
    Secret key;
};

/// The key in use, and those before it whose tokens may still come back. Empty while the vault is
/// closed.
class RefreshKeys
{
public:
    RefreshKeys() = default;
    explicit RefreshKeys(RefreshKey current) { m_keys.push_back(std::move(current)); }
    void addFormer(RefreshKey former) { m_keys.push_back(std::move(former)); }

    [[nodiscard]] bool isEmpty() const { return m_keys.empty(); }
    /// Not to be asked of an empty one.
    [[nodiscard]] const RefreshKey &current() const { return m_keys.front(); }
    /// Null when the key is gone for good.
    [[nodiscard]] const Secret *find(int number) const
    {
        for (const RefreshKey &known : m_keys) {
            if (known.number == number)
                return &known.key;
        }
        return nullptr;
    }

private:
    std::vector<RefreshKey> m_keys; ///< the current one first
};

} // namespace flaredeck::store
