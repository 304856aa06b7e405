#pragma once

#include "ui/theme/tokens.h"

#include <QList>
#include <QMetaType>
#include <QString>

namespace flaredeck::ui {

/// What table models pass to the cell delegate.
enum class CellKind {
    Text,
    Secondary, ///< text in the secondary colour
    Mono,
    Tile,   ///< letter tile and name
    Pill,   ///< icon and word on a tinted ground
    Status, ///< dot and word
    Chips,
    Titled, ///< text, and a note in monospace below it
    Choice, ///< a word that opens a menu; set in the secondary colour for Tone::Neutral
    Group,  ///< heading of the rows that follow
    Switch, ///< on for Tone::Accent, with the word beside it
};

/// A small label: a scope, a filter.
struct Chip {
    QString text;
    Tone tone = Tone::Neutral;

    bool operator==(const Chip &) const = default;
};

enum CellRole {
    SortRole = Qt::UserRole + 1, ///< the raw value
    KindRole,                    ///< CellKind as int
    ToneRole,                    ///< Tone as int
    IconRole,                    ///< an icon's name
    ChipsRole,                   ///< QList<Chip>
    NoteRole,                    ///< the second line of a titled cell
    IdRole,                      ///< id of what the row shows, as a string
};

} // namespace flaredeck::ui

Q_DECLARE_METATYPE(flaredeck::ui::Chip)
