#include "core/service/clientconfigsource.h"

#include "core/base/logging.h"
#include "core/base/ownfile.h"
#include "core/base/secretvariables.h"
#include "core/provider/facts.h"
#include "core/sandbox/sandbox.h"

#include <QDir>
#include <QFile>

using namespace Qt::StringLiterals;

namespace flaredeck::service {

namespace {

const QString kSecretName = u"cloudflare-client-secret"_s;

provider::ClientConfig fromEnvironment()
{
    return {
        qEnvironmentVariable(provider::facts().clientIdVariable.constData()).trimmed(),
        Secret(
            secretVariable(provider::facts().clientSecretVariable.constData()).reveal().trimmed()),
        u"environment"_s};
}

provider::ClientConfig fromDevVars(const QString &path)
{
    if (path.isEmpty())
        return {};
    // Whoever names the client may see what a person agrees to, so another user must not.
    const auto content = readSmallFile(path, kDevVarsMaxBytes, FileOf::Us);
    if (!content) {
        if (content.error().kind != Error::Kind::NotFound)
            qCWarning(lcApp).noquote() << path << "is not used:" << content.error().text();
        return {};
    }
    // A file of another project is common in a working directory, so a misfit is no reason to stop.
    auto config = provider::parseDevVars(*content, path);
    if (!config) {
        qCInfo(lcApp).noquote() << path << "is not used:" << config.error().message;
        return {};
    }
    return std::move(*config);
}

provider::ClientConfig copyOf(const provider::ClientConfig &config)
{
    return {config.clientId, config.clientSecret.copy(), config.source};
}

} // namespace

ClientConfigSource::ClientConfigSource(Settings &settings, store::LoginStore &logins, World world,
                                       const QString &devVarsFile)
    : m_settings(settings)
    , m_logins(logins)
    , m_world(world)
{
    m_fallbacks.push_back(fromEnvironment());
    m_fallbacks.push_back(fromDevVars(devVarsFile));
    if (world == World::Sandbox)
        m_fallbacks.push_back({sandbox::Sandbox::clientId(), Secret(), u"sandbox"_s});
    if (const provider::ClientConfig used = resolve();
        !devVarsFile.isEmpty() && used.source == devVarsFile)
        qCInfo(lcApp).noquote() << "The client id" << used.clientId << "is from" << devVarsFile;
}

QString ClientConfigSource::devVarsOf(const QString &workingDirectory)
{
    const QDir directory(workingDirectory);
    const QString file = directory.filePath(u".dev.vars"_s);
    if (!directory.isRoot() && directory.canonicalPath() != QDir::home().canonicalPath())
        return file;
    if (QFile::exists(file))
        qCInfo(lcApp).noquote() << file
                                << "is not read: programs of the desktop start in this "
                                   "directory. Import the file under Settings to use it.";
    return {};
}

provider::ClientConfig ClientConfigSource::resolve() const
{
    if (const QString id = m_settings.get(setting::providerClientId); isUsable(id)) {
        auto secret = m_logins.secret(kSecretName);
        return {id, secret ? std::move(*secret) : Secret(), u"settings"_s};
    }
    for (const provider::ClientConfig &config : m_fallbacks) {
        if (isUsable(config.clientId))
            return copyOf(config);
    }
    return {};
}

Result<> ClientConfigSource::set(const QString &clientId, const Secret &clientSecret)
{
    const QString id = clientId.trimmed();
    for (const QChar c : id) {
        if (c.unicode() <= 0x20 || c.unicode() > 0x7e)
            return fail(
                Error::Kind::InvalidInput,
                u"The client id contains characters that no client id has."_s,
                u"Copy it again from the OAuth clients page of the Cloudflare dashboard."_s);
    }
    // The secret first: an id without its secret would be refused as an unknown client.
    const auto stored = m_logins.secret(kSecretName);
    const bool hadSecret = stored && !stored->isEmpty();
    if (hadSecret || !clientSecret.isEmpty()) {
        if (auto saved = m_logins.saveSecret(kSecretName, clientSecret); !saved)
            return saved;
    }
    m_settings.set(setting::providerClientId, id);
    return {};
}

// The stand-in knows its own clients only; an id meant for the provider would be refused there.
bool ClientConfigSource::isUsable(const QString &clientId) const
{
    if (m_world == World::Real)
        return !clientId.isEmpty();
    return clientId == sandbox::Sandbox::clientId() ||
           clientId == sandbox::Sandbox::confidentialClientId();
}

} // namespace flaredeck::service
