#pragma once

#include "app/instancelock.h"
#include "core/base/result.h"

#include <QLocalServer>
#include <QObject>
#include <QString>
#include <QStringList>

#include <optional>

class QLocalSocket;

namespace flaredeck::app {

/// One running instance per data directory. The first instance holds a lock and listens; a later
/// one asks it, in one line, to raise its window at a page. A killed instance leaves nothing that
/// blocks the next.
class SingleInstance : public QObject
{
    Q_OBJECT

public:
    enum class Raised { Window, NoWindow, NoAnswer };

    explicit SingleInstance(const QString &lockFile, QObject *parent = nullptr);
    ~SingleInstance() override;

    /// True: this is the first instance; raiseRequested() is emitted for later ones.
    bool acquire();
    /// Why acquire() returned false although no other instance runs.
    [[nodiscard]] const std::optional<Error> &problem() const { return m_problem; }
    /// The first instance's reply to later ones; without a window there is nothing to raise.
    void setHasWindow(bool hasWindow) { m_hasWindow = hasWindow; }
    /// Asks the first instance to raise its window, at a page unless that is empty. Window: it
    /// confirmed that it did.
    [[nodiscard]] Raised raiseOther(const QString &page = {}) const;
    [[nodiscard]] qint64 otherPid() const; ///< 0 = unknown

signals:
    void raiseRequested(const QString &page);

private:
    void listen();
    void answerLaterOnes();
    void read(QLocalSocket &later);
    void answer(QLocalSocket &later, const QString &page);

    const QString m_lockFile;
    const QStringList m_sockets; ///< possible socket paths, the best first
    InstanceLock m_lock;
    bool m_hasWindow = false;
    std::optional<Error> m_problem;
    QLocalServer m_server;
};

} // namespace flaredeck::app
