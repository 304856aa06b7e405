#include "core/cloudflare/pause.h"

#include <QCoroFuture>
#include <QPromise>
#include <QTimer>

#include <memory>

namespace flaredeck::cloudflare {

Task<> pause(int milliseconds, std::stop_token stop)
{
    const auto over = std::make_shared<QPromise<void>>();
    over->start();
    // Finishing twice is harmless, and allowed from any thread.
    QTimer::singleShot(milliseconds, [over] { over->finish(); });
    const std::stop_callback stopped(stop, [over] { over->finish(); });
    co_await over->future();
}

} // namespace flaredeck::cloudflare
