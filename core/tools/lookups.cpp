#include "core/tools/lookups.h"

#include "core/provider/facts.h"
#include "core/tools/accountchoice.h"
#include "core/tools/filling.h"
#include "core/tools/nearest.h"

#include <algorithm>

namespace flaredeck::tools {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr Millis kKept = 300'000;
constexpr qsizetype kMostKept = 2000;
constexpr int kListed = 50;

QString textAt(const Json &item, const Json::json_pointer &at)
{
    return item.contains(at) ? json::toQString(item.at(at)) : QString();
}

const provider::Lookup *lookupNamed(const QString &name)
{
    const auto &kinds = provider::facts().lookups;
    const auto kind = std::find_if(kinds.begin(), kinds.end(),
                                   [&name](const auto &one) { return one.name == name; });
    return kind == kinds.end() ? nullptr : &*kind;
}

Error noLookup(const QString &name)
{
    return {Error::Kind::Internal, u"There is no lookup %1."_s.arg(name)};
}

bool reaches(const CallerIdentity &caller, const QString &account)
{
    return std::any_of(caller.accounts.begin(), caller.accounts.end(),
                       [&account](const AccountRef &one) { return one.id == account; });
}

Error notFound(const provider::Lookup &kind, const QString &named, const QStringList &names)
{
    const QStringList near = nearest(named, names);
    return {Error::Kind::NotFound,
            u"This connection reaches no %1 %2."_s.arg(kind.what, shownName(named)),
            near.isEmpty() ? u"Check the name or id."_s
                           : u"The nearest names are: %1."_s.arg(near.join(u", "_s))};
}

} // namespace

Lookups::Lookups(UpstreamPtr upstream)
    : m_upstream(std::move(upstream))
{
}

Task<Result<QString>> Lookups::idOf(InvocationPtr call, QString lookup, QString argument,
                                    QString value)
{
    const provider::Lookup *kind = lookupNamed(lookup);
    if (!kind)
        co_return fail(noLookup(lookup));
    value = value.trimmed();
    if (value.isEmpty()) {
        co_return fail(
            Error::Kind::InvalidInput,
            u"%1 is empty: a name or an id of a %2 is needed."_s.arg(argument, kind->what),
            u"Correct the argument."_s);
    }
    const QString key = call->caller->login.value + u'\n' + lookup + u'\n' + value.toLower();
    const Millis now = m_upstream->now();
    Found found = m_found.value(key);
    // Two accounts may have one of the same name: what another caller found may not be this one's.
    if (found.until <= now || !reaches(*call->caller, found.account)) {
        const bool isId = kind->id.match(value).hasMatch();
        Task<Result<Found>> asking = isId ? byId(call, *kind, value) : byName(call, *kind, value);
        const Result<Found> asked = co_await asking;
        if (!asked)
            co_return fail(asked.error());
        found = *asked;
        found.until = now + kKept;
        if (m_found.size() >= kMostKept)
            m_found.clear();
        m_found.insert(key, found);
    }
    if (!reaches(*call->caller, found.account))
        co_return fail(notFound(*kind, value, {}));
    co_return found.id;
}

Task<Result<>> Lookups::recheck(InvocationPtr call, QString lookup, QString id)
{
    const provider::Lookup *kind = lookupNamed(lookup);
    if (!kind)
        co_return fail(noLookup(lookup));
    Task<Result<Found>> asking = byId(call, *kind, id);
    const Result<Found> asked = co_await asking;
    if (!asked)
        co_return fail(asked.error());
    if (asked->id != id || !reaches(*call->caller, asked->account))
        co_return fail(notFound(*kind, id, {}));
    co_return Result<>();
}

Task<Result<Lookups::Found>> Lookups::byId(InvocationPtr call, const provider::Lookup &kind,
                                           QString id) const
{
    provider::ApiRequest request;
    const Json arguments{{"id", id.toStdString()}};
    const Result<QString> path = filling::path(kind.getPath, arguments, {});
    if (!path)
        co_return fail(path.error());
    request.path = *path;
    const Result<provider::ApiResponse> answer = co_await m_upstream->send(call, request);
    if (!answer && answer.error().kind == Error::Kind::NotFound)
        co_return fail(notFound(kind, id, {}));
    if (!answer)
        co_return fail(answer.error());
    Found found{textAt(answer->result, kind.idAt), textAt(answer->result, kind.accountAt), 0};
    if (found.id.isEmpty())
        co_return fail(notFound(kind, id, {}));
    co_return found;
}

Task<Result<Lookups::Found>> Lookups::byName(InvocationPtr call, const provider::Lookup &kind,
                                             QString name) const
{
    QStringList names;
    // First those of the name; then some of all, to tell which ones there are.
    for (int round = 0; round < 2; ++round) {
        provider::ApiRequest request;
        request.path = kind.listPath;
        if (round == 0)
            request.query.addQueryItem(kind.nameParameter,
                                       QString::fromLatin1(http::encodeComponent(name)));
        else
            request.query.addQueryItem(u"per_page"_s, QString::number(kListed));
        const Result<provider::ApiResponse> answer = co_await m_upstream->send(call, request);
        if (!answer)
            co_return fail(answer.error());
        for (const Json &item : answer->result) {
            const QString account = textAt(item, kind.accountAt);
            const QString itsName = textAt(item, kind.nameAt);
            if (!reaches(*call->caller, account))
                continue;
            if (itsName.compare(name, Qt::CaseInsensitive) == 0) {
                Found found{textAt(item, kind.idAt), account, 0};
                co_return found;
            }
            names << itsName;
        }
    }
    co_return fail(notFound(kind, name, names));
}

} // namespace flaredeck::tools
