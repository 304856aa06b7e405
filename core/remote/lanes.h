#pragma once

#include "core/http/httpclient.h"

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

    /// A place on a way, for as long as it lives.
    class Place
    {
    public:
        explicit Place(std::shared_ptr<int> inUse, http::HttpClient &client)
            : m_inUse(std::move(inUse))
            , m_client(client)
        {
            ++*m_inUse;
        }
        ~Place() { --*m_inUse; }
        Q_DISABLE_COPY_MOVE(Place)

        [[nodiscard]] http::HttpClient &client() const { return m_client; }

    private:
        const std::shared_ptr<int> m_inUse;
        http::HttpClient &m_client;
    };

    [[nodiscard]] std::unique_ptr<Place> take()
    {
        for (const Lane &lane : m_lanes) {
            if (*lane.inUse < kPerLane)
                return std::make_unique<Place>(lane.inUse, *lane.client);
        }
        m_lanes.push_back(
            {std::make_unique<http::HttpClient>(), std::make_shared<int>(0)});
        return std::make_unique<Place>(m_lanes.back().inUse, *m_lanes.back().client);
    }

private:
    static constexpr int kPerLane = 6;

    struct Lane {
        std::unique_ptr<http::HttpClient> client;
        std::shared_ptr<int> inUse;
    };
    std::vector<Lane> m_lanes;
};

} // namespace flaredeck::remote
