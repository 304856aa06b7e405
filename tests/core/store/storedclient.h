#pragma once

#include "core/store/vault/vault.h"

#include <algorithm>

namespace flaredeck::test {

/// A client as stored in the vault; the program itself reads all of them at once.
inline std::optional<store::Client> storedClient(store::Vault &vault, const ClientId &id)
{
    const QList<store::Client> clients = vault.clients.all();
    const auto found = std::find_if(clients.cbegin(), clients.cend(),
                                    [&id](const store::Client &client) { return client.id == id; });
    return found == clients.cend() ? std::nullopt : std::optional(*found);
}

} // namespace flaredeck::test
