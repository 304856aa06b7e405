#pragma once

#include <QString>

#include <array>
#include <optional>

namespace flaredeck {

/// What a call can do at most, from harmless to worst. Decided by us, never taken from a provider.
enum class Effect { Reads, Changes, Destroys };

/// What happens to a call that its grant opens.
enum class Policy {
    Allow, ///< it runs
    Ask,   ///< a person is asked first
    Off,   ///< there is no such tool
};

inline constexpr std::array kEffects{Effect::Reads, Effect::Changes, Effect::Destroys};
inline constexpr std::array kPolicies{Policy::Allow, Policy::Ask, Policy::Off};

/// "reads", "changes", "destroys": as data, rules and programs have it.
[[nodiscard]] inline QString nameOf(Effect effect)
{
    constexpr std::array<const char16_t *, 3> names{u"reads", u"changes", u"destroys"};
    return QString::fromUtf16(names.at(std::size_t(effect)));
}

/// "allow", "ask", "off".
[[nodiscard]] inline QString nameOf(Policy policy)
{
    constexpr std::array<const char16_t *, 3> names{u"allow", u"ask", u"off"};
    return QString::fromUtf16(names.at(std::size_t(policy)));
}

[[nodiscard]] inline std::optional<Effect> effectNamed(const QString &name)
{
    for (const Effect effect : kEffects) {
        if (nameOf(effect) == name)
            return effect;
    }
    return std::nullopt;
}

[[nodiscard]] inline std::optional<Policy> policyNamed(const QString &name)
{
    for (const Policy policy : kPolicies) {
        if (nameOf(policy) == name)
            return policy;
    }
    return std::nullopt;
}

} // namespace flaredeck
