#pragma once

#include "core/oauth/authorizerequest.h"
#include "core/oauth/loginsource.h"
#include "core/prompt/prompter.h"

namespace flaredeck::oauth {

/// What a person is shown of a request: who asks, who gets the answer, what for.
void describeConsent(ConsentRequest &consent, const AuthorizeRequest &request,
                     const QList<http::PeerProcess> &listeners);
/// And of the sign-in that it would use.
void describeLogin(ConsentRequest &consent, const UpstreamLogin &login);

} // namespace flaredeck::oauth
