#include "core/base/secretvariables.h"

#include <QList>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <map>
#ifdef Q_OS_UNIX
#include <unistd.h>
#endif

namespace flaredeck {

namespace {

std::map<QByteArray, Secret> &taken()
{
    static std::map<QByteArray, Secret> secrets;
    return secrets;
}

/// The secret of our OAuth client, which we read, and the tokens and keys that other programs read.
bool isSecret(const QByteArray &name)
{
    constexpr std::array kOwners{"CLOUDFLARE_", "CF_"};
    constexpr std::array kSigns{"SECRET", "TOKEN", "KEY", "PASSWORD"};
    return std::any_of(kOwners.begin(), kOwners.end(),
                       [&name](const char *start) { return name.startsWith(start); }) &&
           std::any_of(kSigns.begin(), kSigns.end(),
                       [&name](const char *sign) { return name.contains(sign); });
}

} // namespace

void takeSecretVariables()
{
    QList<QByteArray> names;
    for (char **entry = environ; entry && *entry; ++entry) {
        char *equals = std::strchr(*entry, '=');
        const QByteArray name = equals ? QByteArray(*entry, equals - *entry) : QByteArray();
        if (!isSecret(name))
            continue;
        names << name;
        taken().emplace(name, Secret(QByteArray(equals + 1))); // of duplicates the first counts
        // /proc shows these very bytes, so they are overwritten in place.
        for (volatile char *at = equals + 1; *at != '\0'; ++at)
            *at = '\0';
    }
    for (const QByteArray &name : std::as_const(names))
        qunsetenv(name.constData());
}

Secret secretVariable(const char *name)
{
    if (qEnvironmentVariableIsSet(name))
        return Secret(qgetenv(name));
    const auto found = taken().find(name);
    return found == taken().end() ? Secret() : found->second.copy();
}

} // namespace flaredeck
