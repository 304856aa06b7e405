#pragma once

#include "core/base/settings.h"
#include "core/service/throttle.h"
#include "core/store/audit/audittrail.h"

#include <QMap>
#include <QObject>
#include <QTimer>

namespace flaredeck::service {

/// Keeps the audit trail going: writes what was counted when its time has come, tells of new rows,
/// and puts changed settings into it.
class AuditWatch : public QObject
{
    Q_OBJECT

public:
    AuditWatch(store::AuditTrail &trail, const Settings &settings, QObject *parent = nullptr);
    ~AuditWatch() override;

    /// Writes down which settings differ from the last time. Those of the window's looks are no
    /// security events.
    void compareSettings();
    void settingChanged(const QString &what);
    /// Writes everything that was counted. For shutdown.
    void finish();

signals:
    /// There are new rows; at most a few times a second.
    void written();

private:
    void plan();

    store::AuditTrail &m_trail;
    const Settings &m_settings;
    QMap<QString, QString> m_known; ///< values of settings by key
    Throttle m_telling;
    QTimer m_notesDue;
};

} // namespace flaredeck::service
