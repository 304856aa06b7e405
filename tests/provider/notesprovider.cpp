#include "tests/provider/notesprovider.h"

#include "core/mcp/promptprovider.h"
#include "core/tools/coded.h"

namespace flaredeck::test {

using namespace Qt::Literals::StringLiterals;
using provider::Endpoints;
using provider::Identity;

namespace {

/// Notes do not come alone: data cannot say that.
class CountTool : public tools::Tool
{
public:
    explicit CountTool(tools::UpstreamPtr upstream)
        : m_upstream(std::move(upstream))
    {
    }

    [[nodiscard]] Task<Result<mcp::ToolResult>> run(tools::InvocationPtr call) const override
    {
        provider::ApiRequest request;
        request.path = u"/books/%1/notes"_s.arg(call->account.id);
        const Result<provider::ApiResponse> answer =
            co_await m_upstream->send(call, std::move(request));
        if (!answer)
            co_return fail(answer.error());
        co_return mcp::ToolResult::text(QString::number(answer->result.size()));
    }

private:
    const tools::UpstreamPtr m_upstream;
};

class NotesProvider : public provider::Provider
{
public:
    [[nodiscard]] Task<Result<Identity>> identify(http::HttpClient &client, Endpoints endpoints,
                                                  Secret token, store::LoginKind,
                                                  std::stop_token stop) const override
    {
        http::ClientRequest request;
        request.url = QUrl(endpoints.api.toString() + u"/me"_s);
        request.headers.append("Authorization", "Bearer " + token.reveal());
        const Result<http::ClientResponse> answer = co_await client.send(std::move(request), stop);
        if (!answer)
            co_return fail(answer.error());
        const Result<provider::Envelope> me = read(*answer);
        if (!me)
            co_return fail(me.error());
        Identity identity;
        identity.userId = json::toQString(me->result.at("id"));
        identity.email = json::toQString(me->result.at("mail"));
        for (const Json &book : me->result.at("books"))
            identity.accounts << AccountRef{json::toQString(book.at("id")),
                                            json::toQString(book.at("title"))};
        co_return identity;
    }

    [[nodiscard]] Task<Result<provider::TokenCheck>>
    checkToken(http::HttpClient &, Endpoints, Secret, Identity, std::stop_token) const override
    {
        co_return Result<provider::TokenCheck>(provider::TokenCheck());
    }

    [[nodiscard]] Result<provider::Envelope>
    read(const http::ClientResponse &response) const override
    {
        const Result<Json> body = json::parse(response.body);
        if (response.status != 200 || !body)
            return fail(failure(response));
        return provider::Envelope{*body, Json()};
    }

    [[nodiscard]] Error failure(const http::ClientResponse &response) const override
    {
        return {Error::Kind::Upstream, u"The note service answered with %1."_s.arg(response.status),
                u"Try again."_s};
    }

    [[nodiscard]] const tools::Coded &coded() const override
    {
        static const tools::Coded coded{{{u"notes_count"_s, tools::coded<CountTool>}}, {}};
        return coded;
    }

    [[nodiscard]] std::unique_ptr<mcp::PromptProvider>
    makePrompts(http::HttpClient &, const Endpoints &, const Clock &) const override
    {
        return nullptr;
    }
};

} // namespace

std::unique_ptr<provider::Provider> makeNotesProvider()
{
    return std::make_unique<NotesProvider>();
}

} // namespace flaredeck::test
