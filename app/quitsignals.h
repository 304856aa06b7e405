#pragma once

#include <QObject>
#include <QSocketNotifier>

#include <memory>

namespace flaredeck::app {

/// Turns SIGINT and SIGTERM into an event of the event loop. One per process.
class QuitSignals : public QObject
{
    Q_OBJECT

public:
    explicit QuitSignals(QObject *parent = nullptr);
    ~QuitSignals() override;

signals:
    void quitRequested();

private:
    std::unique_ptr<QSocketNotifier> m_notifier;
};

} // namespace flaredeck::app
