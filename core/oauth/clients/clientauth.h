#pragma once

#include "core/oauth/endpoints/oautherror.h"
#include "core/store/values.h"

#include <optional>

/// How a client says who it is at the token endpoint (RFC 6749 §2.3). Pure.
namespace flaredeck::oauth::clientauth {

enum class Way { Public, Basic, Body };

struct Credentials {
    ClientId client;
    QByteArray secret;
    Way way = Way::Public;
};

[[nodiscard]] Answer<Credentials> read(const http::Request &request, const http::Form &form);

/// The registered method is enforced exactly, unless the client never chose one.
[[nodiscard]] Answer<> check(const Credentials &credentials,
                             const std::optional<store::Client> &client);

} // namespace flaredeck::oauth::clientauth
