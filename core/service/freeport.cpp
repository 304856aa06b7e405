#include "core/service/freeport.h"

#include <QTcpServer>

#include <limits>

namespace flaredeck::service {

quint16 freePortAfter(quint16 taken)
{
    constexpr int kTries = 100;
    for (int port = taken + 1;
         port <= std::numeric_limits<quint16>::max() && port <= taken + kTries; ++port) {
        QTcpServer probe;
        if (probe.listen(QHostAddress::LocalHost, quint16(port)))
            return quint16(port);
    }
    return 0;
}

} // namespace flaredeck::service
