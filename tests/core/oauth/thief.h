#pragma once

#include "tests/support/testcase.h"

#include <QCoreApplication>
#include <QFile>
#include <QProcess>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>

#include <cstdio>
#include <iostream>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

namespace flaredeck::oauth {

/// A second program: a copy of this one at another path, which listens, and sends what it is told.
class Thief
{
public:
    explicit Thief(quint16 port = 0)
        : m_executable(m_directory.filePath(QStringLiteral("thief")))
    {
        QFile::copy(QCoreApplication::applicationFilePath(), m_executable);
        m_process.start(m_executable, {QStringLiteral("thief"), QString::number(port)});
        if (m_process.waitForStarted() && m_process.waitForReadyRead())
            m_port = m_process.readLine().trimmed().toUShort();
    }
    ~Thief()
    {
        m_process.closeWriteChannel();
        m_process.kill();
        m_process.waitForFinished();
    }
    Thief(const Thief &) = delete;
    Thief &operator=(const Thief &) = delete;

    /// Sends a GET as a browser would, and returns what came within a while.
    QByteArray ask(const QByteArray &origin, const QByteArray &target,
                   const QByteArray &headers = "Accept: text/html\r\n")
    {
        const QByteArray host = origin.mid(origin.indexOf("//") + 2);
        const QByteArray request =
            "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\n" + headers + "\r\n";
        m_process.write(host.mid(host.indexOf(':') + 1) + ' ' + request.toBase64() + '\n');
        QByteArray answer;
        if (!QTest::qWaitFor([this] { return m_process.canReadLine(); }, 15'000))
            return answer;
        return QByteArray::fromBase64(m_process.readLine().trimmed());
    }

    [[nodiscard]] quint16 port() const { return m_port; } ///< 0 = it could not listen
    [[nodiscard]] QString executable() const { return m_executable; }

    /// What the copy does.
    static int run(int argc, char **argv)
    {
        const QCoreApplication app(argc, argv);
        const quint16 port = QCoreApplication::arguments().value(1).toUShort();
        // Orphaned on purpose: what a client starts counts as the client.
        if (const pid_t child = ::fork(); child != 0) {
            ::waitpid(child, nullptr, 0);
            for (;;)
                ::pause();
        }
        if (::fork() != 0)
            ::_exit(0);
        QTcpServer server;
        const bool listens = server.listen(QHostAddress::LocalHost, port);
        std::printf("%d\n", listens ? int(server.serverPort()) : 0);
        std::fflush(stdout);
        std::string line;
        while (std::getline(std::cin, line)) {
            const QList<QByteArray> words = QByteArray::fromStdString(line).split(' ');
            std::printf("%s\n",
                        exchange(words.value(0).toUShort(), QByteArray::fromBase64(words.value(1)))
                            .toBase64()
                            .constData());
            std::fflush(stdout);
        }
        return 0;
    }

private:
    static QByteArray exchange(quint16 port, const QByteArray &request)
    {
        QTcpSocket socket;
        socket.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
        if (!socket.waitForConnected())
            return {};
        socket.write(request);
        QByteArray answer;
        while (!answer.contains("\r\n\r\n") && socket.waitForReadyRead(10'000))
            answer += socket.readAll();
        return answer;
    }

    QTemporaryDir m_directory;
    QString m_executable;
    QProcess m_process;
    quint16 m_port = 0;
};

inline const test::Entry thiefRole("thief", &Thief::run);

} // namespace flaredeck::oauth
