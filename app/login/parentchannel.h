#pragma once

#include <QByteArray>
#include <QJsonObject>
#include <QObject>
#include <QThread>

namespace flaredeck::login {

/// The app at the other end of standard input and output: one JSON line each way. When standard
/// input closes, the app is gone.
class ParentChannel : public QObject
{
    Q_OBJECT

public:
    explicit ParentChannel(QObject *parent = nullptr);

    /// {"event":name, …}
    static void send(const char *event, QJsonObject more = {});

signals:
    void lineReceived(const QByteArray &line);
    void closed();
};

} // namespace flaredeck::login
