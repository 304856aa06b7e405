#pragma once

#include <QByteArray>
#include <QString>
#include <QStringList>

namespace flaredeck::connect {

/// What a person is shown of a change: the lines that differ, and two around them that do not, each
/// behind "- ", "+ " or two blanks. Long lines are cut to what differs in them. `before` and
/// `after` are texts of the file that are not shown: in what stands there now, and in what is
/// written. Where a text of `before` is spelt in another way in the file, none of the old lines is
/// shown.
[[nodiscard]] QString difference(const QByteArray &file, const QByteArray &changed,
                                 const QStringList &before, const QStringList &after);

} // namespace flaredeck::connect
