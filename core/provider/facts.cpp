#include "core/provider/facts.h"

#include <QDir>
#include <QFile>
#include <QHash>
#include <QRegularExpression>

#include <algorithm>
#include <stdexcept>

namespace flaredeck::provider {

using namespace Qt::Literals::StringLiterals;

namespace {

QString &folderOfFacts()
{
    static QString folder = u":/flaredeck/provider"_s;
    return folder;
}

Result<Json> readJson(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return fail(Error::Kind::Internal, u"%1 cannot be read."_s.arg(path));
    Result<Json> document = json::parse(file.readAll());
    if (!document)
        return fail(Error::Kind::Internal, u"%1: %2"_s.arg(path, document.error().message));
    return document;
}

QString text(const Json &object, const char *key)
{
    return json::toQString(object.at(key));
}

QStringList texts(const Json &object, const char *key)
{
    QStringList list;
    if (const Json *found = json::find(object, key)) {
        for (const Json &one : *found)
            list << json::toQString(one);
    }
    return list;
}

void readScopes(const Json &file, QList<ScopeInfo> &scopes)
{
    const Json *list = json::find(file, "scopes");
    if (!list)
        return;
    for (const Json &scope : *list) {
        const QString name = text(scope, "name");
        scopes << ScopeInfo{name,
                            text(scope, "summary"),
                            json::stringAt(scope, "label").value_or(name.section(u':', 0, 0)),
                            json::boolAt(scope, "write").value_or(false),
                            texts(scope, "upstream"),
                            json::stringAt(scope, "risk").value_or(QString())};
    }
}

Lookup readLookup(const std::string &name, const Json &from)
{
    const auto pointer = [&from](const char *key) {
        return Json::json_pointer(from.at(key).get<std::string>());
    };
    Lookup lookup{QString::fromStdString(name),
                  text(from, "what"),
                  QRegularExpression(text(from, "id")),
                  text(from, "get"),
                  text(from, "list"),
                  text(from, "nameParameter"),
                  pointer("idAt"),
                  pointer("nameAt"),
                  pointer("accountAt")};
    if (!lookup.id.isValid())
        throw std::invalid_argument("broken regular expression of the lookup " + name);
    return lookup;
}

ApiTokens readApiTokens(const Json &from)
{
    ApiTokens tokens{QUrl(text(from, "userPage")),
                     QUrl(text(from, "accountPage")),
                     QRegularExpression(text(from, "shape")),
                     texts(from, "always"),
                     texts(from, "alwaysOfUser"),
                     {}};
    if (!tokens.shape.isValid())
        throw std::invalid_argument("broken regular expression of API tokens");
    for (const Json &right : from.at("rights")) {
        tokens.rights << TokenRight{text(right, "id"), text(right, "key"), text(right, "type"),
                                    json::boolAt(right, "confirmed").value_or(false),
                                    json::stringAt(right, "probe").value_or(QString())};
    }
    return tokens;
}

/// Which scopes each toolset needs, by its own tools and by those that it includes.
void findScopes(QList<Toolset> &toolsets)
{
    QHash<QString, ScopeSet> byTool;
    for (const Toolset &toolset : toolsets) {
        for (const Json &tool : toolset.file.at("tools")) {
            ScopeSet &scopes = byTool[text(tool, "name")];
            for (const char *key : {"scope", "writeScope"}) {
                if (const auto scope = json::stringAt(tool, key))
                    scopes.insert(*scope);
            }
        }
    }
    for (Toolset &toolset : toolsets) {
        toolset.deprecated = toolset.file.contains("deprecated");
        QStringList tools = json::stringsAt(toolset.file, "include");
        for (const Json &tool : toolset.file.at("tools"))
            tools << text(tool, "name");
        for (const QString &name : std::as_const(tools)) {
            const ScopeSet needed = byTool.value(name);
            toolset.scopes.insert(needed.begin(), needed.end());
        }
    }
}

Facts readProvider(const Json &file)
{
    Facts facts;
    facts.name = text(file, "name");
    const Json &places = file.at("endpoints");
    facts.endpoints = {QUrl(text(places, "authorize")),     QUrl(text(places, "token")),
                       QUrl(text(places, "revoke")),        QUrl(text(places, "api")),
                       QUrl(text(places, "documentation")), false};
    if (const Json *sites = json::find(file, "sites")) {
        for (const auto &[name, address] : sites->items())
            facts.endpoints.sites[QString::fromStdString(name)] = QUrl(json::toQString(address));
    }
    facts.accountHeader = text(file, "accountHeader").toLatin1();
    facts.requestIdHeader = json::stringAt(file, "requestIdHeader").value_or(QString()).toLatin1();
    for (const QString &prefix : texts(file, "credentialPrefixes"))
        facts.credentialPrefixes << prefix.toLatin1();
    facts.clientIdVariable = text(file, "clientIdVariable").toLatin1();
    facts.clientSecretVariable = text(file, "clientSecretVariable").toLatin1();
    facts.identityRights = texts(file, "identityRights");
    facts.renewalRight = text(file, "renewalRight");
    facts.instructions = text(file, "instructions");
    facts.hostedDomain = json::stringAt(file, "hostedDomain").value_or(QString());
    readScopes(file, facts.scopes);
    if (const Json *tokens = json::find(file, "apiTokens"))
        facts.apiTokens = readApiTokens(*tokens);
    if (const Json *lookups = json::find(file, "lookups")) {
        for (const auto &[name, lookup] : lookups->items())
            facts.lookups << readLookup(name, lookup);
    }
    return facts;
}

void readHosted(const Json &file, Facts &facts)
{
    facts.hostedSignInDays = int(json::integerAt(file, "signInDays").value_or(0));
    for (const Json &entry : file.at("servers")) {
        HostedServer server{text(entry, "name"),
                            text(entry, "title"),
                            text(entry, "summary"),
                            QUrl(text(entry, "url")),
                            json::boolAt(entry, "public").value_or(false),
                            json::boolAt(entry, "deprecated").value_or(false)};
        if (const Json *effects = json::find(entry, "effects")) {
            for (const auto &[tool, effect] : effects->items()) {
                const auto known = effectNamed(json::toQString(effect));
                if (!known)
                    throw std::runtime_error("an effect is reads, changes or destroys");
                server.effects[QString::fromStdString(tool)] = *known;
            }
        }
        facts.hosted << server;
    }
}

} // namespace

const TokenRight *ApiTokens::find(const QString &id) const
{
    const auto found = std::find_if(rights.begin(), rights.end(),
                                    [&id](const TokenRight &right) { return right.id == id; });
    return found == rights.end() ? nullptr : &*found;
}

QUrl Endpoints::site(const QString &name) const
{
    return name == "documentation"_L1 ? documentation : sites.value(name);
}

Endpoints Facts::endpointsAt(const QUrl &standIn) const
{
    const auto moved = [&standIn](QUrl url) {
        url.setScheme(standIn.scheme());
        url.setAuthority(standIn.authority());
        return url;
    };
    Endpoints places{moved(endpoints.authorize),     moved(endpoints.token),
                     moved(endpoints.revoke),        moved(endpoints.api),
                     moved(endpoints.documentation), true};
    for (const QString &site : endpoints.sites.keys())
        places.sites[site] = standIn.resolved(QUrl(u"/sites/"_s + site));
    return places;
}

Result<Facts> readFacts(const QString &folder)
{
    QString current = folder + u"/provider.json"_s;
    try {
        const Result<Json> provider = readJson(current);
        if (!provider)
            return fail(provider.error());
        Facts facts = readProvider(*provider);
        facts.folder = folder;
        current = folder + u"/hosted.json"_s;
        if (QFile::exists(current)) {
            const Result<Json> hosted = readJson(current);
            if (!hosted)
                return fail(hosted.error());
            readHosted(*hosted, facts);
        }
        const QDir toolsets(folder + u"/toolsets"_s);
        for (const QString &name : toolsets.entryList({u"*.json"_s}, QDir::Files, QDir::Name)) {
            current = toolsets.filePath(name);
            Result<Json> file = readJson(current);
            if (!file)
                return fail(file.error());
            const QString toolset = text(*file, "toolset");
            static const QRegularExpression grammar(u"^[a-z0-9-]+$"_s);
            if (!grammar.match(toolset).hasMatch())
                return fail(Error::Kind::Internal,
                            u"%1: a toolset's name is of a-z, 0-9 and -."_s.arg(current));
            readScopes(*file, facts.scopes);
            facts.toolsets << Toolset{toolset, std::move(*file)};
        }
        findScopes(facts.toolsets);
        return facts;
    } catch (const std::exception &exception) {
        return fail(Error::Kind::Internal,
                    u"%1: %2"_s.arg(current, QString::fromUtf8(exception.what())));
    }
}

const Facts &facts()
{
    static const Facts facts = [] {
        Result<Facts> read = readFacts(folderOfFacts());
        if (!read)
            qFatal("The facts of the provider are broken. %s", qPrintable(read.error().message));
        return *std::move(read);
    }();
    return facts;
}

void readFactsFrom(const QString &folder)
{
    folderOfFacts() = folder;
}

} // namespace flaredeck::provider
