#pragma once

#include "core/http/httpmessage.h"
#include "core/mcp/methods/callcontext.h"

/// What our messages to a remote server look like. Pure.
namespace flaredeck::remote::wire {

inline const QByteArray kModern = QByteArrayLiteral("2026-07-28");
/// What we ask for with `initialize`; a server may answer an older one that it can.
inline const QByteArray kLegacy = QByteArrayLiteral("2025-11-25");
[[nodiscard]] bool isLegacyRevision(const QString &revision);

/// Who we are; never the client that we call for.
[[nodiscard]] Json clientInfo();
/// What the client behind a call can be asked, as capabilities of ours; none without a call.
[[nodiscard]] Json capabilitiesOf(const mcp::CallContext *context);

/// Text as the value of a header: plain, or `=?base64?…?=` around the Base64 of its UTF-8
/// (2026-07-28, basic/transports, "Standard request headers").
[[nodiscard]] QByteArray headerValue(const QByteArray &text);
/// Mcp-Method, Mcp-Name and Mcp-Param-*; the schema is the called tool's, or null.
void appendStandardHeaders(http::Headers &headers, const std::string &method, const Json &params,
                           const Json &schema);
/// Whether the marks for Mcp-Param-* in a tool's schema can be obeyed: names of header fields, each
/// once, of text, integers and booleans. A tool that has others must not be used.
[[nodiscard]] bool hasUsableMarks(const Json &schema);
/// The `_meta` of a request without a session.
[[nodiscard]] Json modernMeta(const mcp::CallContext *context);

/// A session's id as a server may give it (2025-11-25, basic/transports, "Session Management").
[[nodiscard]] bool isSessionId(QByteArrayView id);

/// Of a challenge (RFC 9110 §11.6.1): the value of a parameter of Bearer; empty = absent.
[[nodiscard]] QString challengeParameter(const QByteArray &header, QByteArrayView name);

} // namespace flaredeck::remote::wire
