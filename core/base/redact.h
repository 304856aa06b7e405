#pragma once

#include "core/base/json.h"

#include <QByteArrayList>
#include <QStringView>

/// Keeps credentials out of what is written down or shown. For plain text see redact() in
/// logging.h: what has structure is walked by its keys instead.
namespace flaredeck::redaction {

/// Whether what a member, header, option or variable of this name holds is a secret. Case, "-" and
/// "_" do not matter. Names of things about secrets ("token_type", "tokens_used", "next_token") are
/// none.
[[nodiscard]] bool namesSecret(QStringView name);

/// False for most texts: nothing in them could be redacted, which is quick to tell.
[[nodiscard]] bool mayHoldSecret(const QByteArray &utf8);

/// The value without its secrets: those of members, of {"name", "value"} pairs, of options in lists
/// of arguments, and those in its texts.
[[nodiscard]] Json walk(const Json &value);

/// The arguments of a program as one line.
[[nodiscard]] QString commandLine(const QByteArrayList &arguments);

} // namespace flaredeck::redaction
