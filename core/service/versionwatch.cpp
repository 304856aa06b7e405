#include "core/service/versionwatch.h"

#include "core/base/json.h"
#include "core/base/logging.h"

#include <QRegularExpression>
#include <QVersionNumber>

namespace flaredeck::service {

using namespace Qt::StringLiterals;

namespace {

constexpr Millis kVersionDay = 24LL * 60 * 60 * 1000;
constexpr int kVersionHourMs = 60 * 60 * 1000;
constexpr int kVersionPatienceMs = 20'000;
constexpr qint64 kLargestNews = 16LL * 1024;
constexpr int kVersionOk = 200;
constexpr int kMostHops = 4;

bool isNewer(const QString &number, const QString &own)
{
    static const QRegularExpression form(
        QRegularExpression::anchoredPattern(u"[0-9]{1,5}(\\.[0-9]{1,5}){2}"_s));
    return form.match(number).hasMatch() &&
           QVersionNumber::fromString(number) > QVersionNumber::fromString(own);
}

} // namespace

std::optional<NewVersion> readNewVersion(const QByteArray &answer, const QString &own,
                                         const QString &home)
{
    const auto json = json::parse(answer);
    if (!json || !json->is_object())
        return std::nullopt;
    NewVersion found{json::stringAt(*json, "version").value_or(QString()),
                     json::stringAt(*json, "page").value_or(QString())};
    const QUrl page(found.page, QUrl::StrictMode);
    if (!isNewer(found.number, own) || !page.isValid() || page.scheme() != "https"_L1 ||
        home.isEmpty() || !found.page.startsWith(home + u'/'))
        return std::nullopt;
    return found;
}

VersionWatch::VersionWatch(http::HttpClient &client, Settings &settings, const Clock &clock,
                           QUrl latest, QString home, QObject *parent)
    : QObject(parent)
    , m_client(client)
    , m_settings(settings)
    , m_clock(clock)
    , m_latest(std::move(latest))
    , m_home(std::move(home))
{
    connect(&m_hour, &QTimer::timeout, this, &VersionWatch::look);
    if (!m_latest.isEmpty())
        m_hour.start(kVersionHourMs);
}

void VersionWatch::look()
{
    if (m_asking || m_latest.isEmpty() || !m_settings.get(setting::tellNewVersions))
        return;
    const int today = static_cast<int>(m_clock.now() / kVersionDay);
    if (m_settings.get(setting::askedForVersions) == today)
        return;
    // Before the answer: one that fails is not repeated at every start.
    m_settings.set(setting::askedForVersions, today);
    m_asking = true;
    m_tasks.run(ask());
}

std::optional<NewVersion> VersionWatch::newest() const
{
    const QString number = m_settings.get(setting::newestVersion);
    if (m_latest.isEmpty() || !m_settings.get(setting::tellNewVersions) ||
        !isNewer(number, QStringLiteral(FLAREDECK_VERSION)))
        return std::nullopt;
    return NewVersion{number, m_settings.get(setting::newestPage)};
}

Task<Result<QByteArray>> VersionWatch::fetch()
{
    QUrl url = m_latest;
    for (int hop = 0; hop <= kMostHops; ++hop) {
        http::ClientRequest request;
        request.url = url;
        request.timeoutMs = kVersionPatienceMs;
        request.maxBytes = kLargestNews;
        // In place of the version and the language, which would be sent otherwise.
        request.headers = http::Headers{{"User-Agent", "Flaredeck"}, {"Accept-Language", "en"}};
        const auto answer = co_await m_client.send(std::move(request), m_tasks.token());
        if (!answer)
            co_return fail(answer.error());
        if (answer->status == kVersionOk)
            co_return Result<QByteArray>(answer->body);
        // A page of releases leads to where its files are.
        const QUrl next = url.resolved(QUrl::fromEncoded(answer->headers.value("Location")));
        if (answer->status / 100 != 3 || next.scheme() != m_latest.scheme() || next == url)
            co_return fail(Error::Kind::Upstream, u"HTTP %1"_s.arg(answer->status));
        url = next;
    }
    co_return fail(Error::Kind::Upstream, u"It leads on and on."_s);
}

Task<> VersionWatch::ask()
{
    const Result<QByteArray> answer = co_await fetch();
    m_asking = false;
    if (m_tasks.isStopped())
        co_return;
    if (!answer) {
        qCInfo(lcApp).noquote() << "The newest version could not be asked for:"
                                << answer.error().message;
        co_return;
    }
    const auto found = readNewVersion(*answer, QStringLiteral(FLAREDECK_VERSION), m_home);
    if (!found)
        co_return;
    m_settings.set(setting::newestVersion, found->number);
    m_settings.set(setting::newestPage, found->page);
    emit changed();
}

} // namespace flaredeck::service
