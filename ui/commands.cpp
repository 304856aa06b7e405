#include "ui/commands.h"

#include "core/service/corethread.h"

#include <memory>

namespace flaredeck::ui {

using service::Core;

namespace {

/// std::function wants copyable work; secrets are not.
std::shared_ptr<Secret> share(Secret secret)
{
    return std::make_shared<Secret>(std::move(secret));
}

} // namespace

Commands::Answer CoreCommands::listen(quint16 port)
{
    return m_core.ask([port](Core &core) -> Result<> {
        const auto bound = core.listen(port);
        return bound ? Result<>() : fail(bound.error());
    });
}

Commands::Answer CoreCommands::revoke(const service::RevokeOrder &order)
{
    return m_core.ask([order](Core &core) { return core.revoke(order); });
}

Commands::Answer CoreCommands::withdrawScope(const GrantId &id, const QString &scope)
{
    return m_core.ask([id, scope](Core &core) { return core.withdrawScope(id, scope); });
}

Commands::Answer CoreCommands::withdrawAccount(const GrantId &id, const QString &accountId)
{
    return m_core.ask([id, accountId](Core &core) { return core.withdrawAccount(id, accountId); });
}

QFuture<Result<oauth::personclient::Added>>
CoreCommands::addClient(const oauth::personclient::Draft &draft)
{
    return m_core.ask([draft](Core &core) { return core.addClient(draft); });
}

Commands::Answer CoreCommands::forgetClient(const ClientId &id)
{
    return m_core.ask([id](Core &core) { return core.forgetClient(id); });
}

Commands::Answer CoreCommands::forgetApproval(const QString &id)
{
    return m_core.ask([id](Core &core) { return core.forgetApproval(id); });
}

Commands::Answer CoreCommands::blockClient(const ClientId &id)
{
    return m_core.ask([id](Core &core) { return core.blockClient(id); });
}

Commands::Answer CoreCommands::unblockClient(const ClientId &id)
{
    return m_core.ask([id](Core &core) { return core.unblockClient(id); });
}

Commands::Answer CoreCommands::disconnectSession(const QString &handle)
{
    return m_core.ask([handle](Core &core) {
        core.disconnectSession(handle);
        return Result<>();
    });
}

Commands::Answer CoreCommands::signIn()
{
    return m_core.askTask([](Core &core) { return core.signIn(); });
}

Commands::Answer CoreCommands::cancelSignIn(const QString &id)
{
    return m_core.ask([id](Core &core) {
        core.cancelSignIn(id);
        return Result<>();
    });
}

Commands::Answer CoreCommands::addApiToken(Secret token)
{
    return m_core.askTask([shared = share(std::move(token))](Core &core) {
        return core.addApiToken(shared->copy());
    });
}

Commands::Answer CoreCommands::signOut(const LoginId &id)
{
    return m_core.askTask([id](Core &core) { return core.signOut(id); });
}

Commands::Answer CoreCommands::setCloudflareClient(const QString &clientId, Secret clientSecret)
{
    return m_core.ask([clientId, shared = share(std::move(clientSecret))](Core &core) {
        return core.setCloudflareClient(clientId, *shared);
    });
}

Commands::Answer CoreCommands::importDevVars(const QString &file)
{
    return m_core.ask([file](Core &core) { return core.importDevVars(file); });
}

Commands::Answer CoreCommands::useThisSessionOnly()
{
    return m_core.ask([](Core &core) {
        core.useThisSessionOnly();
        return Result<>();
    });
}

Commands::Answer CoreCommands::retryKeychain()
{
    return m_core.askTask([](Core &core) { return core.retryKeychain(); });
}

Commands::Answer CoreCommands::startAnew()
{
    return m_core.askTask([](Core &core) { return core.startAnew(); });
}

Commands::Answer CoreCommands::rotateVaultKey()
{
    return m_core.askTask([](Core &core) { return core.rotateVaultKey(); });
}

Commands::Answer CoreCommands::clearHistory()
{
    return m_core.ask([](Core &core) {
        core.clearHistory();
        return Result<>();
    });
}

} // namespace flaredeck::ui
