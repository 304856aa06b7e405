#pragma once

#include "core/base/json.h"
#include "core/sandbox/sandbox.h"

#include <array>

namespace flaredeck::sandbox {

/// The fault of the next request, for each place that can have one.
class Faults
{
public:
    void set(const Fault &fault) { m_faults[index(fault.at)] = fault; }

    /// Returns the fault of this request, and counts the request.
    [[nodiscard]] Fault take(Fault::At at);

    /// {"kind":"slow|server_error|rate_limited|token_expired|connection_cut|none",
    ///  "at":"api|token|revoke","remaining":n,"delayMs":n,"retryAfterSeconds":n}; all but kind may
    ///  be left out.
    [[nodiscard]] static Result<Fault> parse(const Json &body);

private:
    static constexpr std::size_t index(Fault::At at) { return static_cast<std::size_t>(at); }

    std::array<Fault, 3> m_faults{};
};

} // namespace flaredeck::sandbox
