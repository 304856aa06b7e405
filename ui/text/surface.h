#pragma once

#include <QString>

/// Words of others on surfaces of the toolkit and the desktop that read more than text out of them.
/// Labels need none of this: they are made as plain text, see `labels` in ui/widgets/card.h.
namespace flaredeck::ui::surface {

/// QToolTip takes whatever looks like markup for markup, and then opens the files that it names.
/// Several lines where the text has some, wrapped, not longer than can be read at a glance.
[[nodiscard]] QString toolTip(const QString &text);

/// Of a button, check box or menu entry, where `&` marks a key and a tab the shortcut.
[[nodiscard]] QString caption(const QString &text);

/// Of a window, where "[*]" marks unsaved changes.
[[nodiscard]] QString windowTitle(const QString &text);

/// The body may be markup or text, as the desktop's server likes (Desktop Notifications
/// Specification, "Markup"), so it holds no character that means something in either.
[[nodiscard]] QString notification(const QString &text);

} // namespace flaredeck::ui::surface
