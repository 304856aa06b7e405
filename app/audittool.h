#pragma once

#include <QCoreApplication>
#include <QString>

namespace flaredeck::app {

/// `flaredeck --verify-audit` and `--export-audit` read the audit trail of a data directory, even
/// while the app runs there. They need a QCoreApplication.
class AuditTool
{
    Q_DECLARE_TR_FUNCTIONS(flaredeck::app::AuditTool)

public:
    struct Answer {
        int code = 0;    ///< 0 = done and intact, 1 = the trail is broken, 2 = it cannot be read
        QString text;    ///< for standard output
        QString problem; ///< for standard error, without the program's name
    };

    static Answer verify(const QString &vaultFile);
    /// "-" writes to standard output.
    static Answer write(const QString &vaultFile, const QString &target);
};

} // namespace flaredeck::app
