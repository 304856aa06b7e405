#pragma once

#include "core/base/result.h"
#include "core/store/values.h"

/// Clients whose client_id is the URL of a document about them
/// (draft-ietf-oauth-client-id-metadata-document). Pure.
namespace flaredeck::oauth::clientdocument {

/// Written as a URL: to be checked and fetched, never looked up as a registration.
[[nodiscard]] bool isUrl(const QString &clientId);

/// Whether that URL may name a client (§3 of the draft). It identifies the client byte for byte, so
/// only spellings are admitted that a request reproduces unchanged. InvalidInput says what is
/// wrong.
[[nodiscard]] Result<> checkUrl(const QString &clientId);

/// The client that the document fetched from `url` describes (§4). The document has to name that
/// URL as its client_id and may hold no secret, as anybody can read it. InvalidInput says what is
/// wrong.
[[nodiscard]] Result<store::Client> parse(const QString &url, const QByteArray &document,
                                          quint16 ownPort);

/// The web site that vouches for the client: host, and port unless it is 443.
[[nodiscard]] QString publisher(const QString &url);

} // namespace flaredeck::oauth::clientdocument
