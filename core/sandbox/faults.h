#pragma once

#include "core/base/json.h"
#include "core/sandbox/sandbox.h"

namespace flaredeck::sandbox {

/// Which fault the next API request meets.
class Faults
{
public:
    void set(const Fault &fault) { m_fault = fault; }

    /// The fault of this request; counts it.
    [[nodiscard]] Fault take();

    /// {"kind":"slow|server_error|rate_limited|token_expired|connection_cut|none",
    ///  "remaining":n,"delayMs":n,"retryAfterSeconds":n}; all but kind may be left out.
    [[nodiscard]] static Result<Fault> parse(const Json &body);

private:
    Fault m_fault{};
};

} // namespace flaredeck::sandbox
