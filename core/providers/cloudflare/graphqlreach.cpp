#include "core/providers/cloudflare/graphqlreach.h"

#include <QRegularExpression>
#include <QSet>

#include <algorithm>

namespace flaredeck::cloudflare {

using namespace Qt::Literals::StringLiterals;

namespace {

using Value = GraphqlValue;

bool isId(const QString &text)
{
    static const QRegularExpression id(u"\\A[0-9a-fA-F]{32}\\z"_s);
    return id.match(text).hasMatch();
}

/// What viewer has of customers: a field, the tag that it is filtered by, and where ids come from.
struct Node {
    QString field;
    QString tag;
    QString lister;
};
const Node kAccounts{u"accounts"_s, u"accountTag"_s, u"accounts_list"_s};
const Node kZones{u"zones"_s, u"zoneTag"_s, u"zones_list"_s};

class Reader
{
public:
    Reader(const GraphqlDocument &document, const Json &variables)
        : m_document(document)
        , m_variables(variables)
    {
    }

    Result<GraphqlReach> run()
    {
        checkRoot(m_document.selections);
        for (const Value &directive : m_document.directives)
            findTags(directive);
        findTags(m_document.selections);
        for (const auto &[name, selections] : m_document.fragments)
            findTags(selections);
        if (m_problem)
            return fail(*m_problem);
        m_reach.accounts.removeDuplicates();
        m_reach.zones.removeDuplicates();
        return std::move(m_reach);
    }

private:
    void refuse(const QString &cause, const QString &action)
    {
        if (!m_problem)
            m_problem = Error{Error::Kind::Denied, cause, action};
    }

    /// Calls `check` for each field of a level, those of fragments too.
    template <typename Check>
    void eachField(const std::vector<GraphqlSelection> &selections, QSet<QString> &passed,
                   const Check &check)
    {
        for (const GraphqlSelection &one : selections) {
            if (one.kind == GraphqlSelection::Kind::Field) {
                check(one);
            } else if (one.kind == GraphqlSelection::Kind::Inline) {
                eachField(one.selections, passed, check);
            } else if (const auto found = m_document.fragments.find(one.name);
                       found == m_document.fragments.end()) {
                refuse(u"The query has no fragment %1."_s.arg(one.name), u"Correct the query."_s);
            } else if (!passed.contains(one.name)) {
                passed.insert(one.name);
                eachField(found->second, passed, check);
            }
        }
    }

    void checkRoot(const std::vector<GraphqlSelection> &selections)
    {
        static const QSet<QString> harmless{u"cost"_s, u"__schema"_s, u"__type"_s, u"__typename"_s};
        QSet<QString> passed;
        QSet<QString> passedInViewer; // a fragment that was read once has nothing new
        eachField(selections, passed, [&](const GraphqlSelection &field) {
            if (field.name == "viewer"_L1)
                eachField(field.selections, passedInViewer,
                          [this](const GraphqlSelection &inner) { checkViewer(inner); });
            else if (!harmless.contains(field.name))
                refuse(u"Flaredeck cannot tell what the field %1 at the top of a query would "
                       "read."_s.arg(field.name),
                       u"Use viewer { accounts } or viewer { zones }."_s);
        });
    }

    void checkViewer(const GraphqlSelection &field)
    {
        if (field.name == kAccounts.field)
            checkFilter(field, kAccounts);
        else if (field.name == kZones.field)
            checkFilter(field, kZones);
        else if (field.name != "budget"_L1 && field.name != "__typename"_L1)
            refuse(
                u"Flaredeck cannot tell what the field %1 of viewer would read."_s.arg(field.name),
                u"Use viewer { accounts } or viewer { zones }."_s);
    }

    /// Members of a filter must hold all at once, so one with the tag is enough; but anything else
    /// would have no meaning here, and is refused while nobody knows what it does.
    void checkFilter(const GraphqlSelection &field, const Node &node)
    {
        const Value *given = field.arguments.member(u"filter"_s);
        const std::optional<Value> filter = given ? resolved(*given) : std::nullopt;
        if (!filter || filter->kind != Value::Kind::Object || filter->members.empty()) {
            refuse(u"viewer.%1 has no filter by %2, so that it would reach what this connection "
                   "may not use."_s.arg(field.name, node.tag),
                   u"Write %1(filter: {%2: \"ID\"}), with an id from %3."_s.arg(
                       field.name, node.tag, node.lister));
            return;
        }
        for (const auto &[name, value] : filter->members) {
            if (name != node.tag && name != node.tag + "_in"_L1)
                refuse(u"The filter of viewer.%1 has %2, and Flaredeck cannot tell what that "
                       "would reach."_s.arg(field.name, name),
                       u"Filter by %1 or %1_in alone, with ids from %2; other conditions belong "
                       "into the filters of the datasets."_s.arg(node.tag, node.lister));
        }
    }

    /// The value of a variable, or the value itself. Nothing where the variable has none.
    std::optional<Value> resolved(const Value &value)
    {
        if (value.kind != Value::Kind::Variable)
            return value;
        const auto declared = m_document.variables.find(value.text);
        if (declared == m_document.variables.end()) {
            refuse(u"The query uses the variable $%1 without declaring it."_s.arg(value.text),
                   u"Declare it: query ($%1: string!) { … }."_s.arg(value.text));
            return std::nullopt;
        }
        const Json *sent = json::find(m_variables, value.text.toUtf8().constData());
        return sent ? Value::of(*sent) : declared->second;
    }

    void findTags(const std::vector<GraphqlSelection> &selections)
    {
        for (const GraphqlSelection &one : selections) {
            findTags(one.arguments);
            for (const Value &directive : one.directives)
                findTags(directive);
            findTags(one.selections);
        }
    }

    /// Everywhere, as the datasets have these filters, too.
    void findTags(const Value &given)
    {
        const std::optional<Value> value = resolved(given);
        if (!value)
            return;
        for (const auto &[name, member] : value->members) {
            const bool isAccount = name.startsWith(kAccounts.tag);
            if (isAccount || name.startsWith(kZones.tag))
                takeTag(name, member, isAccount ? kAccounts : kZones,
                        isAccount ? m_reach.accounts : m_reach.zones);
            else if (name.contains(u"account"_s, Qt::CaseInsensitive))
                takeIds(member, m_reach.accounts);
            else if (name.contains(u"zone"_s, Qt::CaseInsensitive))
                takeIds(member, m_reach.zones);
            else
                findTags(member);
        }
    }

    /// The ids in a value of which only the name tells that it may hold some.
    void takeIds(const Value &given, QStringList &ids)
    {
        const std::optional<Value> value = resolved(given);
        if (!value)
            return;
        if (value->kind == Value::Kind::String && isId(value->text))
            ids << value->text.toLower();
        for (const auto &[name, member] : value->members) {
            if (name.isEmpty())
                takeIds(member, ids);
        }
        findTags(*value);
    }

    void takeTag(const QString &name, const Value &given, const Node &node, QStringList &ids)
    {
        const bool isList = name == node.tag + "_in"_L1;
        if (!isList && name != node.tag) {
            refuse(u"The filter %1 does not name what it reaches, so that Flaredeck cannot check "
                   "it."_s.arg(name),
                   u"Use %1 or %1_in, with ids from %2."_s.arg(node.tag, node.lister));
            return;
        }
        const std::optional<Value> value = resolved(given);
        std::vector<Value> single;
        if (value && isList && value->kind == Value::Kind::List) {
            for (const auto &[none, item] : value->members)
                single.push_back(resolved(item).value_or(Value()));
        } else {
            single.push_back(value.value_or(Value()));
        }
        const bool areIds = std::all_of(single.begin(), single.end(), [](const Value &one) {
            return one.kind == Value::Kind::String && isId(one.text);
        });
        if (single.empty() || !areIds) {
            refuse(u"%1 has a value that is no id of 32 hexadecimal digits%2."_s.arg(
                       name, given.kind == Value::Kind::Variable
                                 ? u"; it is the variable $%1"_s.arg(given.text)
                                 : QString()),
                   u"Take ids from %1."_s.arg(node.lister));
            return;
        }
        for (const Value &one : single)
            ids << one.text.toLower();
    }

    const GraphqlDocument &m_document;
    const Json &m_variables;
    GraphqlReach m_reach;
    std::optional<Error> m_problem;
};

} // namespace

Result<GraphqlReach> graphqlReach(const GraphqlDocument &document, const Json &variables)
{
    return Reader(document, variables).run();
}

} // namespace flaredeck::cloudflare
