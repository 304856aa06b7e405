#pragma once

#include "core/base/json.h"

#include <QVariantList>

namespace flaredeck::sandbox {

/// A WHERE expression over the column `fields` (see eventfields.h) with its bound values.
struct Condition {
    QString sql;
    QVariantList values;

    [[nodiscard]] static Condition always() { return {QStringLiteral("1"), {}}; }
};

namespace filters {

constexpr int kMaxDepth = 4;

/// The JSON path of a key, to be bound; empty for a key that no event can have.
[[nodiscard]] QString pathOf(const QString &key);

/// `parameters.filters` with `parameters.filterCombination`: leaves and nested groups. A negative
/// operation is the exact opposite of the positive one, so it also matches events without the key.
[[nodiscard]] Result<Condition> parse(const Json &parameters);

/// Free-text search over every value of an event.
[[nodiscard]] Result<Condition> needle(const Json *needle);
/// Free-text search over one SQL text expression.
[[nodiscard]] Result<Condition> needleIn(const QString &expression, const Json &needle);

[[nodiscard]] Condition both(const Condition &a, const Condition &b);

} // namespace filters
} // namespace flaredeck::sandbox
