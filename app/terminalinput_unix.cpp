#include "app/terminalinput.h"

#include <QSocketNotifier>

#include <array>
#include <termios.h>
#include <unistd.h>

namespace flaredeck::app {

struct TerminalInput::Reader {
    explicit Reader(int descriptor)
        : readable(descriptor, QSocketNotifier::Read)
    {
        readable.setEnabled(false);
    }
    [[nodiscard]] int descriptor() const { return static_cast<int>(readable.socket()); }

    QSocketNotifier readable;
};

TerminalInput::TerminalInput(int descriptor, QObject *parent)
    : QObject(parent)
    , m_reader(std::make_unique<Reader>(descriptor))
{
    connect(&m_reader->readable, &QSocketNotifier::activated, this, [this] {
        std::array<char, 256> bytes{};
        const auto count = ::read(m_reader->descriptor(), bytes.data(), bytes.size());
        if (count > 0) {
            emit read(QByteArray(bytes.data(), static_cast<qsizetype>(count)));
        } else {
            m_reader->readable.setEnabled(false);
            emit ended();
        }
    });
}

TerminalInput::~TerminalInput() = default;

void TerminalInput::setReading(bool isReading)
{
    m_reader->readable.setEnabled(isReading);
}

void TerminalInput::discard()
{
    ::tcflush(m_reader->descriptor(), TCIFLUSH);
}

} // namespace flaredeck::app
