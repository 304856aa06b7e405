#pragma once

#include <QObject>
#include <QStringList>
#include <QTimer>

namespace flaredeck::bridge {

/// Starts the app in the background, which goes on when the bridge ends.
class AppLauncher : public QObject
{
    Q_OBJECT

public:
    /// `arguments`: which of them, by its data directory.
    explicit AppLauncher(QStringList arguments, QObject *parent = nullptr);

    /// Starts it unless that was done a moment ago. False: it could not be started.
    bool start();

private:
    const QStringList m_arguments;
    QTimer m_pause;
};

} // namespace flaredeck::bridge
