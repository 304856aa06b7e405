#pragma once

#include <QLocalServer>
#include <QObject>
#include <QString>

namespace flaredeck::app {

/// One running program per data directory. The first one holds a lock and listens; a later one asks
/// it to raise its window. A program that was killed leaves nothing that blocks the next.
class SingleInstance : public QObject
{
    Q_OBJECT

public:
    enum class Raised { Window, NoWindow, NoAnswer };

    explicit SingleInstance(const QString &lockFile, QObject *parent = nullptr);
    ~SingleInstance() override;

    /// True: this is the first one, and raiseRequested() will tell of later ones.
    bool acquire();
    /// What the first one answers to later ones; without a window there is nothing to raise.
    void setHasWindow(bool hasWindow) { m_hasWindow = hasWindow; }
    /// Asks the first one to show itself.
    [[nodiscard]] Raised raiseOther() const;
    [[nodiscard]] qint64 otherPid() const; ///< 0 = unknown

signals:
    void raiseRequested();

private:
    void answerLaterOnes();

    const QString m_lockFile;
    const QString m_name;
    int m_lock = -1; ///< file descriptor, open while this is the first one
    bool m_hasWindow = false;
    QLocalServer m_server;
};

} // namespace flaredeck::app
