#include "mrtrtools.h"

using namespace Qt::Literals::StringLiterals;

namespace flaredeck::conformance {

using mcp::CallContextPtr;
using mcp::InputRequest;
using mcp::ToolResult;

mcp::InputRequest form(const QString &key, const QString &message, const Json &properties,
                       const Json &required)
{
    return {key,
            "elicitation/create",
            {{"message", message},
             {"requestedSchema",
              {{"type", "object"}, {"properties", properties}, {"required", required}}}}};
}

namespace {
const Json kText{{"type", "string"}};
} // namespace

mcp::InputRequest userName()
{
    InputRequest request =
        form(u"user_name"_s, u"What is your name?"_s, {{"name", kText}}, {"name"});
    request.accepts = [](const Json &response) {
        const Json *content = json::find(response, "content");
        return json::stringAt(response, "action") == u"accept"_s && content &&
               json::stringAt(*content, "name").has_value();
    };
    return request;
}

namespace {

InputRequest sampling(const QString &key, const QString &prompt)
{
    return {key,
            "sampling/createMessage",
            {{"messages",
              Json::array({{{"role", "user"}, {"content", {{"type", "text"}, {"text", prompt}}}}})},
             {"maxTokens", 100}}};
}

InputRequest roots(const QString &key)
{
    return {key, "roots/list"};
}

InputRequest anyAnswer(InputRequest request)
{
    request.accepts = [](const Json &response) { return response.is_object(); };
    return request;
}

/// Asks one thing, and says what came.
Work asks(std::function<QList<InputRequest>(const Json &arguments)> questions, QString saying)
{
    return [questions = std::move(questions), saying = std::move(saying)](
               Json arguments, CallContextPtr context) -> Task<Result<ToolResult>> {
        // Copies: the tool may go while it waits.
        const QString said = saying;
        const auto answers = co_await context->ask(questions(arguments));
        if (!answers)
            co_return fail(answers.error());
        co_return ToolResult::text(said + QString::fromUtf8(json::print(*answers)));
    };
}

Work asks(QList<InputRequest> questions, QString saying)
{
    return asks([questions = std::move(questions)](const Json &) { return questions; },
                std::move(saying));
}

// The questions are made outside of the coroutines: GCC 12 cannot compile a list in braces inside
// one that waits.

QList<InputRequest> userQuestion(const Json &arguments)
{
    return {form(u"user"_s, json::stringAt(arguments, "message").value_or(QString()),
                 {{"username", kText}, {"email", kText}}, {"username", "email"})};
}

QList<InputRequest> roundQuestion(const QString &key)
{
    return {anyAnswer(form(key, u"What next?"_s, {{"name", kText}}))};
}

Task<Result<ToolResult>> elicits(Json arguments, CallContextPtr context)
{
    const auto answers = co_await context->ask(userQuestion(arguments));
    if (!answers)
        co_return fail(answers.error());
    const Json &answer = answers->at("user");
    const Json *content = json::find(answer, "content");
    co_return ToolResult::text(u"User response: action=%1, content=%2"_s.arg(
        json::stringAt(answer, "action").value_or(QString()),
        QString::fromUtf8(json::print(content ? *content : Json::object()))));
}

Task<Result<ToolResult>> twoRounds(Json, CallContextPtr context)
{
    for (int round = 1; round <= 2; ++round) {
        const auto answers = co_await context->ask(roundQuestion(u"step%1"_s.arg(round)));
        if (!answers)
            co_return fail(answers.error());
    }
    co_return ToolResult::text(u"Both rounds are done"_s);
}

QList<InputRequest> possibleQuestions(const CallContextPtr &context)
{
    QList<InputRequest> questions;
    for (const InputRequest &one :
         {userName(), sampling(u"capital"_s, u"What is the capital of France?"_s)}) {
        if (context->canAsk(one))
            questions << one;
    }
    return questions;
}

/// Asks only what this client can be asked.
Task<Result<ToolResult>> asksWhatItMay(Json, CallContextPtr context)
{
    const auto answers = co_await context->ask(possibleQuestions(context));
    if (!answers)
        co_return fail(answers.error());
    co_return ToolResult::text(u"Asked what was possible"_s);
}

Json enumOf(std::initializer_list<const char *> values)
{
    Json array = Json::array();
    for (const char *value : values)
        array.push_back(value);
    return array;
}

Json titledEnum()
{
    return Json::array({{{"const", "value1"}, {"title", "First Option"}},
                        {{"const", "value2"}, {"title", "Second Option"}},
                        {{"const", "value3"}, {"title", "Third Option"}}});
}

const Json kDefaults{
    {"name", {{"type", "string"}, {"default", "John Doe"}}},
    {"age", {{"type", "integer"}, {"default", 30}}},
    {"score", {{"type", "number"}, {"default", 95.5}}},
    {"status",
     {{"type", "string"}, {"enum", {"active", "inactive", "pending"}}, {"default", "active"}}},
    {"verified", {{"type", "boolean"}, {"default", true}}}};

Json enums()
{
    return {
        {"untitledSingle",
         {{"type", "string"}, {"enum", enumOf({"option1", "option2", "option3"})}}},
        {"titledSingle", {{"type", "string"}, {"oneOf", titledEnum()}}},
        {"legacyEnum",
         {{"type", "string"},
          {"enum", enumOf({"opt1", "opt2", "opt3"})},
          {"enumNames", enumOf({"Option One", "Option Two", "Option Three"})}}},
        {"untitledMulti",
         {{"type", "array"},
          {"items", {{"type", "string"}, {"enum", enumOf({"option1", "option2", "option3"})}}}}},
        {"titledMulti", {{"type", "array"}, {"items", {{"anyOf", titledEnum()}}}}}};
}

} // namespace

std::vector<FixtureTool> askingTools()
{
    std::vector<FixtureTool> tools;
    const auto add = [&tools](const char *name, const char *description, Work work,
                              const Json &properties = Json::object(),
                              const Json &required = Json::array()) {
        tools.push_back(makeTool(name, description, std::move(work), properties, required));
    };
    const QString got = u"The answers: "_s;
    add("test_sampling", "Asks the model",
        asks(
            [](const Json &arguments) {
                return QList{
                    sampling(u"answer"_s, json::stringAt(arguments, "prompt").value_or(QString()))};
            },
            u"LLM response: "_s),
        {{"prompt", kText}}, {"prompt"});
    add("test_elicitation", "Asks the person", elicits, {{"message", kText}}, {"message"});
    add("test_elicitation_sep1034_defaults", "Asks the person, with proposals",
        asks({anyAnswer(form(u"user"_s, u"Please check these values"_s, kDefaults))},
             u"Elicitation completed: "_s));
    add("test_elicitation_sep1330_enums", "Asks the person to choose",
        asks({anyAnswer(form(u"user"_s, u"Please choose"_s, enums()))},
             u"Elicitation completed: "_s));
    add("test_missing_capability", "Cannot do without a model",
        asks({sampling(u"capital"_s, u"What is the capital of France?"_s)}, got));
    add("test_input_required_result_elicitation", "Asks the person's name",
        asks({userName()}, u"Hello: "_s));
    add("test_input_required_result_sampling", "Asks the model",
        asks({sampling(u"capital_question"_s, u"What is the capital of France?"_s)}, got));
    add("test_input_required_result_list_roots", "Asks for the roots",
        asks({roots(u"client_roots"_s)}, got));
    add("test_input_required_result_request_state", "Asks once",
        asks({anyAnswer(form(u"confirm"_s, u"Go on?"_s, {{"ok", {{"type", "boolean"}}}}))},
             u"state-ok: "_s));
    add("test_input_required_result_multiple_inputs", "Asks three things at once",
        asks({userName(), sampling(u"greeting"_s, u"Say hello"_s), roots(u"client_roots"_s)}, got));
    add("test_input_required_result_multi_round", "Asks twice", twoRounds);
    add("test_input_required_result_tampered_state", "Asks once",
        asks({anyAnswer(form(u"confirm"_s, u"Go on?"_s, {{"ok", {{"type", "boolean"}}}}))}, got));
    add("test_input_required_result_capabilities", "Asks what it may", asksWhatItMay);
    return tools;
}

} // namespace flaredeck::conformance
