#pragma once

#include "core/base/waiting.h"
#include "core/oauth/consent/loginsource.h"

#include <QPromise>

#include <memory>

namespace flaredeck::oauth {

/// A Cloudflare side with one sign-in, or none until the test finishes one.
class FakeLogins : public LoginSource
{
public:
    std::optional<UpstreamLogin> present = ada();
    QByteArray tabUrl; ///< where the waiting tab shall go; empty = a window is shown
    int signIns = 0;

    static UpstreamLogin ada()
    {
        return {{QStringLiteral("login1")},
                QStringLiteral("ada@example.com"),
                {{QStringLiteral("acc1"), QStringLiteral("First")},
                 {QStringLiteral("acc2"), QStringLiteral("Second")}},
                true};
    }

    [[nodiscard]] std::optional<UpstreamLogin> current() const override { return present; }
    [[nodiscard]] std::optional<UpstreamLogin> find(const LoginId &id) const override
    {
        return present && present->id == id ? present : std::nullopt;
    }

    [[nodiscard]] Task<Result<UpstreamLogin>>
    signIn(std::function<void(const QByteArray &url)> toTab, std::stop_token stop) override
    {
        ++signIns;
        m_promise = std::make_shared<QPromise<Result<UpstreamLogin>>>();
        m_promise->start();
        if (!tabUrl.isEmpty())
            toTab(tabUrl);
        const auto signedIn = co_await waitFor(m_promise->future(), std::move(stop));
        co_return signedIn.value_or(fail(shuttingDown()));
    }

    void finish(const Result<UpstreamLogin> &result)
    {
        if (result)
            present = *result;
        m_promise->addResult(result);
        m_promise->finish();
    }

    bool isSandbox() const override { return true; }

private:
    std::shared_ptr<QPromise<Result<UpstreamLogin>>> m_promise;
};

} // namespace flaredeck::oauth
