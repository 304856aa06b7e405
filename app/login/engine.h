#pragma once

#include <QByteArray>

/// Facts about the web engine that must be known before it is started.
namespace flaredeck::login::engine {

/// 102 for "102.0.5005.177"; 0 when it is no version.
[[nodiscard]] int majorVersion(const QByteArray &version);

/// From resources/login/engine.json: the oldest Chromium that today's sign-in pages work with; 0
/// when the file does not say.
[[nodiscard]] int minimumChromium(const QByteArray &json);

/// Chromium's own sandbox cannot run as root, and the engine then aborts the process. It starts
/// only when the person switched that sandbox off (`disableSandbox` and `chromiumFlags` are the
/// values of QTWEBENGINE_DISABLE_SANDBOX and QTWEBENGINE_CHROMIUM_FLAGS). We never switch it off
/// ourselves.
[[nodiscard]] bool canStart(bool isRoot, const QByteArray &disableSandbox,
                            const QByteArray &chromiumFlags);

} // namespace flaredeck::login::engine
