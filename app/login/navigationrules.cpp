#include "app/login/navigationrules.h"

using namespace Qt::StringLiterals;

namespace flaredeck::login {

namespace {

bool isPlainHttps(const QUrl &url)
{
    return url.isValid() && url.scheme() == "https"_L1 && !url.host().isEmpty() &&
           url.userInfo().isEmpty() && url.port(443) == 443;
}

QString asciiHost(const QUrl &url)
{
    return url.host(QUrl::FullyEncoded);
}

int effectivePort(const QUrl &url)
{
    return url.port(url.scheme() == "https"_L1 ? 443 : 80);
}

} // namespace

bool isProviders(const QUrl &url)
{
    const QString host = asciiHost(url);
    return isPlainHttps(url) && (host == QLatin1String(FLAREDECK_SIGN_IN_HOST) ||
                                 host.endsWith(QLatin1String("." FLAREDECK_SIGN_IN_HOST)));
}

bool isLoopback(const QUrl &url)
{
    const QString host = asciiHost(url);
    return url.isValid() && url.scheme() == "http"_L1 && url.userInfo().isEmpty() &&
           (host == "localhost"_L1 || host == "127.0.0.1"_L1 || host == "::1"_L1 ||
            host == "[::1]"_L1);
}

bool isPageOfRemote(const QUrl &url)
{
    return isLoopback(url) || (url.isValid() && url.scheme() == "https"_L1 &&
                               !url.host().isEmpty() && url.userInfo().isEmpty());
}

bool isSameOrigin(const QUrl &a, const QUrl &b)
{
    return a.scheme() == b.scheme() && asciiHost(a) == asciiHost(b) &&
           effectivePort(a) == effectivePort(b);
}

QString originText(const QUrl &url)
{
    if (url.host().isEmpty())
        return {};
    QUrl origin;
    origin.setScheme(url.scheme());
    origin.setHost(url.host());
    origin.setPort(url.port());
    return origin.toString(QUrl::FullyEncoded);
}

NavigationRules::NavigationRules(QUrl start, QUrl callback, Place place)
    : m_start(std::move(start))
    , m_callback(std::move(callback))
    , m_place(place)
{
}

NavigationRules::Verdict NavigationRules::judge(const QUrl &url, Frame frame) const
{
    // Frames begin as about:blank or about:srcdoc before they load an address.
    if (frame == Frame::Sub && url.scheme() == "about"_L1)
        return Verdict::Allow;
    if (!url.userInfo().isEmpty())
        return Verdict::Refuse;

    if (m_place == Place::Sandbox)
        return isSameOrigin(url, m_start) || isCallback(url) ? Verdict::Allow : Verdict::Refuse;
    if (m_place == Place::Remote)
        return judgeOfRemote(url, frame);

    if (isProviders(url))
        return Verdict::Allow;
    if (frame == Frame::Sub)
        return Verdict::Refuse;
    if (isCallback(url))
        return Verdict::Allow;
    if (!isPlainHttps(url))
        return Verdict::Refuse;
    return m_allowedHosts.contains(asciiHost(url)) ? Verdict::Allow : Verdict::AskFirst;
}

NavigationRules::Verdict NavigationRules::judgeOfRemote(const QUrl &url, Frame frame) const
{
    if (isSameOrigin(url, m_start) || (isProviders(m_start) && isProviders(url)))
        return Verdict::Allow;
    // What a page shows within itself is its own affair; the window shows the page's address.
    if (frame == Frame::Sub)
        return isPlainHttps(url) ? Verdict::Allow : Verdict::Refuse;
    if (isCallback(url))
        return Verdict::Allow;
    if (!isPlainHttps(url))
        return Verdict::Refuse;
    return m_allowedHosts.contains(asciiHost(url)) ? Verdict::Allow : Verdict::AskFirst;
}

void NavigationRules::allowHost(const QUrl &url)
{
    m_allowedHosts.insert(asciiHost(url));
}

bool NavigationRules::isCallback(const QUrl &url) const
{
    return isSameOrigin(url, m_callback) && url.path() == m_callback.path() &&
           url.userInfo().isEmpty();
}

} // namespace flaredeck::login
