#pragma once

#include <QObject>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string_view>
#include <thread>

namespace flaredeck::app {

/// Time that the core has to end without the main thread.
inline constexpr int kEndCoreMs = 5000;

/// Time limits after a signal.
struct QuitPatience {
    std::chrono::milliseconds answer{3000}; ///< until quitRequested() was emitted
    std::chrono::milliseconds end{15'000};  ///< from then until QuitSignals is destroyed
};

/// Turns SIGINT and SIGTERM (on Windows Ctrl-C, a closed console, the end of the session) into an
/// event of the event loop. One per process. When the event loop
/// does not answer, because a window hangs, a thread of its own ends the process all the same.
class QuitSignals : public QObject
{
    Q_OBJECT

public:
    /// `endCore` runs on that thread when a limit has passed, and returns whether everything ended
    /// in order. It must return in bounded time; the process then exits.
    explicit QuitSignals(std::function<bool()> endCore, QuitPatience patience = {},
                         QObject *parent = nullptr);
    ~QuitSignals() override;

signals:
    void quitRequested();

private:
    void watch();
    bool awaits(std::chrono::milliseconds patience, const bool &event);

    // Each system in its own way.
    [[nodiscard]] static bool prepare();
    static void listen();
    static void stopListening();
    static void leave(); ///< ends waitForSignal()
    static void cleanUp();
    [[nodiscard]] static bool waitForSignal();
    /// Bypasses the log, whose lock the hanging thread may hold, and never blocks.
    static void complain(std::string_view text);
    [[noreturn]] static void endProcess(int code);

    const std::function<bool()> m_endCore;
    const QuitPatience m_patience;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    bool m_answered = false;
    bool m_ending = false;
    std::thread m_watcher;
};

} // namespace flaredeck::app
