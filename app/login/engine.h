#pragma once

#include <QByteArray>

/// Facts about the web engine that the program needs before it starts the engine.
namespace flaredeck::login::engine {

/// 102 for "102.0.5005.177"; 0 when the text is not a version.
[[nodiscard]] int majorVersion(const QByteArray &version);

/// The oldest Chromium that today's sign-in pages work with, from resources/login/engine.json; 0
/// when the file does not name one.
[[nodiscard]] int minimumChromium(const QByteArray &json);

/// Chromium's own sandbox cannot run as root: the engine then aborts the process, unless the person
/// switched that sandbox off (`disableSandbox` and `chromiumFlags` are the values of
/// QTWEBENGINE_DISABLE_SANDBOX and QTWEBENGINE_CHROMIUM_FLAGS). We never switch it off ourselves.
[[nodiscard]] bool canStart(bool isRoot, const QByteArray &disableSandbox,
                            const QByteArray &chromiumFlags);

} // namespace flaredeck::login::engine
