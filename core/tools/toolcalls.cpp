#include "core/tools/toolcalls.h"

#include "core/base/crypto.h"
#include "core/base/logging.h"
#include "core/base/plaintext.h"
#include "core/base/redact.h"
#include "core/provider/facts.h"
#include "core/provider/scopes.h"
#include "core/tools/accountchoice.h"
#include "core/tools/calllog.h"
#include "core/tools/filling.h"
#include "core/tools/resultguard.h"
#include "core/tools/tsv.h"

namespace flaredeck::tools {

using namespace Qt::Literals::StringLiterals;

namespace {

using mcp::ToolResult;

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
    if (definition.isChanged)
        request.change = u"The server changed this tool since you saw it."_s;
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

constexpr Millis kComesBack = 5LL * 60 * 1000;

QByteArray comingBackKey(const ToolDefinition &definition, const Json &arguments,
                         const CallerIdentity &caller)
{
    return crypto::sha256(caller.grant.value.toUtf8() + '\n' + definition.tool.name.toUtf8() +
                          '\n' + json::print(arguments));
}

AccountHints hintsOf(const Json &arguments, const mcp::CallContext &context)
{
    return {context.accountHeader, json::stringAt(arguments, "account_id"),
            json::stringAt(context.sessionState(), kActiveAccount).value_or(QString()),
            context.keepsSession()};
}

} // namespace

ToolCalls::ToolCalls(UpstreamPtr upstream, const Clock &clock, CallParts parts)
    : m_upstream(std::move(upstream))
    , m_lookups(m_upstream)
    , m_clock(clock)
    , m_parts(std::move(parts))
{
}

Task<Result<ToolResult>> ToolCalls::call(EntryPtr entry, Json arguments,
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
                                               arguments, m_clock.now());
    Result<Ending> ending = co_await attempt(entry, std::move(arguments), context, log, isPerson);
    if (context->stop.stop_requested())
        ending = failed({Error::Kind::Cancelled, u"The call was cancelled."_s});
    if (!ending)
        co_return fail(ending.error());
    if (m_parts.recorder)
        m_parts.recorder(log->finish(ending->outcome, ending->result));
    co_return guarded(entry->definition, *context->caller, std::move(ending->result));
}

ToolResult ToolCalls::guarded(const ToolDefinition &definition, const CallerIdentity &caller,
                              ToolResult result) const
{
    // Most results are short: then nobody needs to be asked for the limit.
    if (!isGuarded(result, kLeastResultLimit))
        return result;
    GuardRules how;
    how.limit = m_parts.limits.limitFor ? m_parts.limits.limitFor(caller.client) : 0;
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
        return m_parts.limits.shelf ? m_parts.limits.shelf->keep(caller.grant, std::move(rest))
                                    : std::nullopt;
    });
}

/// Arguments, account, the sign-in's rights, scope, work: a person is only asked about a call that
/// could run.
Task<Result<Ending>> ToolCalls::attempt(EntryPtr entry, Json arguments, mcp::CallContextPtr context,
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
    const auto allowed = m_parts.rights ? m_parts.rights(caller.login) : std::nullopt;
    const Effect effect = definition.effectOf(arguments);
    const QString scope = definition.scopeFor(effect);
    const Policy policy = isPerson ? Policy::Allow : policyOf(definition, caller.client, effect);
    if (policy == Policy::Off)
        co_return switchedOff();
    if (!isPerson && caller.login.isEmpty() && scopes::needSignIn({scope})) {
        co_return notPermitted(
            {Error::Kind::Unauthorized,
             u"This connection was given without a sign-in to %1."_s.arg(provider::facts().name),
             u"The user must approve it again in Flaredeck, with %1."_s.arg(scope)},
            scope, *context);
    }
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
    const QByteArray returning = definition.remoteName.isEmpty()
                                     ? QByteArray()
                                     : comingBackKey(definition, arguments, caller);
    const Millis letThroughAt = returning.isEmpty() ? 0 : m_comingBack.take(returning);
    const bool isBack = letThroughAt > 0 && m_clock.now() - letThroughAt < kComesBack;
    bool isPermitted = !isAsked || isBack;
    bool wasAsked = false;
    if (!isBack && !scopes::contains(invocation->caller->scopes, scope)) {
        if (!m_parts.permit)
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
        const Result<Permitted> permitted = co_await m_parts.permit(std::move(request));
        context->hold(false);
        if (!permitted)
            co_return notPermitted(permitted.error(), scope, *context);
        invocation->caller = permitted->caller;
        log->setDecision(permitted->decision);
        isPermitted = wasAsked = true;
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
            wasAsked = true;
        }
        if (wasAsked) {
            // Much may have changed while the question waited.
            if (const auto gone = accountLost(definition, *invocation))
                co_return failed(*gone);
            if (policyOf(definition, caller.client, effect) == Policy::Off)
                co_return switchedOff();
            const Result<> still = co_await lookUpAgain(definition, invocation);
            if (!still)
                co_return failed(explainRefusal(still.error(), allowed, scope));
        }
        Result<ToolResult> result = co_await entry->tool->run(invocation);
        // A remote server asks something, and the client comes back with the answer.
        if (!result && result.error().kind == Error::Kind::Cancelled &&
            !context->stop.stop_requested()) {
            if (wasAsked || isBack)
                m_comingBack.insert(returning, m_clock.now());
            co_return fail(result.error());
        }
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

Task<Result<>> ToolCalls::lookUp(const ToolDefinition &definition,
                                 std::shared_ptr<Invocation> call) const
{
    for (const auto &[argument, lookup] : definition.lookups) {
        const auto named = json::stringAt(call->arguments, argument.c_str());
        if (!named)
            continue;
        Task<Result<QString>> looking =
            m_lookups.idOf(call, lookup, QString::fromStdString(argument), *named);
        const Result<QString> id = co_await looking;
        if (!id)
            co_return fail(id.error());
        call->arguments[argument] = id->toStdString();
    }
    co_return Result<>();
}

Task<Result<>> ToolCalls::lookUpAgain(const ToolDefinition &definition, InvocationPtr call) const
{
    for (const auto &[argument, lookup] : definition.lookups) {
        const auto id = json::stringAt(call->arguments, argument.c_str());
        if (!id)
            continue;
        Task<Result<>> looking = m_lookups.recheck(call, lookup, *id);
        const Result<> found = co_await looking;
        if (!found)
            co_return fail(found.error());
    }
    co_return Result<>();
}

Policy ToolCalls::policyOf(const ToolDefinition &definition, const ClientId &client,
                           Effect effect) const
{
    return m_parts.rules ? m_parts.rules->book().policyFor(client, definition, effect)
                         : Policy::Allow;
}

Task<Result<Permitted>> ToolCalls::approval(const ToolDefinition &definition,
                                            std::shared_ptr<Invocation> call) const
{
    if (!m_parts.permit) {
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
    co_return co_await m_parts.permit(std::move(request));
}

Task<QList<std::pair<QString, QString>>> ToolCalls::before(const ToolDefinition &definition,
                                                           InvocationPtr call) const
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
    const Result<provider::ApiResponse> answer = co_await m_upstream->send(call, request);
    if (!answer)
        co_return facts;
    for (const auto &[caption, pointer] : definition.before->shows) {
        if (answer->result.contains(pointer))
            facts.append({caption, shownName(plainText(answer->result.at(pointer)))});
    }
    co_return facts;
}

} // namespace flaredeck::tools
