#pragma once

#include <QByteArray>

namespace flaredeck {

/// Bytes that are wiped on destruction and cannot be streamed to a log. Moves are cheap; copies are
/// explicit.
class Secret
{
public:
    Secret() = default;
    explicit Secret(QByteArray bytes);
    ~Secret();
    Secret(Secret &&other) noexcept;
    Secret &operator=(Secret &&other) noexcept;
    Secret(const Secret &) = delete;
    Secret &operator=(const Secret &) = delete;

    [[nodiscard]] bool isEmpty() const { return m_bytes.isEmpty(); }
    [[nodiscard]] Secret copy() const;
    /// The plain bytes, for the one call that needs them.
    [[nodiscard]] const QByteArray &reveal() const { return m_bytes; }

private:
    void wipe();
    QByteArray m_bytes;
};

} // namespace flaredeck
