#pragma once

#include <QtGlobal>

namespace flaredeck {

/// Milliseconds since 1970-01-01 UTC. All stored times have this form.
using Millis = qint64;

/// The source of time. Tests pass their own clock; everything else gets system() through a
/// constructor.
class Clock
{
public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Millis now() const = 0; ///< wall clock
    /// Never jumps, and also advances while the computer sleeps. Only differences have a meaning.
    [[nodiscard]] virtual Millis monotonic() const = 0;

    static const Clock &system();
};

} // namespace flaredeck
