#pragma once

#include <QString>

#include <tl/expected.hpp>

#include <utility>

namespace flaredeck {

/// What went wrong, in text that may be shown unchanged in the window, in the log and to a client.
/// Created where the cause is known; each protocol maps `kind` to its own codes in one place.
struct Error {
    enum class Kind {
        InvalidInput, ///< the caller sent something that can never work
        NotFound,
        Denied,       ///< a person or a policy said no
        Unauthorized, ///< no valid sign-in or grant
        Cancelled,
        Timeout,
        RateLimited,
        Upstream, ///< the provider answered with a failure
        Offline,  ///< the provider could not be reached
        Storage,
        Internal,
    };

    Kind kind = Kind::Internal;
    QString message;     ///< the cause in one plain English sentence, safe to send to a client
    QString action = {}; ///< who must do what to continue; may be empty
    QString detail = {}; ///< for the log only
    int retryAfterSeconds = 0; ///< 0 = unknown

    /// Message and action as one text for a person or a model.
    [[nodiscard]] QString text() const
    {
        return action.isEmpty() ? message : message + QLatin1Char(' ') + action;
    }

    bool operator==(const Error &) const = default;
};

template <typename T = void>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(Error error)
{
    return tl::unexpected<Error>(std::move(error));
}

inline tl::unexpected<Error> fail(Error::Kind kind, QString message, QString action = {})
{
    return tl::unexpected<Error>(Error{kind, std::move(message), std::move(action)});
}

/// The error that pending operations return when the program ends.
inline Error shuttingDown()
{
    return {Error::Kind::Cancelled, QStringLiteral("Flaredeck is shutting down.")};
}

} // namespace flaredeck
