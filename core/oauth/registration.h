#pragma once

#include "core/oauth/oautherror.h"
#include "core/store/values.h"

/// Dynamic registration (RFC 7591): what a client sends and what it gets back. Pure.
namespace flaredeck::oauth::registration {

/// The client that a request body describes, without id, secret and times. Grant and response types
/// are intersected with ours rather than refused: real clients list more than they need.
[[nodiscard]] Answer<store::Client> parse(const QByteArray &body, quint16 ownPort);

/// The 201 body. `secret` is empty for public clients.
[[nodiscard]] Json print(const store::Client &client, const QByteArray &secret);

} // namespace flaredeck::oauth::registration
