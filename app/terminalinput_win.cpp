#include "app/terminalinput.h"

#include "core/base/processuser_win.h"

#include <array>
#include <condition_variable>
#include <io.h>
#include <mutex>
#include <thread>
#include <windows.h>

// A console's handle wakes no event loop, so that a thread reads, and only while it is told to.
// Unproven: no Windows has run this.
namespace flaredeck::app {

struct TerminalInput::Reader {
    Reader(int descriptor, TerminalInput &owner)
        : m_owner(owner)
        , m_input(reinterpret_cast<HANDLE>(::_get_osfhandle(descriptor)))
        , m_thread([this] { run(); })
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return m_self != nullptr; });
    }
    ~Reader()
    {
        set(m_isEnding, true);
        // The thread may only be about to read, so that one attempt is not enough.
        constexpr DWORD kAgainMs = 20;
        do
            CancelSynchronousIo(m_self.get());
        while (WaitForSingleObject(m_self.get(), kAgainMs) == WAIT_TIMEOUT);
        m_thread.join();
    }
    Reader(const Reader &) = delete;
    Reader &operator=(const Reader &) = delete;

    void setReading(bool isReading) { set(m_isReading, isReading); }
    void discard() { FlushConsoleInputBuffer(m_input); }

private:
    void set(bool &what, bool value)
    {
        {
            const std::lock_guard lock(m_mutex);
            what = value;
        }
        m_changed.notify_all();
    }

    void introduce()
    {
        HANDLE self = nullptr;
        DuplicateHandle(GetCurrentProcess(), GetCurrentThread(), GetCurrentProcess(), &self, 0,
                        FALSE, DUPLICATE_SAME_ACCESS);
        const std::lock_guard lock(m_mutex);
        m_self.reset(self);
        m_changed.notify_all();
    }

    void run()
    {
        introduce();
        for (;;) {
            {
                std::unique_lock lock(m_mutex);
                m_changed.wait(lock, [this] { return m_isReading || m_isEnding; });
                if (m_isEnding)
                    return;
            }
            std::array<char, 256> bytes{};
            DWORD count = 0;
            const bool isRead = ReadFile(m_input, bytes.data(), static_cast<DWORD>(bytes.size()),
                                         &count, nullptr) != 0;
            const std::lock_guard lock(m_mutex);
            if (m_isEnding)
                return;
            if (!isRead || count == 0)
                m_isReading = false;
            // What came after reading was switched off answers nothing.
            tell(isRead ? QByteArray(bytes.data(), static_cast<qsizetype>(count)) : QByteArray());
        }
    }

    void tell(const QByteArray &bytes)
    {
        QMetaObject::invokeMethod(
            &m_owner,
            [this, bytes] {
                if (bytes.isEmpty())
                    emit m_owner.ended();
                else if (isReading())
                    emit m_owner.read(bytes);
            },
            Qt::QueuedConnection);
    }

    [[nodiscard]] bool isReading()
    {
        const std::lock_guard lock(m_mutex);
        return m_isReading;
    }

    TerminalInput &m_owner;
    const HANDLE m_input;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    windows::Handle m_self; ///< of the thread
    bool m_isReading = false;
    bool m_isEnding = false;
    std::thread m_thread;
};

TerminalInput::TerminalInput(int descriptor, QObject *parent)
    : QObject(parent)
    , m_reader(std::make_unique<Reader>(descriptor, *this))
{
}

TerminalInput::~TerminalInput() = default;

void TerminalInput::setReading(bool isReading)
{
    m_reader->setReading(isReading);
}

void TerminalInput::discard()
{
    m_reader->discard();
}

} // namespace flaredeck::app
