#pragma once

#include "core/base/whendone.h"
#include "core/store/archive.h"

#include <QFuture>

#include <functional>
#include <utility>

namespace flaredeck::ui {

using store::Archive;

/// Runs one query of the archive at a time, for `context`, which owns this object.
class Reading
{
public:
    /// `ask()` starts the query and returns its future; `then(answer)` takes the result. The result
    /// of an earlier query is dropped.
    template <typename Ask, typename Then>
    void start(QObject *context, Ask ask, Then then)
    {
        drop();
        const auto future = ask();
        m_running = QFuture<void>(future);
        m_awaited = true;
        whenDone(future, context, [this, number = m_number, then](const auto &answer) {
            if (number != m_number)
                return;
            m_awaited = false;
            then(answer);
            if (!m_awaited && m_next)
                std::exchange(m_next, {})();
        });
    }
    /// Repeats a query for newer rows: at once, or when the running query has finished. So a slow
    /// disk still delivers results, and never has two queries to run.
    template <typename Ask, typename Then>
    void refresh(QObject *context, Ask ask, Then then)
    {
        if (m_awaited)
            m_next = [this, context, ask, then] { start(context, ask, then); };
        else
            start(context, ask, then);
    }
    void drop()
    {
        ++m_number;
        m_running.cancel();
        m_awaited = false;
        m_next = {};
    }
    [[nodiscard]] bool isAwaited() const { return m_awaited; }

private:
    QFuture<void> m_running;
    std::function<void()> m_next;
    int m_number = 0;
    bool m_awaited = false;
};

} // namespace flaredeck::ui
