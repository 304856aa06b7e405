#include "core/http/peersocket.h"

namespace flaredeck::http {

void PeerSocket::close()
{
    if (const auto *tcp = std::get_if<std::unique_ptr<QTcpSocket>>(&m_socket))
        (*tcp)->disconnectFromHost();
    else
        std::get<std::unique_ptr<QLocalSocket>>(m_socket)->disconnectFromServer();
}

void PeerSocket::sendAtOnce()
{
    if (const auto *tcp = std::get_if<std::unique_ptr<QTcpSocket>>(&m_socket))
        (*tcp)->setSocketOption(QAbstractSocket::LowDelayOption, 1);
}

} // namespace flaredeck::http
