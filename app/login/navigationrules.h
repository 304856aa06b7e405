#pragma once

#include <QSet>
#include <QString>
#include <QUrl>

namespace flaredeck::login {

/// https on the standard port, the provider's host or a subdomain, without a user name.
[[nodiscard]] bool isProviders(const QUrl &url);
/// http on localhost, 127.0.0.1 or [::1], without a user name.
[[nodiscard]] bool isLoopback(const QUrl &url);
/// What the sign-in page of a remote server may be: https, or http on this computer, without a user
/// name.
[[nodiscard]] bool isPageOfRemote(const QUrl &url);
[[nodiscard]] bool isSameOrigin(const QUrl &a, const QUrl &b);
/// Scheme, host in its ASCII form (so that look-alike letters are visible) and port.
[[nodiscard]] QString originText(const QUrl &url);

/// Where the sign-in window may go. Pure rules, no web engine.
class NavigationRules
{
public:
    enum class Frame { Main, Sub };
    enum class Verdict {
        Allow,
        AskFirst, ///< an identity provider: only after the person has agreed to its host
        Refuse,
    };

    /// Whose sign-in page it is.
    enum class Place {
        Provider,
        Sandbox, ///< the app's own stand-in
        Remote,  ///< a remote server's, wherever that is
    };

    NavigationRules(QUrl start, QUrl callback, Place place);

    [[nodiscard]] Verdict judge(const QUrl &url, Frame frame) const;
    /// The person agreed to go to this host.
    void allowHost(const QUrl &url);
    [[nodiscard]] bool isCallback(const QUrl &url) const;

private:
    [[nodiscard]] Verdict judgeOfRemote(const QUrl &url, Frame frame) const;

    QUrl m_start;
    QUrl m_callback;
    Place m_place;
    QSet<QString> m_allowedHosts;
};

} // namespace flaredeck::login
