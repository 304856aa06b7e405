#pragma once

#include "core/service/revokeorder.h"
#include "core/service/snapshot.h"

#include <functional>

class QWidget;

/// Asks a person before access is taken back. Where nothing else would use a Cloudflare sign-in
/// afterwards, that is offered along with it. `confirmed` runs when they say yes.
namespace flaredeck::ui::revokequestion {

using Confirmed = std::function<void(const service::RevokeOrder &)>;

/// Of these grants; asks nothing when none of them is live.
void ask(QWidget *parent, const service::Snapshot &snapshot, const QList<GrantId> &grants,
         const Confirmed &confirmed);
/// Of every grant, with the vault's key if wanted.
void askAll(QWidget *parent, const service::Snapshot &snapshot, const Confirmed &confirmed);

/// Says why the order was not carried out, or not saved.
void tellFailure(QWidget *parent, const Error &error);

} // namespace flaredeck::ui::revokequestion
