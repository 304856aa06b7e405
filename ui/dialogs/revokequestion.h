#pragma once

#include "core/service/snapshot.h"

class QWidget;

namespace flaredeck::service {
class CommandQueue;
}

/// Asks a person, and takes access back when they say yes. Where nothing else would use a
/// sign-in afterwards, that is offered along with it. What fails is told. `parent` is
/// there as long as the question is.
namespace flaredeck::ui::revokequestion {

/// Of these grants; asks nothing when none of them is live.
void ask(QWidget *parent, service::CommandQueue &commands, const service::Snapshot &snapshot,
         const QList<GrantId> &grants);
/// Of every grant, with the vault's key if wanted.
void askAll(QWidget *parent, service::CommandQueue &commands, const service::Snapshot &snapshot);

} // namespace flaredeck::ui::revokequestion
