#pragma once

#include <QByteArray>
#include <QString>

#include <memory>
#include <optional>

/// What changing a file of another program takes of each system. When something fails,
/// qt_error_string() says why.
namespace flaredeck::connect::disk {

struct Facts {
    QString owner;    ///< empty = our user
    qint64 names = 1; ///< hard links
    qint64 bytes = 0;
};
[[nodiscard]] std::optional<Facts> factsOf(const QString &path);

/// The directory FILE.lock, as some clients take it around their own writes.
class Lock
{
public:
    explicit Lock(const QString &path);
    ~Lock();
    Lock(const Lock &) = delete;
    Lock &operator=(const Lock &) = delete;
    [[nodiscard]] bool isHeld() const { return m_held; }

private:
    const QString m_path;
    bool m_held = false;
};

/// A file beside the target, which is gone again unless it became the target.
class Draft
{
public:
    explicit Draft(const QString &target);
    ~Draft();
    Draft(const Draft &) = delete;
    Draft &operator=(const Draft &) = delete;

    [[nodiscard]] bool isOpen() const;
    /// Returns when the disk has it.
    [[nodiscard]] bool write(const QByteArray &bytes) const;
    /// Who may read the target may read the draft, and nobody else.
    [[nodiscard]] bool takeRights() const;
    [[nodiscard]] bool becomeTarget();

private:
    struct File; ///< each system's own
    std::unique_ptr<File> m_file;
};

[[nodiscard]] bool remove(const QString &path);

} // namespace flaredeck::connect::disk
