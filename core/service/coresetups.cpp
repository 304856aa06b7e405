// The commands of Core that connect clients.
#include "core/service/coreparts.h"

namespace flaredeck::service {

Task<Result<connect::Survey>> Core::surveyClients()
{
    return d->setups.survey(d->setupTarget(), d->tasks.token());
}

Task<Result<connect::SetupPlan>> Core::planSetup(const SetupOrder &order)
{
    return d->setups.plan(order, d->setupTarget(), d->tasks.token());
}

Task<Result<>> Core::writeSetup(const SetupOrder &order, QByteArray token)
{
    return d->setups.write(order, d->setupTarget(), std::move(token), d->tasks.token());
}

Task<Result<QString>> Core::undoSetup(QString client)
{
    return d->setups.undo(std::move(client), d->tasks.token());
}

Task<Result<QStringList>> Core::updateSetups()
{
    return d->setups.updateAddresses(d->setupTarget(), d->tasks.token());
}

} // namespace flaredeck::service
