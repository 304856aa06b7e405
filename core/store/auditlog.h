#pragma once

#include "core/store/audit.h"
#include "core/store/database.h"

/// The writing side of the audit trail: part of the vault's transactions.
namespace flaredeck::store::auditlog {

constexpr int kTriggers = 7;

/// The tables and the triggers that make them append-only: a step of the vault's migrations.
Result<> createTables(Database &database);

/// A later step: the beginning of the trail moves only to where its newest row says so. Earlier
/// versions dropped rows without a word; what they dropped is told once.
Result<> bindAnchor(Database &database);

/// Writes the event as the newest row and drops what is too much. Call it within the transaction of
/// the change that it tells of.
Result<> append(Database &database, const AuditEvent &event, Millis now);
/// Drops the oldest rows when they are from before `oldBefore`, once a day. See
/// ClockWatch::olderThan() for who may say so.
Result<> pruneOld(Database &database, Millis oldBefore, Millis now);

} // namespace flaredeck::store::auditlog
