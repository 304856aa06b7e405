#pragma once

#include "core/base/clock.h"
#include "core/base/identity.h"
#include "core/base/result.h"
#include "core/tools/resultguard.h"

#include <QObject>
#include <QTimer>

#include <list>

namespace flaredeck::tools {

/// What was cut off results, to be read in pages: in memory only, for an hour, and only by the
/// grant that made the call. When there is no room the oldest goes first. Core thread.
class ResultShelf : public QObject
{
    Q_OBJECT

public:
    static constexpr qint64 kMaxBytes = 64LL * 1024 * 1024;
    static constexpr qint64 kMaxResultBytes = 16LL * 1024 * 1024;
    static constexpr Millis kLifetime = 60LL * 60 * 1000;

    explicit ResultShelf(const Clock &clock, QObject *parent = nullptr);

    /// The URI of the first page; nothing when it is too large to be kept.
    [[nodiscard]] std::optional<QString> keep(const GrantId &grant, RestPages pages);
    /// A page, and what it is in words. NotFound alike for what was never kept, what is gone, and
    /// what is another grant's.
    [[nodiscard]] Result<QList<mcp::ResourceContents>> read(const QString &uri,
                                                            const GrantId &grant);
    void dropGrant(const GrantId &grant);

    [[nodiscard]] qint64 bytes() const { return m_bytes; }

    /// Whether the URI is one of a kept result, there or not.
    [[nodiscard]] static bool isResult(const QString &uri);
    [[nodiscard]] static mcp::ResourceTemplate described();

private:
    struct Kept {
        QString id;
        GrantId grant;
        RestPages pages;
        qint64 bytes = 0;
        Millis endsAt = 0; ///< monotonic
    };

    void dropOldest();
    void dropExpired();

    const Clock &m_clock;
    std::list<Kept> m_kept; ///< oldest first
    qint64 m_bytes = 0;
    QTimer m_expiry;
};

} // namespace flaredeck::tools
