#pragma once

#include "core/http/message.h"

namespace flaredeck::cloudflare {

/// The page at the end of a sign-in in the browser: static, no script, nothing loaded.
[[nodiscard]] http::Response callbackPage(int status, const QString &title, const QString &text);

} // namespace flaredeck::cloudflare
