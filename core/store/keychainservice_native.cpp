// macOS and Windows: the keychain is part of the system, and it reports a refused dialog as such.

#include "core/store/keychainservice.h"

using namespace Qt::StringLiterals;

namespace flaredeck::store::keychain {

Result<> reachable()
{
    return {};
}

Task<bool> holdsLocked(QString service, QString entry, std::chrono::milliseconds patience)
{
    Q_UNUSED(service)
    Q_UNUSED(entry)
    Q_UNUSED(patience)
    co_return false;
}

QString advice()
{
    return u"Unlock the keychain and allow Flaredeck to use it, or keep the sign-in for this "
           u"session "
           "only."_s;
}

} // namespace flaredeck::store::keychain
