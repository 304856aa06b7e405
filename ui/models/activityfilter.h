#pragma once

#include "core/store/history/history.h"
#include "ui/theme/tokens.h"

#include <QString>
#include <QVariant>

#include <optional>

namespace flaredeck::ui {

/// The filter of the Activity page. Settings store it across restarts.
struct ActivityFilter {
    enum class Span { All, Hour, Day, Week };

    QString text;
    std::optional<store::Outcome> outcome = {};
    std::optional<ClientId> client = {};
    QString clientName = {}; ///< for the chip
    Span span = Span::All;

    bool operator==(const ActivityFilter &) const = default;

    [[nodiscard]] bool isEmpty() const { return *this == ActivityFilter(); }
    [[nodiscard]] store::CallFilter toCallFilter(Millis now) const;
    [[nodiscard]] QVariant toVariant() const;
    [[nodiscard]] static ActivityFilter fromVariant(const QVariant &state);
};

namespace outcometext {
[[nodiscard]] QString word(store::Outcome outcome);
[[nodiscard]] QString icon(store::Outcome outcome);
[[nodiscard]] Tone tone(store::Outcome outcome);
} // namespace outcometext

[[nodiscard]] QString spanText(ActivityFilter::Span span);

} // namespace flaredeck::ui
