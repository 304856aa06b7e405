#pragma once

#include <QString>

/// Escapes texts of others for surfaces of the toolkit and the desktop that interpret them. Labels
/// need none of this: they show plain text, see `labels` in ui/widgets/card.h.
namespace flaredeck::ui::surface {

/// QToolTip takes a text that looks like markup for markup, and then opens the files that it names.
/// Keeps line breaks, wraps, and cuts at what can be read at a glance.
[[nodiscard]] QString toolTip(const QString &text);

/// For a button, check box or menu entry, where `&` marks a key and a tab the shortcut.
[[nodiscard]] QString caption(const QString &text);

/// For a window's title, where "[*]" marks unsaved changes.
[[nodiscard]] QString windowTitle(const QString &text);

/// The desktop's server may read the body as markup or as text (Desktop Notifications
/// Specification, "Markup"), so it contains no character that only markup interprets.
[[nodiscard]] QString notification(const QString &text);

} // namespace flaredeck::ui::surface
