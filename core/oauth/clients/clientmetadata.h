#pragma once

#include "core/oauth/endpoints/oautherror.h"
#include "core/store/values.h"

/// The members of client metadata (RFC 7591 §2) that mean the same whether a client sends them when
/// it registers or publishes them in a document of its own. Pure.
namespace flaredeck::oauth::clientmetadata {

[[nodiscard]] OAuthError invalid(const QString &cause); ///< invalid_client_metadata

/// The string, empty when the member is absent or null, which some clients send for absent.
[[nodiscard]] Answer<QString> text(const Json &body, const char *key);
[[nodiscard]] Answer<QStringList> texts(const Json &body, const char *key);

/// Each reads what it is named after into the client, or says what is wrong with it.
[[nodiscard]] Answer<> readName(const Json &document, store::Client &client);
[[nodiscard]] Answer<> readRedirects(const Json &body, quint16 ownPort, store::Client &client);
/// Grant and response types are intersected with ours: real clients list more than they need.
[[nodiscard]] Answer<> readGrantTypes(const Json &body, store::Client &client);
[[nodiscard]] Answer<> readLinks(const Json &body, store::Client &client);
/// After the redirect URIs, which say what type of application it is.
[[nodiscard]] Answer<> readTexts(const Json &body, store::Client &client);
[[nodiscard]] Answer<> refusePrivateKeys(const Json &document);

} // namespace flaredeck::oauth::clientmetadata
