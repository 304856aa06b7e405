#include "app/commandsocket.h"

#include "core/base/localsocket.h"
#include "core/service/localcommands.h"

namespace flaredeck::app {

namespace {

constexpr int kConnectMs = 10'000;

/// HTTP/1.0, so that the answer comes as it is and ends with the connection.
QByteArray requestOf(const QStringList &words, const QByteArray &input)
{
    Json array = Json::array();
    for (const QString &word : words)
        array.push_back(word);
    QByteArray body = json::print(array);
    if (!input.isEmpty())
        body += '\n' + input;
    return "POST " + QByteArray(service::LocalCommands::kPath) +
           " HTTP/1.0\r\nHost: localhost\r\nContent-Type: application/json\r\n"
           "Content-Length: " +
           QByteArray::number(body.size()) + "\r\n\r\n" + body;
}

} // namespace

CommandSocket::CommandSocket(const QString &dataDirectory)
{
    for (const QString &place : localsocket::candidates(dataDirectory)) {
        m_socket.connectToServer(place);
        if (m_socket.waitForConnected(kConnectMs) &&
            localsocket::isOurUser(m_socket.socketDescriptor()))
            return;
        m_socket.abort();
    }
}

bool CommandSocket::isConnected() const
{
    return m_socket.state() == QLocalSocket::ConnectedState;
}

/// False when nothing came in time, or the last byte has come.
bool CommandSocket::waitForMore(int patienceMs)
{
    while (m_socket.bytesAvailable() == 0) {
        if (!isConnected())
            return false;
        if (!waitForBytes(patienceMs))
            return false;
    }
    m_received += m_socket.readAll();
    return true;
}

bool CommandSocket::readHead(Answer &answer, int patienceMs)
{
    qsizetype end = -1;
    while ((end = m_received.indexOf("\r\n\r\n")) < 0) {
        if (!waitForMore(patienceMs))
            return false;
    }
    const QByteArray head = m_received.left(end).toLower();
    answer.status = head.mid(9, 3).toInt();
    m_isStream = head.contains("\r\ncontent-type: text/event-stream");
    m_received.remove(0, end + 4);
    return true;
}

/// False when the last piece has come, or nobody wants more.
bool CommandSocket::readPieces(Answer &answer, const std::function<bool(const Json &)> &told)
{
    for (qsizetype end = 0; (end = m_received.indexOf('\n')) >= 0;) {
        const QByteArray line = m_received.left(end);
        m_received.remove(0, end + 1);
        if (!line.startsWith("data: ")) // or it only shows that somebody is there
            continue;
        const auto piece = json::parse(line.mid(6));
        if (!piece)
            continue;
        if (json::find(*piece, "done") || json::find(*piece, "error")) {
            answer.state = Answer::State::Whole;
            answer.status = static_cast<int>(json::integerAt(*piece, "status").value_or(200));
            answer.body = *piece;
            return false;
        }
        if (!told(*piece)) {
            m_isUnwanted = true;
            return false;
        }
    }
    return true;
}

CommandSocket::Answer CommandSocket::ask(const QStringList &words, const QByteArray &input,
                                         int patienceMs,
                                         const std::function<bool(const Json &)> &told)
{
    Answer answer;
    m_socket.write(requestOf(words, input));
    m_socket.flush();
    if (readHead(answer, patienceMs)) {
        if (m_isStream) {
            while (readPieces(answer, told) && waitForMore(kForEver)) {
            }
        } else {
            while (waitForMore(patienceMs)) {
            }
            if (const auto body = json::parse(m_received)) {
                answer.body = *body;
                answer.state = Answer::State::Whole;
            }
        }
    }
    if (m_isUnwanted)
        answer.state = Answer::State::Unwanted;
    return answer;
}

} // namespace flaredeck::app
