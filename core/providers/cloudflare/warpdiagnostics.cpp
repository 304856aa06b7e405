#include "core/providers/cloudflare/warpdiagnostics.h"

#include "core/tools/filling.h"

#include <QStringDecoder>

namespace flaredeck::cloudflare {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int kDownloadMs = 60'000; // clients wait about as long

Result<provider::ApiRequest> archiveRequest(const tools::Invocation &call)
{
    const Result<QString> path = tools::filling::path(
        u"/accounts/{account}/dex/devices/{deviceId}/commands/downloads/{commandId}.zip"_s,
        call.arguments, call.account.id);
    if (!path)
        return fail(path.error());
    provider::ApiRequest request;
    request.path = *path;
    request.headers.append("Accept", "application/zip");
    request.timeoutMs = kDownloadMs;
    return request;
}

/// Programs on Windows write UTF-16, with a mark at the beginning.
std::optional<QString> decodedText(const QByteArray &content)
{
    const auto marked = QStringConverter::encodingForData(content);
    if (!marked && content.contains('\0'))
        return {};
    QStringDecoder decoder(marked.value_or(QStringConverter::Utf8),
                           QStringConverter::Flag::Stateless);
    return QString(decoder(content));
}

mcp::ToolResult withHint(Json data, const char *hint)
{
    return mcp::ToolResult::structuredJson({{"data", std::move(data)}, {"llmContext", hint}});
}

} // namespace

std::shared_ptr<WarpDiagnostics> WarpDiagnostics::shared()
{
    static std::weak_ptr<WarpDiagnostics> known;
    auto archives = known.lock();
    if (!archives) {
        archives = std::make_shared<WarpDiagnostics>();
        known = archives;
    }
    return archives;
}

WarpDiagnostics::WarpDiagnostics(std::chrono::milliseconds kept)
{
    m_expiry.setSingleShot(true);
    m_expiry.setInterval(kept);
    QObject::connect(&m_expiry, &QTimer::timeout, &m_expiry, [this] { m_archive.reset(); });
}

Task<Result<WarpDiagnostics::Archive>> WarpDiagnostics::get(tools::UpstreamPtr upstream,
                                                            tools::InvocationPtr call)
{
    Result<provider::ApiRequest> request = archiveRequest(*call);
    if (!request)
        co_return fail(request.error());
    // Nobody gets an archive that the own login did not read.
    const QStringList key{call->caller->login.value, request->path};
    Archive archive = m_key == key ? m_archive : nullptr;
    if (archive)
        co_return archive; // not the member, which a coroutine would move from
    const Result<provider::ApiResponse> response =
        co_await upstream->sendForText(call, *std::move(request));
    if (!response)
        co_return fail(response.error());
    Result<ZipArchive> opened = ZipArchive::open(response->text);
    if (!opened)
        co_return fail(opened.error());
    archive = std::make_shared<const ZipArchive>(*std::move(opened));
    m_key = key;
    m_archive = archive;
    m_expiry.start();
    co_return archive;
}

WarpDiagContentsTool::WarpDiagContentsTool(tools::UpstreamPtr upstream)
    : m_upstream(std::move(upstream))
{
}

Task<Result<mcp::ToolResult>> WarpDiagContentsTool::run(tools::InvocationPtr call) const
{
    const Result<WarpDiagnostics::Archive> archive = co_await m_archives->get(m_upstream, call);
    if (!archive)
        co_return fail(archive.error());
    Json paths = Json::array();
    for (const QString &path : (*archive)->files())
        paths.push_back(path);
    co_return withHint(std::move(paths),
                       "Read a file with dex_explore_remote_warp_diag_output. The archive stays at "
                       "hand for five minutes, so that further files come at once.");
}

WarpDiagFileTool::WarpDiagFileTool(tools::UpstreamPtr upstream)
    : m_upstream(std::move(upstream))
{
}

Task<Result<mcp::ToolResult>> WarpDiagFileTool::run(tools::InvocationPtr call) const
{
    const Result<WarpDiagnostics::Archive> archive = co_await m_archives->get(m_upstream, call);
    if (!archive)
        co_return fail(archive.error());
    const QString path = json::stringAt(call->arguments, "filepath").value_or(QString());
    const Result<QByteArray> content = (*archive)->read(path, kMostBytes);
    if (!content && content.error().kind == Error::Kind::NotFound)
        co_return fail(Error::Kind::NotFound, content.error().message,
                       u"Call dex_list_remote_warp_diag_contents for the paths."_s);
    if (!content)
        co_return fail(content.error());
    const std::optional<QString> text = decodedText(*content);
    if (!text)
        co_return fail(Error::Kind::InvalidInput, u"%1 is no text."_s.arg(path),
                       u"Read another file."_s);
    co_return withHint(Json(*text), "");
}

} // namespace flaredeck::cloudflare
