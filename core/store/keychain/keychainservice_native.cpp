// macOS and Windows: the keychain is part of the system, and it reports a refused dialog as such.

#include "core/store/keychain/keychainservice.h"

namespace flaredeck::store::keychain {

bool isReachable()
{
    return true;
}

Task<bool> answers(std::chrono::milliseconds patience, std::stop_token stop)
{
    Q_UNUSED(stop)
    Q_UNUSED(patience)
    co_return true;
}

Task<bool> holdsLocked(QString service, QString entry, std::chrono::milliseconds patience,
                       std::stop_token stop)
{
    Q_UNUSED(stop)
    Q_UNUSED(service)
    Q_UNUSED(entry)
    Q_UNUSED(patience)
    co_return false;
}

bool reconnect()
{
    return false;
}

} // namespace flaredeck::store::keychain
