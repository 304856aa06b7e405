#pragma once

#include "core/http/hostgate.h"

/// Which of our addresses scripts on other loopback origins may use. For http::HostGate.
namespace flaredeck::oauth {

/// None for the pages that a person sees, read-only for metadata, full for what clients call.
[[nodiscard]] http::HostGate::Cors corsOf(const QByteArray &path);
/// Pages that a browser may be sent to from any site.
[[nodiscard]] bool isNavigation(const QByteArray &path);

} // namespace flaredeck::oauth
