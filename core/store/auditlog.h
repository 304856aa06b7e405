#pragma once

#include "core/store/audit.h"
#include "core/store/database.h"

/// The writing side of the audit trail: part of the vault's transactions.
namespace flaredeck::store::auditlog {

constexpr int kTriggers = 7;

/// What makes the tables, and the triggers that let them grow at the end only.
[[nodiscard]] QStringList tables();

/// Writes the event as the newest row and drops what is too much. Call it within the transaction of
/// the change that it tells of.
Result<> append(Database &database, const AuditEvent &event, Millis now);
/// Drops the oldest rows when they are from before `oldBefore`, once a day. See
/// ClockWatch::olderThan() for who may say so.
Result<> pruneOld(Database &database, Millis oldBefore, Millis now);

} // namespace flaredeck::store::auditlog
