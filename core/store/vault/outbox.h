#pragma once

#include "core/base/result.h"

#include <QObject>
#include <QTimer>

#include <functional>
#include <vector>

namespace flaredeck::store {

/// What has been decided and could not be written yet (a full or read-only disk). It holds in
/// memory already; here it waits, in order, and is written as soon as the disk allows it.
class Outbox : public QObject
{
    Q_OBJECT

public:
    using Write = std::function<Result<>()>;

    Outbox();

    /// Writes now. What fails is kept, in the place of what waits under the same key, and tried
    /// again every few seconds; `problem` says for a person what a restart would undo meanwhile.
    /// What is no longer there (NotFound) counts as written.
    Result<> write(const QString &key, const QString &problem, Write write);
    /// It has been written in another way, or needs no writing any more.
    void drop(const QString &key);
    void retry();
    /// What a restart would undo and why, for a person; empty when nothing waits.
    [[nodiscard]] QString problem() const;

signals:
    void changed();

private:
    struct Entry {
        QString key;
        QString problem;
        Write write;
    };

    std::vector<Entry> m_entries;
    Error m_error;
    QTimer m_timer;
};

} // namespace flaredeck::store
