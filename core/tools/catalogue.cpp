#include "core/tools/catalogue.h"

#include "core/base/crypto.h"
#include "core/base/logging.h"
#include "core/base/plaintext.h"
#include "core/base/redact.h"
#include "core/provider/offer.h"
#include "core/provider/provider.h"
#include "core/provider/scopes.h"
#include "core/store/audit/audit.h"
#include "core/tools/accountchoice.h"
#include "core/tools/calllog.h"
#include "core/tools/lookups.h"
#include "core/tools/resttool.h"
#include "core/tools/resultguard.h"
#include "core/tools/schemacheck.h"
#include "core/tools/tsv.h"

#include <QHash>

#include <functional>
#include <map>
#include <tuple>

namespace flaredeck::tools {

using namespace Qt::Literals::StringLiterals;

namespace {

using mcp::ToolResult;

/// How a call ended, for its client and for its record.
struct Ending {
    store::Outcome outcome = store::Outcome::Ok;
    ToolResult result;
};

/// A tool with everything that a call needs.
struct Entry {
    const ToolDefinition &definition;
    std::unique_ptr<const Tool> tool;
    DefinitionPtr kept = {}; ///< holds a definition that may go
    mutable std::optional<SchemaCheck> compiled; ///< most tools are never called
    [[nodiscard]] const SchemaCheck &check() const;
};

const Json &accountArgument()
{
    static const Json schema{
        {"type", "string"},
        {"minLength", 1},
        {"description",
         u"Id or name of the %1 account that this call is about, as accounts_list shows it. "
         "The session's active account when left out."_s.arg(provider::facts().name)
             .toStdString()}};
    return schema;
}

mcp::Tool withAccountArgument(mcp::Tool tool)
{
    tool.inputSchema["properties"]["account_id"] = accountArgument();
    return tool;
}

std::unique_ptr<const Tool> makeTool(const ToolDefinition &definition, const UpstreamPtr &upstream,
                                     const Coded &coded)
{
    const QString &name = definition.tool.name;
    if (!definition.request) {
        const auto made = coded.tools.find(name);
        if (made == coded.tools.end())
            qFatal("%s has neither a request nor code", qPrintable(name));
        return made->second(upstream);
    }
    Coded::Render render;
    if (definition.result.form == ResultTemplate::Form::Coded) {
        const auto form = coded.forms.find(definition.result.code);
        if (form == coded.forms.end())
            qFatal("%s has a result of an unknown form", qPrintable(name));
        render = form->second;
    }
    return std::make_unique<RestTool>(definition, upstream, std::move(render));
}

Entry makeEntry(const ToolDefinition &definition, const UpstreamPtr &upstream, const Coded &coded)
{
    return {definition, makeTool(definition, upstream, coded), {}, {}};
}

/// With the account, whether or not it is published.
const SchemaCheck &Entry::check() const
{
    if (!compiled) {
        const mcp::Tool &published = definition.tool;
        Result<SchemaCheck> made = SchemaCheck::compile(
            definition.needsAccount ? withAccountArgument(published).inputSchema
                                    : published.inputSchema);
        // What a remote server wrote may be no schema: then it has to check for itself.
        if (!made && !definition.remoteName.isEmpty())
            made = SchemaCheck::compile({{"type", "object"}});
        if (!made)
            qFatal("the input schema of %s is broken: %s", qPrintable(published.name),
                   qPrintable(made.error().detail));
        compiled = *std::move(made);
    }
    return *compiled;
}

bool isOf(const ToolDefinition &definition, const QString &toolset)
{
    return toolset.isEmpty() || definition.toolsets.contains(toolset);
}

Ending failed(const QString &text)
{
    return {store::Outcome::Error, ToolResult::error(text)};
}

Ending failed(const Error &error)
{
    if (!error.detail.isEmpty())
        qCDebug(lcTools).noquote() << error.message << error.detail;
    return {error.kind == Error::Kind::Cancelled ? store::Outcome::Cancelled
                                                 : store::Outcome::Error,
            ToolResult::error(error.text())};
}

Ending outsideGrant(const QString &scope)
{
    const auto info = scopes::find(scope);
    return {store::Outcome::Denied,
            ToolResult::error(
                u"This connection was not given the permission %1 (%2). The user must approve the "
                "connection again in Flaredeck with this permission."_s.arg(
                    scope, info ? info->summary : QString()))};
}

Ending switchedOff()
{
    return {
        store::Outcome::Denied,
        ToolResult::error(u"The user switched this tool off in Flaredeck. They can switch it on "
                          "there, on the page Tools."_s)};
}

constexpr char kApprovals[] = "approvals"; ///< member of the session's state: a name for it

/// A name for the client's session, to which a person's word may apply; empty without one.
QString sessionOf(mcp::CallContext &context)
{
    if (!context.keepsSession())
        return {};
    Json state = context.sessionState();
    if (!state.is_object())
        state = Json::object();
    if (const auto known = json::stringAt(state, kApprovals))
        return *known;
    const QString made = crypto::randomId();
    state[kApprovals] = made;
    context.setSessionState(state);
    return made;
}

PermitRequest permitFor(const ToolDefinition &definition, const Json &arguments,
                        const AccountRef &account, mcp::CallContext &context)
{
    PermitRequest request;
    request.caller = context.caller;
    request.peer = context.peer;
    request.tool = definition.tool.name;
    request.title = definition.tool.title;
    request.arguments = argumentsInWords(arguments);
    request.allArguments = argumentsInFull(arguments);
    request.account = account.name;
    request.effect = definition.effectOf(arguments);
    request.worst = definition.effect;
    if (request.effect != Effect::Reads && !definition.change.isEmpty())
        request.change = changeInWords(filling::text(definition.change, arguments, account.name));
    request.fingerprint = crypto::sha256(definition.tool.name.toUtf8() + '\n' +
                                         account.id.toUtf8() + '\n' + json::print(arguments));
    request.stop = context.stop;
    return request;
}

/// Why the call cannot go on, if its grant lost the account while a person was asked.
std::optional<QString> accountLost(const ToolDefinition &definition, const Invocation &call)
{
    const QList<AccountRef> &reachable = call.caller->accounts;
    if (!definition.needsAccount || findAccount(reachable, call.account.id))
        return std::nullopt;
    const Error error{Error::Kind::Denied,
                      u"The account of this call was withdrawn from this connection."_s,
                      u"Use one of available_accounts."_s};
    return accountProblem(error, reachable);
}

Ending notPermitted(const Error &error, const QString &scope, mcp::CallContext &context)
{
    if (error.kind == Error::Kind::Unauthorized) {
        // With those that it has: some clients ask for what is named and for nothing else.
        ScopeSet needed = context.caller->scopes;
        needed.insert(scope);
        context.lackScopes(needed);
    }
    Ending ending = failed(error);
    if (error.kind == Error::Kind::Unauthorized || error.kind == Error::Kind::Denied)
        ending.outcome = store::Outcome::Denied;
    return ending;
}

constexpr qsizetype kListedAccounts = 10;
AccountHints hintsOf(const Json &arguments, const mcp::CallContext &context)
{
    return {context.accountHeader, json::stringAt(arguments, "account_id"),
            json::stringAt(context.sessionState(), kActiveAccount).value_or(QString()),
            context.keepsSession()};
}

using EntryPtr = std::shared_ptr<const Entry>;

} // namespace

class Catalogue::Private
{
public:
    Private(const provider::Provider &provider, provider::ApiClient &client, Recorder recordCall,
            const Clock &time, Permit decide, RightsOf look, const Rules *ruled, ResultLimits cutAt)
        : upstream(std::make_shared<Upstream>(client, time))
        , lookups(upstream)
        , recorder(std::move(recordCall))
        , permit(std::move(decide))
        , rights(std::move(look))
        , rules(ruled)
        , limits(std::move(cutAt))
        , clock(time)
    {
        entries.reserve(allDefinitions().size());
        for (const ToolDefinition &definition : allDefinitions())
            entries.push_back(makeEntry(definition, upstream, provider.coded()));
        for (const Entry &entry : entries) {
            const QString &name = entry.definition.tool.name;
            if (byName.contains(name))
                qFatal("two toolsets have a tool %s", qPrintable(name));
            byName.insert(name, EntryPtr(EntryPtr(), &entry));
        }
    }

    Task<Result<ToolResult>> call(EntryPtr entry, Json arguments, mcp::CallContextPtr context,
                                  bool isPerson = false) const;
    /// An error is for the client as it is: it is asked first.
    Task<Result<Ending>> attempt(EntryPtr entry, Json arguments, mcp::CallContextPtr context,
                                 std::shared_ptr<CallLog> log, bool isPerson) const;

    /// As much of the result as its client gets.
    [[nodiscard]] ToolResult guarded(const ToolDefinition &definition, const CallerIdentity &caller,
                                     ToolResult result) const;
    /// Ids in place of names.
    [[nodiscard]] Task<Result<>> lookUp(const ToolDefinition &definition,
                                        std::shared_ptr<Invocation> call) const;
    /// A person's word about a call that a rule stopped.
    [[nodiscard]] Task<Result<Permitted>> approval(const ToolDefinition &definition,
                                                   std::shared_ptr<Invocation> call) const;
    /// How things are before the call: caption, value; what cannot be read is left out.
    [[nodiscard]] Task<QList<std::pair<QString, QString>>> before(const ToolDefinition &definition,
                                                                  InvocationPtr call) const;

    const std::shared_ptr<Upstream> upstream;
    mutable Lookups lookups;
    const Recorder recorder;
    const Permit permit;
    const RightsOf rights;
    const Rules *const rules;
    const ResultLimits limits;
    const Clock &clock;
    std::vector<Entry> entries;
    QHash<QString, EntryPtr> byName;
    QList<EntryPtr> remote;
    /// Toolset, whether accounts can be chosen, the client if it has rules of its own, scopes.
    using ListKey = std::tuple<QString, bool, QString, ScopeSet>;
    mutable std::map<ListKey, QList<mcp::Tool>, std::less<>> lists;
    bool listsAll = false;
};

Catalogue::Catalogue(const provider::Provider &provider, provider::ApiClient &client,
                     Recorder recorder, const Clock &clock, Permit permit, RightsOf rights,
                     const Rules *rules, ResultLimits limits, QObject *parent)
    : mcp::ToolProvider(parent)
    , d(std::make_unique<Private>(provider, client, std::move(recorder), clock, std::move(permit),
                                  std::move(rights), rules, std::move(limits)))
{
    if (rules) {
        connect(rules, &Rules::changed, this, [this] {
            d->lists.clear();
            emit listChanged();
        });
    }
}

Catalogue::~Catalogue() = default;

void Catalogue::setListsAll(bool listsAll)
{
    if (d->listsAll == listsAll)
        return;
    d->listsAll = listsAll;
    d->lists.clear();
    emit listChanged();
}

void Catalogue::setRemoteTools(const QList<DefinitionPtr> &definitions, const RemoteCall &call)
{
    for (const EntryPtr &entry : std::exchange(d->remote, {}))
        d->byName.remove(entry->definition.tool.name);
    for (const DefinitionPtr &definition : definitions) {
        const QString &name = definition->tool.name;
        if (d->byName.contains(name))
            continue; // never in the place of one of ours
        const auto entry = std::make_shared<const Entry>(
            Entry{*definition, std::make_unique<RemoteTool>(*definition, call), definition, {}});
        d->byName.insert(name, entry);
        d->remote << entry;
    }
    d->lists.clear();
    emit listChanged();
}

QStringList Catalogue::toolsets() const
{
    QStringList names;
    for (const provider::Toolset &toolset : provider::toolsets())
        names << toolset.name;
    return names;
}

QList<mcp::Tool> Catalogue::list(const CallerPtr &caller, const QString &toolset) const
{
    const bool choosesAccount = caller->accounts.size() > 1;
    const QString own =
        d->rules && d->rules->book().isOwn(caller->client) ? caller->client.value : QString();
    const auto key = std::tie(toolset, choosesAccount, own, caller->scopes);
    const auto cached = d->lists.find(key);
    if (cached != d->lists.cend())
        return cached->second;
    QList<mcp::Tool> tools;
    const auto add = [&](const Entry &entry) {
        if (!isOf(entry.definition, toolset) ||
            (!d->listsAll && !scopes::contains(caller->scopes, entry.definition.scope)) ||
            (d->rules && d->rules->book().isOff(caller->client, entry.definition)))
            return;
        const mcp::Tool &tool = entry.definition.tool;
        tools << (entry.definition.needsAccount && choosesAccount ? withAccountArgument(tool)
                                                                  : tool);
    };
    for (const Entry &entry : d->entries)
        add(entry);
    for (const EntryPtr &entry : d->remote)
        add(*entry);
    return d->lists.emplace(key, std::move(tools)).first->second;
}

QString Catalogue::instructions(const CallerPtr &caller) const
{
    QString text =
        provider::facts().instructions +
        u" What a tool may see was decided by the user, who can take it back at any time."_s;
    if (caller->accounts.size() > 1) {
        text +=
            u"\n\nSeveral %1 accounts can be used. Give account_id with each call, or call "
            "set_active_account once where the client keeps its session; a %2 header of the client "
            "goes before both. The accounts, with names as their owners chose them:"_s.arg(
                provider::facts().name, QString::fromLatin1(provider::facts().accountHeader));
        for (const AccountRef &account : caller->accounts.mid(0, kListedAccounts))
            text += u"\n- \"%1\": %2"_s.arg(shownName(account.name), shownName(account.id));
        if (const qsizetype more = caller->accounts.size() - kListedAccounts; more > 0)
            text += u"\n- and %1 more: call accounts_list"_s.arg(more);
    }
    return text;
}

Task<Result<ToolResult>> Catalogue::call(QString name, Json arguments, mcp::CallContextPtr context)
{
    EntryPtr entry = d->byName.value(name);
    if (entry && !isOf(entry->definition, context->toolset))
        entry = nullptr;
    return d->call(std::move(entry), std::move(arguments), std::move(context));
}

Task<Result<ToolResult>> Catalogue::callAsPerson(QString name, Json arguments,
                                                 mcp::CallContextPtr context)
{
    return d->call(d->byName.value(name), std::move(arguments), std::move(context), true);
}

Task<Result<ToolResult>> Catalogue::Private::call(EntryPtr entry, Json arguments,
                                                  mcp::CallContextPtr context, bool isPerson) const
{
    if (!entry) {
        co_return fail(Error::Kind::NotFound, u"There is no tool of this name."_s,
                       u"Call tools/list for the tools."_s);
    }
    if (arguments.is_null())
        arguments = Json::object();
    if (!arguments.is_object()) {
        co_return fail(Error::Kind::InvalidInput, u"The arguments of a tool must be an object."_s);
    }
    readMeaning(entry->check().schema(), arguments);
    const auto log = std::make_shared<CallLog>(*context->caller, entry->definition.tool.name,
                                               arguments, clock.now());
    Result<Ending> ending = co_await attempt(entry, std::move(arguments), context, log, isPerson);
    if (context->stop.stop_requested())
        ending = failed({Error::Kind::Cancelled, u"The call was cancelled."_s});
    if (!ending)
        co_return fail(ending.error());
    if (recorder)
        recorder(log->finish(ending->outcome, ending->result));
    co_return guarded(entry->definition, *context->caller, std::move(ending->result));
}

ToolResult Catalogue::Private::guarded(const ToolDefinition &definition,
                                       const CallerIdentity &caller, ToolResult result) const
{
    // Most results are short: then nobody needs to be asked for the limit.
    if (!isGuarded(result, kLeastResultLimit))
        return result;
    GuardRules how;
    how.limit = limits.limitFor ? limits.limitFor(caller.client) : 0;
    if (!isGuarded(result, how.limit))
        return result;
    how.isTable = definition.result.form == ResultTemplate::Form::Tsv;
    how.inputSchema = definition.tool.inputSchema;
    std::optional<SchemaCheck> output;
    if (definition.tool.outputSchema) {
        if (Result<SchemaCheck> compiled = SchemaCheck::compile(*definition.tool.outputSchema))
            output = *std::move(compiled);
    }
    how.output = output ? &*output : nullptr;
    return guardResult(std::move(result), how, [&](RestPages rest) -> std::optional<QString> {
        return limits.shelf ? limits.shelf->keep(caller.grant, std::move(rest)) : std::nullopt;
    });
}

/// Arguments, account, the sign-in's rights, scope, work: a person is only asked about a call that
/// could run.
Task<Result<Ending>> Catalogue::Private::attempt(EntryPtr entry, Json arguments,
                                                 mcp::CallContextPtr context,
                                                 std::shared_ptr<CallLog> log, bool isPerson) const
{
    const ToolDefinition &definition = entry->definition;
    const CallerIdentity &caller = *context->caller;
    if (const auto problem = entry->check().problem(arguments))
        co_return failed(*problem);

    const auto invocation = std::make_shared<Invocation>();
    Result<AccountRef> account = AccountRef();
    QList<mcp::InputRequest> question;
    if (definition.needsAccount) {
        const AccountHints hints = hintsOf(arguments, *context);
        account = chooseAccount(caller.accounts, hints);
        if (const auto open = accountQuestion(caller.accounts, hints, definition.tool.title);
            open && context->canAsk(*open))
            question << *open;
        else if (!account)
            co_return failed(accountProblem(account.error(), caller.accounts));
        else
            invocation->account = *account;
    }
    log->setAccount(invocation->account.name);
    invocation->caller = context->caller;
    const auto allowed = rights ? rights(caller.login) : std::nullopt;
    const Effect effect = definition.effectOf(arguments);
    const QString scope = definition.scopeFor(effect);
    const Policy policy = rules && !isPerson
                              ? rules->book().policyFor(caller.client, definition, effect)
                              : Policy::Allow;
    if (policy == Policy::Off)
        co_return switchedOff();
    if (!isPerson && caller.login.isEmpty() && scopes::needSignIn({scope}))
        co_return notPermitted({Error::Kind::Unauthorized,
                                u"This connection was given without a sign-in to %1."_s.arg(
                                    provider::facts().name),
                                u"The user must approve it again in Flaredeck, with %1."_s.arg(scope)},
                               scope, *context);
    if (const auto lack = upstreamLack(allowed, scope)) {
        Ending ending = failed(*lack);
        ending.outcome = store::Outcome::Denied;
        co_return ending;
    }
    if (!question.isEmpty()) {
        const Result<Json> answers = co_await context->ask(question);
        if (!answers && answers.error().kind == Error::Kind::Cancelled)
            co_return fail(answers.error());
        invocation->caller = context->caller; // who may reach less by now
        const QList<AccountRef> &reachable = invocation->caller->accounts;
        const AccountRef *chosen =
            answers ? answeredAccount(reachable, answers->at("account")) : nullptr;
        if (!chosen)
            co_return failed(accountProblem(account.error(), reachable));
        setActiveAccount(*context, chosen->id);
        invocation->account = *chosen;
        log->setAccount(chosen->name);
    }
    invocation->arguments = arguments;
    invocation->context = context;
    invocation->trace = log->trace();
    const bool isAsked = policy == Policy::Ask;
    bool isPermitted = !isAsked;
    if (!scopes::contains(invocation->caller->scopes, scope)) {
        if (!permit)
            co_return outsideGrant(scope);
        PermitRequest request = permitFor(definition, arguments, invocation->account, *context);
        request.missing = {scope};
        request.isAsked = isAsked;
        request.session = isAsked ? sessionOf(*context) : QString();
        context->hold(true);
        // Who lacks the scope is told of nothing, so that names stay unlooked up.
        if (definition.lookups.empty())
            request.readBefore = [this, &definition, invocation] {
                return before(definition, invocation);
            };
        const Result<Permitted> permitted = co_await permit(std::move(request));
        context->hold(false);
        if (!permitted)
            co_return notPermitted(permitted.error(), scope, *context);
        invocation->caller = permitted->caller;
        log->setDecision(permitted->decision);
        if (const auto gone = accountLost(definition, *invocation))
            co_return failed(*gone);
        isPermitted = true;
    }
    fillDefaults(entry->check().schema(), arguments);
    invocation->arguments = std::move(arguments);
    try {
        const Result<> found = co_await lookUp(definition, invocation);
        if (!found)
            co_return failed(explainRefusal(found.error(), allowed, scope));
        if (!isPermitted) {
            const Result<Permitted> permitted = co_await approval(definition, invocation);
            if (!permitted)
                co_return notPermitted(permitted.error(), scope, *invocation->context);
            invocation->caller = permitted->caller;
            log->setDecision(permitted->decision);
            if (const auto gone = accountLost(definition, *invocation))
                co_return failed(*gone);
        }
        Result<ToolResult> result = co_await entry->tool->run(invocation);
        if (!result)
            co_return failed(definition.remoteName.isEmpty()
                                 ? explainRefusal(result.error(), allowed, scope)
                                 : result.error());
        const bool isError = result->isError;
        // Gemini CLI makes an object of a text that happens to be JSON, and then refuses what is
        // none: so every tool sends one beside its text.
        if (!isError && !result->structured)
            result->structured = asObject(*result);
        co_return Ending{isError ? store::Outcome::Error : store::Outcome::Ok, std::move(*result)};
    } catch (const std::exception &exception) {
        // A shape of the answer that no tool foresaw; nothing may escape a coroutine.
        qCWarning(lcTools) << definition.tool.name << "failed:" << exception.what();
        co_return failed(
            Error{Error::Kind::Internal,
                  u"%1's answer could not be understood."_s.arg(provider::facts().name),
                  u"Report this to the makers of Flaredeck."_s});
    }
}

Task<Result<>> Catalogue::Private::lookUp(const ToolDefinition &definition,
                                          std::shared_ptr<Invocation> call) const
{
    for (const auto &[argument, lookup] : definition.lookups) {
        const auto named = json::stringAt(call->arguments, argument.c_str());
        if (!named)
            continue;
        Task<Result<QString>> looking =
            lookups.idOf(call, lookup, QString::fromStdString(argument), *named);
        const Result<QString> id = co_await looking;
        if (!id)
            co_return fail(id.error());
        call->arguments[argument] = id->toStdString();
    }
    co_return Result<>();
}

Task<Result<Permitted>> Catalogue::Private::approval(const ToolDefinition &definition,
                                                     std::shared_ptr<Invocation> call) const
{
    if (!permit) {
        co_return fail(Error::Kind::Denied, u"This call needs the user's word."_s,
                       u"Nobody can be asked here."_s);
    }
    PermitRequest request = permitFor(definition, call->arguments, call->account, *call->context);
    request.isAsked = true;
    request.session = sessionOf(*call->context);
    request.readBefore = [this, &definition, call] { return before(definition, call); };
    request.isPatient = call->context->canBeTask();
    if (request.isPatient)
        call->context->letGo();
    constexpr double kStep = 0.001; // little, so that what the tool says of its own comes after it
    request.waits = [context = call->context, done = 0.0]() mutable {
        context->progress(done += kStep, -1, u"Waiting for the user's word in Flaredeck"_s);
    };
    co_return co_await permit(std::move(request));
}

Task<QList<std::pair<QString, QString>>>
Catalogue::Private::before(const ToolDefinition &definition, InvocationPtr call) const
{
    QList<std::pair<QString, QString>> facts;
    if (!definition.before)
        co_return facts;
    provider::ApiRequest request;
    const Result<QString> path =
        filling::path(definition.before->path, call->arguments, call->account.id);
    if (!path)
        co_return facts;
    request.path = *path;
    const Result<provider::ApiResponse> answer = co_await upstream->send(call, request);
    if (!answer)
        co_return facts;
    for (const auto &[caption, pointer] : definition.before->shows) {
        if (answer->result.contains(pointer))
            facts.append({caption, shownName(plainText(answer->result.at(pointer)))});
    }
    co_return facts;
}

QList<ToolSummary> Catalogue::summaries()
{
    QList<ToolSummary> list;
    for (const DefinitionPtr &definition : definitions())
        list.append({definition->tool.name, definition->tool.title, definition->scope});
    return list;
}

} // namespace flaredeck::tools
