#include "core/providers/cloudflare/graphqldocument.h"

#include <algorithm>

namespace flaredeck::cloudflare {

using namespace Qt::Literals::StringLiterals;

namespace {

using Kind = GraphqlToken::Kind;

constexpr std::size_t kMostFragments = 100; ///< they may be nested without any depth in the text

class Parser
{
public:
    explicit Parser(const std::vector<GraphqlToken> &tokens)
        : m_next(tokens.begin())
    {
    }

    Result<GraphqlDocument> run()
    {
        bool hasQuery = false;
        while (!m_problem && m_next->kind != Kind::End) {
            if (isNext(u"fragment"_s))
                readFragment();
            else if (!hasQuery)
                hasQuery = true, readOperation();
            else
                refuse(u"a second operation, and none is named to be run"_s,
                       u"Send one query at a time."_s);
        }
        if (!m_problem && !hasQuery)
            refuse(u"no query"_s, u"Begin with { or with the word query."_s);
        if (m_problem)
            return fail(*m_problem);
        return std::move(m_document);
    }

private:
    /// What comes first is reported; then nothing more is read.
    void refuse(const QString &what, const QString &action = u"Correct the query."_s)
    {
        if (!m_problem)
            m_problem = Error{Error::Kind::InvalidInput,
                              u"The query cannot be run: line %1 has %2."_s.arg(
                                  QString::number(m_next->line), what),
                              action};
    }

    [[nodiscard]] bool isNext(const QString &text) const
    {
        return m_next->kind != Kind::String && m_next->text == text;
    }

    /// Passes the token if it is this one.
    bool pass(const QString &text)
    {
        if (m_problem || m_next->kind == Kind::End || !isNext(text))
            return false;
        ++m_next;
        return true;
    }

    void expect(const QString &text)
    {
        if (!pass(text))
            refuse(u"%1 where %2 must be"_s.arg(found(), text));
    }

    [[nodiscard]] QString found() const
    {
        switch (m_next->kind) {
        case Kind::End:
            return u"the end"_s;
        case Kind::String:
            return u"a string"_s;
        default:
            return m_next->text.left(40);
        }
    }

    QString readName()
    {
        if (m_problem || m_next->kind != Kind::Name) {
            refuse(u"%1 where a name must be"_s.arg(found()));
            return {};
        }
        return (m_next++)->text;
    }

    /// Runs `read` for each thing up to `close`; false at the first problem.
    template <typename Read>
    void readUntil(const QString &close, const Read &read)
    {
        if (++m_depth > json::kMaxDepth)
            refuse(u"more than %1 levels of nesting"_s.arg(json::kMaxDepth));
        if (!m_problem && isNext(close))
            refuse(u"nothing before %1"_s.arg(close));
        while (!m_problem && !pass(close))
            read();
        --m_depth;
    }

    void readOperation()
    {
        if (isNext(u"mutation"_s) || isNext(u"subscription"_s)) {
            refuse(u"a %1, but Cloudflare's GraphQL API only reads"_s.arg(m_next->text),
                   u"Send a query."_s);
            return;
        }
        if (pass(u"query"_s)) {
            if (m_next->kind == Kind::Name)
                ++m_next;
            if (pass(u"("_s))
                readUntil(u")"_s, [this] { readVariable(); });
            readDirectives(m_document.directives);
        } else if (!isNext(u"{"_s)) {
            refuse(u"%1, where a query must begin"_s.arg(found()),
                   u"Begin with { or with the word query."_s);
        }
        readSelections(m_document.selections);
    }

    void readFragment()
    {
        expect(u"fragment"_s);
        const QString name = readName();
        if (name == "on"_L1 || m_document.fragments.count(name) > 0)
            refuse(u"a fragment whose name is taken: %1"_s.arg(name));
        if (m_document.fragments.size() >= kMostFragments)
            refuse(u"more than %1 fragments"_s.arg(kMostFragments), u"Write a smaller query."_s);
        expect(u"on"_s);
        readName();
        readDirectives(m_document.directives);
        readSelections(m_document.fragments[name]);
    }

    void readVariable()
    {
        expect(u"$"_s);
        const QString name = readName();
        if (m_document.variables.count(name) > 0)
            refuse(u"the variable $%1 twice"_s.arg(name));
        expect(u":"_s);
        readType();
        GraphqlValue &preset = m_document.variables[name];
        if (pass(u"="_s))
            preset = readValue(true);
        readDirectives(m_document.directives);
    }

    void readType()
    {
        int lists = 0;
        while (pass(u"["_s))
            ++lists;
        readName();
        pass(u"!"_s);
        for (; lists > 0 && !m_problem; --lists) {
            expect(u"]"_s);
            pass(u"!"_s);
        }
    }

    void readDirectives(std::vector<GraphqlValue> &directives)
    {
        while (pass(u"@"_s)) {
            readName();
            directives.push_back(readArguments());
        }
    }

    GraphqlValue readArguments()
    {
        GraphqlValue arguments{GraphqlValue::Kind::Object, {}, {}};
        if (pass(u"("_s))
            readUntil(u")"_s, [&] { readMember(arguments, false); });
        return arguments;
    }

    void readMember(GraphqlValue &object, bool isConstant)
    {
        const QString name = readName();
        if (object.member(name))
            refuse(u"%1 twice in one place"_s.arg(name));
        expect(u":"_s);
        object.members.emplace_back(name, readValue(isConstant));
    }

    GraphqlValue readValue(bool isConstant)
    {
        using Value = GraphqlValue::Kind;
        GraphqlValue value{Value::Other, {}, {}};
        if (m_problem)
            return value;
        if (!isConstant && pass(u"$"_s)) {
            value = {Value::Variable, readName(), {}};
        } else if (m_next->kind == Kind::String) {
            value = {Value::String, (m_next++)->text, {}};
        } else if (pass(u"["_s)) {
            value.kind = Value::List;
            if (!pass(u"]"_s))
                readUntil(u"]"_s,
                          [&] { value.members.emplace_back(QString(), readValue(isConstant)); });
        } else if (pass(u"{"_s)) {
            value.kind = Value::Object;
            if (!pass(u"}"_s))
                readUntil(u"}"_s, [&] { readMember(value, isConstant); });
        } else if (m_next->kind == Kind::Name || m_next->kind == Kind::Number) {
            value.kind = isNext(u"null"_s) ? Value::Null : Value::Other;
            ++m_next;
        } else {
            refuse(u"%1 where a value must be"_s.arg(found()));
        }
        return value;
    }

    void readSelections(std::vector<GraphqlSelection> &selections)
    {
        expect(u"{"_s);
        readUntil(u"}"_s, [&] { selections.push_back(readSelection()); });
    }

    GraphqlSelection readSelection()
    {
        GraphqlSelection selection;
        if (pass(u"..."_s)) {
            const bool isSpread = m_next->kind == Kind::Name && !isNext(u"on"_s);
            selection.kind =
                isSpread ? GraphqlSelection::Kind::Spread : GraphqlSelection::Kind::Inline;
            if (isSpread)
                selection.name = readName();
            else if (pass(u"on"_s))
                readName();
            readDirectives(selection.directives);
            if (!isSpread)
                readSelections(selection.selections);
            return selection;
        }
        selection.name = readName();
        if (pass(u":"_s)) // what came was an alias
            selection.name = readName();
        selection.arguments = readArguments();
        readDirectives(selection.directives);
        if (!m_problem && isNext(u"{"_s))
            readSelections(selection.selections);
        return selection;
    }

    std::vector<GraphqlToken>::const_iterator m_next; ///< never past the token of kind End
    int m_depth = 0;
    std::optional<Error> m_problem;
    GraphqlDocument m_document;
};

} // namespace

const GraphqlValue *GraphqlValue::member(const QString &name) const
{
    const auto found = std::find_if(members.begin(), members.end(),
                                    [&name](const auto &one) { return one.first == name; });
    return found == members.end() ? nullptr : &found->second;
}

GraphqlValue GraphqlValue::of(const Json &value)
{
    GraphqlValue made{Kind::Other, {}, {}};
    if (value.is_null())
        made.kind = Kind::Null;
    else if (value.is_string())
        made = {Kind::String, json::toQString(value), {}};
    else if (value.is_structured())
        made.kind = value.is_array() ? Kind::List : Kind::Object;
    if (value.is_structured()) {
        for (const auto &[name, member] : value.items())
            made.members.emplace_back(value.is_array() ? QString() : QString::fromStdString(name),
                                      of(member));
    }
    return made;
}

Result<GraphqlDocument> readGraphql(const std::vector<GraphqlToken> &tokens)
{
    return Parser(tokens).run();
}

} // namespace flaredeck::cloudflare
