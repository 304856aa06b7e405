#pragma once

#include "core/http/httpmessage.h"
#include "core/oauth/endpoints/metadata.h"

/// WWW-Authenticate (RFC 6750 §3, RFC 9728 §5.1). Pure.
namespace flaredeck::oauth {

/// One header line with one challenge, every value quoted, the description last: real clients read
/// it with regular expressions. No value may hold a quote, a backslash or the name of another one
/// with its equals sign.
[[nodiscard]] QByteArray challenge(const http::Request &request, const QByteArray &error = {},
                                   const QByteArray &description = {},
                                   const QByteArray &scope = metadata::kChallengeScope);

} // namespace flaredeck::oauth
