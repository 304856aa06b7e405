#pragma once

#include "core/store/audit.h"
#include "core/store/database.h"

/// The writing side of the audit trail: part of the vault's transactions.
namespace flaredeck::store::auditlog {

/// The tables and the triggers that make them append-only: a step of the vault's migrations.
Result<> createTables(Database &database);

/// Writes the event as the newest row and drops what is too old or too much. Call it within the
/// transaction of the change that it tells of.
Result<> append(Database &database, const AuditEvent &event, Millis now);
/// Drops the oldest rows that are older or more than is kept; the chain then begins at an anchor.
Result<> prune(Database &database, Millis now);

} // namespace flaredeck::store::auditlog
