#pragma once

#include <QByteArray>
#include <QString>

namespace flaredeck::cloudflare {

/// `text` compressed as compressToEncodedURIComponent() of the JavaScript library lz-string does,
/// which Cloudflare's GraphQL explorer reads from its address: letters, digits, +, - and $.
[[nodiscard]] QByteArray lzCompressed(QStringView text);

} // namespace flaredeck::cloudflare
