#pragma once

#include "core/http/message.h"
#include "core/oauth/metadata.h"

#include <QStringList>

#include <functional>

/// Whether what clients are told about where to sign in is one story.
namespace flaredeck::oauth::selftest {

/// What is looked at; the defaults are what the server answers with.
struct Discovery {
    std::function<http::Response(const http::Request &)> document; ///< below /.well-known/
    std::function<QByteArray(const http::Request &)> challenge;
};

/// For each spelling of loopback and each endpoint: the challenge leads to a document that names
/// the address as it was called, that one to the server, and all name one issuer, byte for byte.
/// One sentence for each contradiction; empty = none. Pure.
[[nodiscard]] QStringList problems(quint16 port, const Discovery &discovery);
[[nodiscard]] QStringList problems(quint16 port, const metadata::Options &options);

} // namespace flaredeck::oauth::selftest
