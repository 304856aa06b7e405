// Verbs about tools and the rules for their calls. What a rule takes away may be typed; what it
// gives is a person's to say, in the window.
#include "core/provider/offer.h"
#include "core/service/clienttools.h"
#include "core/service/localverbs.h"
#include "core/tools/nearest.h"
#include "core/tools/rulebook.h"

#include <algorithm>

namespace flaredeck::service::localverb {

using namespace Qt::StringLiterals;
using tools::RuleBook;
using tools::ToolDefinition;

namespace {

const QString kUsual = u"usual"_s;

struct Whose {
    ClientId id; ///< empty = all
    QString name;
};

Result<Whose> whose(const Snapshot &shot, const QString &typed)
{
    if (typed.isEmpty())
        return Whose{};
    QStringList ids;
    const ClientView *named = nullptr;
    int namesakes = 0;
    for (const ClientView &view : shot.clients) {
        ids << view.client.id.value;
        if (view.client.name.compare(typed, Qt::CaseInsensitive) == 0) {
            named = &view;
            ++namesakes;
        }
    }
    if (namesakes == 1 && !ids.contains(typed))
        return Whose{named->client.id, named->client.name};
    const Result<QString> id = findId(ids, typed, u"client"_s);
    if (!id)
        return fail(id.error());
    const auto view =
        std::find_if(shot.clients.begin(), shot.clients.end(),
                     [&id](const ClientView &one) { return one.client.id.value == *id; });
    return Whose{view->client.id, view->client.name};
}

/// A bare word is a tool.
Result<QString> subjectOf(const QString &typed)
{
    const QString subject = typed.contains(u':') ? typed : u"tool:"_s + typed;
    if (RuleBook::isRule(subject, Policy::Allow))
        return subject;
    QStringList subjects;
    for (const tools::DefinitionPtr &tool : tools::definitions())
        subjects << RuleBook::subjectOf(*tool);
    for (const provider::Toolset &toolset : provider::toolsets())
        subjects << RuleBook::subjectOfToolset(toolset.name);
    for (const Effect effect : kEffects)
        subjects << RuleBook::subjectOf(effect);
    const QStringList alike = tools::nearest(subject, subjects);
    return fail(Error::Kind::NotFound, u"There are no rules for '%1'."_s.arg(typed),
                alike.isEmpty() ? u"`flaredeck-core tools list` shows the tools."_s
                                : u"Did you mean %1?"_s.arg(alike.join(u" or "_s)));
}

Policy policyOf(const RuleBook &book, const ClientId &client, const QString &subject)
{
    const QString name = subject.section(u':', 1);
    if (const auto effect = effectNamed(name); effect && subject == RuleBook::subjectOf(*effect))
        return book.policyFor(client, *effect);
    if (const auto tool = tools::findDefinition(name);
        tool && subject == RuleBook::subjectOf(*tool))
        return book.policyFor(client, *tool, tool->effect);
    return book.isToolsetOff(client, name) ? Policy::Off : Policy::Allow;
}

/// Whether some call of some client gets further than before. Clients without rules of their own
/// all have what the empty one has.
bool isLooser(const RuleBook &before, const RuleBook &after, const ClientId &client)
{
    QList<ClientId> clients{ClientId(), client};
    for (const RuleBook *book : {&before, &after}) {
        for (const store::Rule &rule : book->all()) {
            if (!clients.contains(rule.client))
                clients << rule.client;
        }
    }
    const auto isLooserFor = [&](const ToolDefinition &tool) {
        return std::any_of(clients.begin(), clients.end(), [&](const ClientId &one) {
            return std::any_of(kEffects.begin(), kEffects.end(), [&](Effect effect) {
                return after.policyFor(one, tool, effect) < before.policyFor(one, tool, effect);
            });
        });
    };
    const auto all = tools::definitions();
    return std::any_of(all.begin(), all.end(),
                       [&](const tools::DefinitionPtr &tool) { return isLooserFor(*tool); });
}

Json rowOf(const RuleBook &book, const Whose &client, const QString &subject)
{
    return {{"subject", subject},
            {"appliesTo", client.id.isEmpty() ? u"all clients"_s : client.name},
            {"clientId", client.id.value},
            {"policy", nameOf(policyOf(book, client.id, subject))},
            {"rule", book.find(client.id, subject).has_value()}};
}

Json rulesOf(const Snapshot &shot, const RuleBook &book, const Whose &client,
             const QString &subject)
{
    Json rows = Json::array();
    rows.push_back(rowOf(book, client, subject));
    if (!client.id.isEmpty())
        return rows;
    for (const ClientView &view : shot.clients) {
        if (book.find(view.client.id, subject))
            rows.push_back(rowOf(book, {view.client.id, view.client.name}, subject));
    }
    return rows;
}

Result<Json> setPolicy(LocalDesk &desk, const RuleBook &book, const Whose &client,
                       const QString &subject, const QString &word)
{
    const std::optional<Policy> policy = policyNamed(word);
    if (!policy && word != kUsual)
        return fail(Error::Kind::InvalidInput, u"'%1' is no policy."_s.arg(word),
                    u"Say ask, off or usual."_s);
    if (policy && !RuleBook::isRule(subject, *policy))
        return fail(
            Error::Kind::InvalidInput, u"%1 cannot be %2."_s.arg(subject, nameOf(*policy)),
            u"A toolset is on or off; the calls of an effect are allowed or asked about."_s);
    if (policy == Policy::Allow || isLooser(book, book.with(client.id, subject, policy), client.id))
        return fail(Error::Kind::Denied,
                    u"Clients could do more then, and any program can type a command."_s,
                    u"Set it on the page Tools of Flaredeck's window."_s);
    return done(
        desk.commands.setRule(client.id, subject, policy),
        u"%1: %2%3."_s.arg(subject, word,
                           client.id.isEmpty() ? QString() : u" for \"%1\""_s.arg(client.name)));
}

} // namespace

Task<Result<Json>> listTools(LocalDesk &desk, LocalOrder order)
{
    const SnapshotPtr shot = desk.snapshot();
    const Result<Whose> client = whose(*shot, order.client);
    if (!client)
        return atOnce(fail(client.error()));
    const RuleBook book(shot->rules);
    Json rows = Json::array();
    for (const tools::DefinitionPtr &each : tools::definitions()) {
        const ToolDefinition &tool = *each;
        Json row{{"name", tool.tool.name},
                 {"title", tool.tool.title},
                 {"toolset", tool.toolset()},
                 {"effect", nameOf(tool.effect)},
                 {"scope", tool.scopeFor(tool.effect)},
                 {"policy", nameOf(book.policyFor(client->id, tool, tool.effect))},
                 {"tokens", tools::estimatedTokens(tool)}};
        if (!client->id.isEmpty())
            row["granted"] = opens(*shot, client->id, tool.scope);
        rows.push_back(std::move(row));
    }
    return atOnce(Json{{"rows", std::move(rows)}});
}

Task<Result<Json>> toolPolicy(LocalDesk &desk, LocalOrder order)
{
    const SnapshotPtr shot = desk.snapshot();
    const Result<Whose> client = whose(*shot, order.client);
    if (!client)
        return atOnce(fail(client.error()));
    const Result<QString> subject = subjectOf(order.arguments.constFirst());
    if (!subject)
        return atOnce(fail(subject.error()));
    const RuleBook book(shot->rules);
    if (order.arguments.size() > 1)
        return atOnce(setPolicy(desk, book, *client, *subject, order.arguments.at(1)));
    return atOnce(Json{{"rows", rulesOf(*shot, book, *client, *subject)}});
}

} // namespace flaredeck::service::localverb
