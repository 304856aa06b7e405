#pragma once

#include "core/base/result.h"

#include <QLocalServer>
#include <QObject>
#include <QString>
#include <QStringList>

#include <optional>

class QLocalSocket;

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
    /// Why acquire() said no when it was not for another one that runs.
    [[nodiscard]] const std::optional<Error> &problem() const { return m_problem; }
    /// What the first one answers to later ones; without a window there is nothing to raise.
    void setHasWindow(bool hasWindow) { m_hasWindow = hasWindow; }
    /// Asks the first one to show itself. Window: it has said that it did.
    [[nodiscard]] Raised raiseOther() const;
    [[nodiscard]] qint64 otherPid() const; ///< 0 = unknown

signals:
    void raiseRequested();

private:
    [[nodiscard]] std::optional<Error> lock();
    void listen();
    void answerLaterOnes();
    void answer(QLocalSocket &later);

    const QString m_lockFile;
    const QStringList m_sockets; ///< where one may listen, the best place first
    int m_lock = -1;             ///< file descriptor, open while this is the first one
    bool m_hasWindow = false;
    std::optional<Error> m_problem;
    QLocalServer m_server;
};

} // namespace flaredeck::app
