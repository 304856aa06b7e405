#include "core/mcp/sessions/clientinfo.h"

namespace flaredeck::mcp {

namespace {

QString shortened(const Json &implementation, const char *key, qsizetype most)
{
    const QString text = json::stringAt(implementation, key).value_or(QString());
    // Not through the middle of a surrogate pair.
    const bool splits = text.size() > most && text.at(most - 1).isHighSurrogate();
    return text.left(splits ? most - 1 : most);
}

} // namespace

QString clientInfoOf(const Json &implementation)
{
    return (shortened(implementation, "name", kMaxClientNameLength) + u' ' +
            shortened(implementation, "version", kMaxClientVersionLength))
        .trimmed();
}

} // namespace flaredeck::mcp
