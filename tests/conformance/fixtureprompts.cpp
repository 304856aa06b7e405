#include "fixtureprompts.h"

#include "fixturesamples.h"
#include "mrtrtools.h"

using namespace Qt::Literals::StringLiterals;

namespace flaredeck::conformance {

using mcp::Content;
using mcp::PromptResult;

namespace {

PromptResult messages(QList<Content> contents)
{
    PromptResult result;
    for (Content &content : contents)
        result.messages << mcp::PromptMessage{false, std::move(content)};
    return result;
}

QString argument(const Json &arguments, const char *name)
{
    return json::stringAt(arguments, name).value_or(QString());
}

/// The prompts that need nobody.
std::optional<PromptResult> simplePrompt(const QString &name, const Json &arguments)
{
    if (name == "test_simple_prompt"_L1)
        return messages({Content::ofText(u"This is a simple prompt for testing."_s)});
    if (name == "test_prompt_with_arguments"_L1)
        return messages({Content::ofText(u"Prompt with arguments: arg1='%1', arg2='%2'"_s.arg(
            argument(arguments, "arg1"), argument(arguments, "arg2")))});
    if (name == "test_prompt_with_embedded_resource"_L1)
        return messages({Content::embedded({argument(arguments, "resourceUri"),
                                            u"text/plain"_s,
                                            u"Embedded resource content for testing."_s,
                                            {}}),
                         Content::ofText(u"Please process the embedded resource above."_s)});
    if (name == "test_prompt_with_image"_L1)
        return messages({Content::image(samplePng(), u"image/png"_s),
                         Content::ofText(u"Please analyze the image above."_s)});
    return std::nullopt;
}

QList<mcp::InputRequest> contextQuestion()
{
    return {
        form(u"user_context"_s, u"What is the context?"_s, {{"context", {{"type", "string"}}}})};
}

PromptResult withContext(const Json &answers)
{
    return messages({Content::ofText(u"Context: "_s +
                                     QString::fromUtf8(json::print(answers.at("user_context"))))});
}

} // namespace

QList<mcp::Prompt> FixturePrompts::list(const CallerPtr &) const
{
    return {
        {u"test_simple_prompt"_s, u"Simple"_s, u"A prompt without arguments"_s, {}},
        {u"test_prompt_with_arguments"_s,
         u"With arguments"_s,
         u"A prompt with two arguments"_s,
         {{u"arg1"_s, u"First test argument"_s, true},
          {u"arg2"_s, u"Second test argument"_s, true}}},
        {u"test_prompt_with_embedded_resource"_s,
         u"With a resource"_s,
         u"A prompt that holds a resource"_s,
         {{u"resourceUri"_s, u"URI of the resource to embed"_s, true}}},
        {u"test_prompt_with_image"_s, u"With a picture"_s, u"A prompt that holds a picture"_s, {}},
        {u"test_input_required_result_prompt"_s,
         u"Asks first"_s,
         u"A prompt that asks the person for context"_s,
         {}},
    };
}

Task<Result<PromptResult>> FixturePrompts::get(QString name, Json arguments,
                                               mcp::CallContextPtr context)
{
    if (auto simple = simplePrompt(name, arguments))
        co_return std::move(*simple);
    const auto answers = co_await context->ask(contextQuestion());
    if (!answers)
        co_return fail(answers.error());
    co_return withContext(*answers);
}

std::optional<mcp::Completion> FixturePrompts::complete(const QString &prompt, const QString &,
                                                        const QString &begun) const
{
    if (prompt != "test_prompt_with_arguments"_L1)
        return std::nullopt;
    mcp::Completion completion;
    for (const QString &value : {u"testing"_s, u"test value"_s, u"other"_s}) {
        if (value.startsWith(begun))
            completion.values << value;
    }
    return completion;
}

} // namespace flaredeck::conformance
