#pragma once

#include "core/base/taskscope.h"
#include "core/http/httpclient.h"

#include <algorithm>
#include <memory>
#include <vector>

namespace flaredeck::remote {

/// Ways to one server. Qt opens at most six connections to a host, and an answer that takes long,
/// or a stream that stays open, keeps one of them: so there are more ways when they are needed.
class Lanes
{
public:
    Lanes() = default;
    Q_DISABLE_COPY_MOVE(Lanes)

    /// A place on a way, for as long as it lives, which is shorter than the lanes do.
    class Place
    {
    public:
        Place(Lanes &lanes, http::HttpClient *client, std::shared_ptr<int> inUse)
            : m_lanes(lanes)
            , m_client(client)
            , m_inUse(std::move(inUse))
        {
            ++*m_inUse;
        }
        ~Place()
        {
            --*m_inUse;
            m_lanes.shrink();
        }
        Q_DISABLE_COPY_MOVE(Place)

        [[nodiscard]] http::HttpClient &client() const { return *m_client; }

    private:
        Lanes &m_lanes;
        http::HttpClient *const m_client;
        const std::shared_ptr<int> m_inUse;
    };

    [[nodiscard]] std::unique_ptr<Place> take()
    {
        for (const Lane &lane : m_lanes) {
            if (*lane.inUse < kPerLane)
                return std::make_unique<Place>(*this, lane.client.get(), lane.inUse);
        }
        m_lanes.push_back({ClientPtr(new http::HttpClient), std::make_shared<int>(0)});
        return std::make_unique<Place>(*this, m_lanes.back().client.get(), m_lanes.back().inUse);
    }

    /// Sends it without waiting for an answer that matters; given up when the lanes go.
    void post(http::ClientRequest request) { m_posts.run(carry(std::move(request))); }

    /// Nothing is on its way.
    [[nodiscard]] bool isIdle() const
    {
        return std::all_of(m_lanes.begin(), m_lanes.end(),
                           [](const Lane &lane) { return *lane.inUse == 0; });
    }

private:
    static constexpr int kPerLane = 6;
    static constexpr std::size_t kKept = 2; ///< though nobody uses them

    /// From the event loop: a request of it may be what has just ended.
    struct DeleteLater {
        void operator()(QObject *object) const { object->deleteLater(); }
    };
    using ClientPtr = std::unique_ptr<http::HttpClient, DeleteLater>;
    struct Lane {
        ClientPtr client;
        std::shared_ptr<int> inUse;
    };

    void shrink()
    {
        while (m_lanes.size() > kKept && *m_lanes.back().inUse == 0)
            m_lanes.pop_back();
    }

    Task<> carry(http::ClientRequest request)
    {
        const auto place = take();
        auto sending = place->client().send(std::move(request), m_posts.token());
        [[maybe_unused]] const auto sent = co_await sending;
    }

    std::vector<Lane> m_lanes;
    TaskScope m_posts;
};

} // namespace flaredeck::remote
