#pragma once

#include "core/connect/configtext.h"
#include "core/connect/textedit.h"

#include <functional>

/// What configtext.cpp needs of each format. A library's parser reads the values; what changes
/// bytes relies on positions alone, and configtext.cpp reads the result again to check it.
namespace flaredeck::connect {

/// What a file holds.
struct Content {
    QList<Found> entries; ///< only the named one, if a name was given
    QByteArray rest;      ///< all else without the named entry, equal when the documents are
    /// The bytes that change for the named entry to be `value`, or to go without one. The file and
    /// the place must still be there.
    std::function<Result<QList<Splice>>(const Entry *value)> change;
};

[[nodiscard]] Result<Content> readJson(const QByteArray &file, const Place &place,
                                       const QString &name);
[[nodiscard]] Result<Content> readToml(const QByteArray &file, const Place &place,
                                       const QString &name);
[[nodiscard]] Result<Content> readYaml(const QByteArray &file, const Place &place,
                                       const QString &name);

} // namespace flaredeck::connect
