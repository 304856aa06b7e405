#pragma once

#include "core/base/task.h"
#include "core/connect/connector.h"
#include "core/service/auditwatch.h"
#include "core/service/commands.h"
#include "core/service/snapshot.h"

#include <QThreadPool>

#include <stop_token>

namespace flaredeck::service {

/// Enters Flaredeck into the configurations of other programs, on a thread of its own, and has the
/// audit trail say so. Core thread.
class Setups
{
public:
    /// `records` is where undoing finds what it needs.
    Setups(const QString &records, AuditWatch &audit, const Clock &clock);
    ~Setups();

    [[nodiscard]] Task<Result<connect::Survey>> survey(connect::Target target,
                                                       std::stop_token stop);
    [[nodiscard]] Task<Result<connect::SetupPlan>> plan(SetupOrder order, connect::Target target,
                                                        std::stop_token stop);
    [[nodiscard]] Task<Result<>> write(SetupOrder order, connect::Target target, QByteArray token,
                                       std::stop_token stop);
    [[nodiscard]] Task<Result<QString>> undo(QString client, std::stop_token stop);
    [[nodiscard]] Task<Result<QList<connect::UndoPlan>>> planUndo(std::stop_token stop);
    [[nodiscard]] Task<Result<QStringList>> updateAddresses(connect::Target target,
                                                            std::stop_token stop);

private:
    template <typename Work>
    auto onThread(Work work);

    /// Made for each piece of work, on its thread: PATH and what is installed change.
    [[nodiscard]] connect::Connector connector() const;

    const QString m_records;
    AuditWatch &m_audit;
    const Clock &m_clock;
    QThreadPool m_thread;
};

/// When the client was heard of last, by the names that the table of clients knows of it; 0 =
/// never.
[[nodiscard]] Millis lastHeardOf(const connect::ClientSetup &setup, const Snapshot &snapshot);

} // namespace flaredeck::service
