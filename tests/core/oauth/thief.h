#pragma once

#include <QCoreApplication>
#include <QFile>
#include <QProcess>
#include <QTcpServer>
#include <QTemporaryDir>

#include <cstdio>
#include <optional>

namespace flaredeck::oauth {

/// A second program: a copy of this one at another path, which only listens.
class Thief
{
public:
    explicit Thief(quint16 port = 0)
        : m_executable(m_directory.filePath(QStringLiteral("thief")))
    {
        QFile::copy(QCoreApplication::applicationFilePath(), m_executable);
        m_process.start(m_executable, {QStringLiteral("--listen"), QString::number(port)});
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

    [[nodiscard]] quint16 port() const { return m_port; } ///< 0 = it could not listen
    [[nodiscard]] QString executable() const { return m_executable; }

    /// Set in the copy.
    static std::optional<quint16> portToListenAt()
    {
        const QStringList arguments = QCoreApplication::arguments();
        if (arguments.size() != 3 || arguments.at(1) != QStringLiteral("--listen"))
            return std::nullopt;
        return arguments.at(2).toUShort();
    }
    /// What the copy does.
    static int run(quint16 port)
    {
        QTcpServer server;
        const bool listens = server.listen(QHostAddress::LocalHost, port);
        std::printf("%d\n", listens ? int(server.serverPort()) : 0);
        std::fflush(stdout);
        return QCoreApplication::exec();
    }

private:
    QTemporaryDir m_directory;
    QString m_executable;
    QProcess m_process;
    quint16 m_port = 0;
};

} // namespace flaredeck::oauth
