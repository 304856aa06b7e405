#include "core/mcp/transports/address.h"

namespace flaredeck::mcp::address {

QByteArray of(const QString &toolset, QByteArrayView endpoint)
{
    const QByteArray root = toolset.isEmpty() ? QByteArray() : '/' + toolset.toLatin1();
    return root + '/' + endpoint.toByteArray();
}

QString toolsetOf(const QByteArray &path)
{
    const auto end = path.indexOf('/', 1);
    const QByteArrayView first = QByteArrayView(path).sliced(1, (end < 0 ? path.size() : end) - 1);
    return first == "mcp" || first == "sse" ? QString() : QString::fromLatin1(first);
}

} // namespace flaredeck::mcp::address
