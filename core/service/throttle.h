#pragma once

#include <QObject>
#include <QTimer>

namespace flaredeck::service {

/// Turns any number of requests into at most one `due` per interval. The first one after a pause is
/// due in the next turn of the event loop.
class Throttle : public QObject
{
    Q_OBJECT

public:
    explicit Throttle(int intervalMs, QObject *parent = nullptr);

    void request();

signals:
    void due();

private:
    void fire();

    QTimer m_timer;
    const int m_intervalMs;
    bool m_wanted = false;
};

} // namespace flaredeck::service
