#pragma once

#include "core/service/commands.h"
#include "core/service/snapshot.h"

class QWidget;

/// Rules to a file, and from one.
namespace flaredeck::ui::rulesimport {

/// Asks where to, and writes.
void exportRules(QWidget *parent, const service::Snapshot &snapshot);
/// Asks which file, shows what would change, and then changes it.
void importRules(QWidget *parent, service::CommandQueue &commands,
                 const service::SnapshotPtr &snapshot);
/// The second half of it, for a file that was chosen.
void importFile(QWidget *parent, service::CommandQueue &commands,
                const service::SnapshotPtr &snapshot, const QString &file);
/// The second half of the export; says so when it cannot be written.
void exportFile(QWidget *parent, const service::Snapshot &snapshot, const QString &file);

} // namespace flaredeck::ui::rulesimport
