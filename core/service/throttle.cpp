#include "core/service/throttle.h"

namespace flaredeck::service {

Throttle::Throttle(int intervalMs, QObject *parent)
    : QObject(parent)
    , m_intervalMs(intervalMs)
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &Throttle::fire);
}

void Throttle::request()
{
    m_wanted = true;
    if (!m_timer.isActive())
        m_timer.start(0);
}

void Throttle::fire()
{
    if (!m_wanted)
        return;
    m_wanted = false;
    // Holds back the next one; when nothing is wanted by then, the pause is over.
    m_timer.start(m_intervalMs);
    emit due();
}

} // namespace flaredeck::service
