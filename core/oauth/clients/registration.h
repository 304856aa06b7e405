#pragma once

#include "core/oauth/endpoints/oautherror.h"
#include "core/store/values.h"

/// Dynamic registration (RFC 7591, RFC 7592): what a client sends and what it gets back. Pure.
namespace flaredeck::oauth::registration {

/// The client that a request body describes, without id, secret and times. Grant and response types
/// are intersected with ours rather than refused: real clients list more than they need.
[[nodiscard]] Answer<store::Client> parse(const QByteArray &body, quint16 ownPort);

/// What a client needs to manage its registration later (RFC 7592 §3).
struct Management {
    QByteArray uri;
    QByteArray token;
};

/// The answer to a registration and to a look at it. `secret` is empty for public clients, and when
/// it was given out before: its hash is all that is left of it.
[[nodiscard]] Json print(const store::Client &client, const QByteArray &secret,
                         const Management &management);

} // namespace flaredeck::oauth::registration
