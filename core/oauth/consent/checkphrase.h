#pragma once

#include <QString>

namespace flaredeck::oauth {

/// Two random words. The browser tab and the consent window show the same pair, so that a person
/// can tell their own request from one that somebody else's page started.
[[nodiscard]] QString newCheckPhrase();

} // namespace flaredeck::oauth
