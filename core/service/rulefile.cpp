#include "core/service/rulefile.h"

#include "core/base/json.h"
#include "core/tools/rulebook.h"

#include <algorithm>

namespace flaredeck::service::rulefile {

using namespace Qt::StringLiterals;

namespace {

constexpr const char *kFormat = "flaredeck-rules";
constexpr int kVersion = 1;
constexpr int kIndent = 2;

const ClientView *clientWithId(const Snapshot &snapshot, const QString &id)
{
    const auto found =
        std::find_if(snapshot.clients.begin(), snapshot.clients.end(),
                     [&id](const ClientView &view) { return view.client.id.value == id; });
    return found == snapshot.clients.end() ? nullptr : &*found;
}

/// The only one of this name.
const ClientView *clientWithName(const Snapshot &snapshot, const QString &name)
{
    const ClientView *found = nullptr;
    for (const ClientView &view : snapshot.clients) {
        if (view.client.name != name || name.isEmpty())
            continue;
        if (found)
            return nullptr;
        found = &view;
    }
    return found;
}

Error notSo(const QString &what)
{
    return {Error::Kind::InvalidInput, u"This is no file of rules: %1."_s.arg(what),
            u"Choose a file that Flaredeck has exported."_s};
}

std::optional<Policy> policyAt(const Snapshot &snapshot, const Change &change)
{
    for (const store::Rule &rule : snapshot.rules) {
        if (rule.client == change.client && rule.subject == change.subject)
            return rule.policy;
    }
    return std::nullopt;
}

/// One entry. False when it says nothing that can hold here.
Result<bool> readEntry(const Json &entry, std::size_t number, const Snapshot &snapshot,
                       Change &change, Reading &reading)
{
    const auto subject = json::stringAt(entry, "subject");
    const auto policy = policyNamed(json::stringAt(entry, "policy").value_or(QString()));
    if (!subject || !policy)
        return fail(notSo(
            u"rule %1 needs a subject and one of the policies allow, ask and off"_s.arg(number)));
    change.subject = *subject;
    change.after = policy;
    if (!tools::RuleBook::isRule(*subject, *policy)) {
        reading.unknown << *subject;
        return false;
    }
    const QString id = json::stringAt(entry, "clientId").value_or(QString());
    const QString name = json::stringAt(entry, "client").value_or(QString());
    if (id.isEmpty() && name.isEmpty())
        return true;
    const ClientView *client = clientWithId(snapshot, id);
    if (!client)
        client = clientWithName(snapshot, name);
    if (!client) {
        const QString &stranger = name.isEmpty() ? id : name;
        if (!reading.strangers.contains(stranger))
            reading.strangers << stranger;
        return false;
    }
    change.client = client->client.id;
    change.clientName = client->client.name;
    return true;
}

} // namespace

QByteArray write(const Snapshot &snapshot)
{
    Json rules = Json::array();
    for (const store::Rule &rule : snapshot.rules) {
        Json entry{{"subject", rule.subject}, {"policy", nameOf(rule.policy)}};
        if (!rule.client.value.isEmpty()) {
            const ClientView *client = clientWithId(snapshot, rule.client.value);
            entry["clientId"] = rule.client.value;
            entry["client"] = client ? client->client.name : QString();
        }
        rules.push_back(std::move(entry));
    }
    const Json file{{"format", kFormat}, {"version", kVersion}, {"rules", std::move(rules)}};
    return QByteArray::fromStdString(
               file.dump(kIndent, ' ', false, Json::error_handler_t::replace)) +
           '\n';
}

Result<Reading> read(const QByteArray &file, const Snapshot &snapshot)
{
    const Result<Json> parsed = json::parse(file);
    if (!parsed)
        return fail(notSo(parsed.error().message));
    const Json *rules = json::find(*parsed, "rules");
    if (json::stringAt(*parsed, "format") != QLatin1StringView(kFormat) || !rules ||
        !rules->is_array())
        return fail(notSo(u"it does not say so itself"_s));
    if (json::integerAt(*parsed, "version").value_or(0) > kVersion)
        return fail(Error::Kind::InvalidInput, u"A newer Flaredeck wrote this file."_s,
                    u"Update Flaredeck, then import it again."_s);
    Reading reading;
    QList<Change> named;
    for (std::size_t i = 0; i < rules->size(); ++i) {
        Change change;
        const Result<bool> holds = readEntry(rules->at(i), i + 1, snapshot, change, reading);
        if (!holds)
            return fail(holds.error());
        if (!*holds)
            continue;
        change.before = policyAt(snapshot, change);
        named << change;
        if (change.before != change.after)
            reading.changes << change;
    }
    for (const store::Rule &rule : snapshot.rules) {
        const bool isNamed = std::any_of(named.begin(), named.end(), [&rule](const Change &one) {
            return one.client == rule.client && one.subject == rule.subject;
        });
        if (isNamed)
            continue;
        const ClientView *client = clientWithId(snapshot, rule.client.value);
        reading.absent << Change{rule.client, client ? client->client.name : QString(),
                                 rule.subject, rule.policy, std::nullopt};
    }
    return reading;
}

} // namespace flaredeck::service::rulefile
