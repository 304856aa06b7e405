#pragma once

#include "core/http/peerprocess.h"
#include "core/oauth/endpoints/ratelimit.h"

#include <optional>

namespace flaredeck::oauth {

/// At most so many events within a sliding window: of one process, of all processes of a program,
/// and of everybody. So one program does not use up what is there for the others, nor does one
/// script keep out the others of its interpreter; the last bound is for whoever comes under many
/// names. Programs that the system does not tell count as one.
class ProgramLimit
{
public:
    struct Counts {
        int process = 0;
        int program = 0;
        int all = 0;
    };
    ProgramLimit(const Counts &counts, Millis window);

    /// Seconds until anybody may; known before it is asked who it is.
    [[nodiscard]] int waitSeconds(Millis now) const { return m_all.waitSeconds({}, now); }
    /// Seconds until this one may; 0 when it may now. Records nothing.
    [[nodiscard]] int waitSeconds(const std::optional<http::PeerProcess> &who, Millis now) const;
    void record(const std::optional<http::PeerProcess> &who, Millis now);
    /// Records and returns 0, or returns the seconds to wait.
    int take(const std::optional<http::PeerProcess> &who, Millis now);

    /// What tells processes apart: a process id alone comes again.
    [[nodiscard]] static QByteArray keyOf(const std::optional<http::PeerProcess> &process);

private:
    RateLimit m_process;
    RateLimit m_program;
    RateLimit m_all;
};

} // namespace flaredeck::oauth
