#pragma once

#include <QObject>

#include <memory>

namespace flaredeck::app {

/// What a person types on a terminal, or what comes through a pipe. Reads only while it is told to.
class TerminalInput : public QObject
{
    Q_OBJECT

public:
    explicit TerminalInput(int descriptor, QObject *parent = nullptr);
    ~TerminalInput() override;

    void setReading(bool isReading);
    /// Forgets what was typed and not read. A pipe keeps all that is written to it.
    void discard();

signals:
    void read(const QByteArray &bytes);
    void ended();

private:
    struct Reader; ///< each system's own
    std::unique_ptr<Reader> m_reader;
};

} // namespace flaredeck::app
