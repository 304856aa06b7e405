#pragma once

#include "core/base/json.h"

#include <QByteArrayList>
#include <QStringView>

/// Keeps credentials out of what is stored or shown. Structured data is redacted by its keys; for
/// plain text see redact() in logging.h.
namespace flaredeck::redaction {

/// Whether a member, header, option or variable of this name contains a secret. Case, "-" and "_"
/// do not matter. False for facts about secrets ("token_type", "tokens_used", "next_token").
[[nodiscard]] bool namesSecret(QStringView name);

/// The value with its secrets redacted: those in members, in {"name", "value"} pairs, in options of
/// argument lists, and in texts.
[[nodiscard]] Json walk(const Json &value);

/// The arguments of a program as one line.
[[nodiscard]] QString commandLine(const QByteArrayList &arguments);

} // namespace flaredeck::redaction
