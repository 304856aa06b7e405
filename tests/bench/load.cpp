// The bench's load generator: repeats one prepared HTTP request for each client, as fast as the
// answers come, and prints how many came and how long they took. In C++ because a generator in node
// costs more per call than the server that is measured, on the same machine.
//
//   flaredeck-load PORT SECONDS EXPECTED FILE...
//
// One kept-alive connection for each FILE, which holds the bytes of its request. An answer that is
// not 200 or does not contain EXPECTED ends the run with an error.

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using Clock = std::chrono::steady_clock;

struct Client {
    int socket = -1;
    std::string request;
    std::string received;
    Clock::time_point sentAt;
};

[[noreturn]] void give(const std::string &why)
{
    std::fprintf(stderr, "flaredeck-load: %s\n", why.c_str());
    std::exit(1);
}

int connectTo(std::uint16_t port)
{
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (socket < 0 ||
        ::connect(socket, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0)
        give(std::string("cannot connect: ") + std::strerror(errno));
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return socket;
}

void send(Client &client)
{
    client.received.clear();
    client.sentAt = Clock::now();
    std::string_view rest = client.request;
    while (!rest.empty()) {
        const ssize_t sent = ::send(client.socket, rest.data(), rest.size(), MSG_NOSIGNAL);
        if (sent <= 0)
            give(std::string("cannot send: ") + std::strerror(errno));
        rest.remove_prefix(static_cast<std::size_t>(sent));
    }
}

constexpr std::string_view kLength = "\r\ncontent-length:";

/// Whether the answer is there whole.
bool isWhole(const std::string &answer)
{
    const std::size_t end = answer.find("\r\n\r\n");
    if (end == std::string::npos)
        return false;
    const char *headEnd = answer.data() + end;
    const char *at =
        std::search(answer.data(), headEnd, kLength.begin(), kLength.end(),
                    [](unsigned char c, char lower) { return std::tolower(c) == lower; });
    if (at != headEnd) {
        const auto bytes = std::strtoull(at + kLength.size(), nullptr, 10);
        return answer.size() >= end + 4 + bytes;
    }
    return answer.ends_with("\r\n0\r\n\r\n");
}

} // namespace

int main(int argc, char **argv)
{
    if (argc < 5)
        give("usage: flaredeck-load PORT SECONDS EXPECTED FILE...");
    const auto port = static_cast<std::uint16_t>(std::atoi(argv[1]));
    const double seconds = std::atof(argv[2]);
    const std::string expected = argv[3];

    std::vector<Client> clients;
    std::vector<pollfd> polled;
    for (int i = 4; i < argc; ++i) {
        std::ifstream file(argv[i], std::ios::binary);
        Client client;
        client.request.assign(std::istreambuf_iterator<char>(file), {});
        if (client.request.empty())
            give(std::string(argv[i]) + " has no request");
        client.socket = connectTo(port);
        polled.push_back({client.socket, POLLIN, 0});
        clients.push_back(std::move(client));
    }

    std::vector<double> times;
    times.reserve(1'000'000);
    std::array<char, 65536> buffer{};
    const auto began = Clock::now();
    const auto end = began + std::chrono::duration<double>(seconds);
    for (Client &client : clients)
        send(client);
    for (auto running = clients.size(); running > 0;) {
        if (::poll(polled.data(), polled.size(), 10'000) <= 0)
            give("no answer for ten seconds");
        for (std::size_t i = 0; i < clients.size(); ++i) {
            if (polled[i].revents == 0)
                continue;
            Client &client = clients[i];
            const ssize_t got = ::recv(client.socket, buffer.data(), buffer.size(), 0);
            if (got <= 0)
                give("the server closed the connection");
            client.received.append(buffer.data(), static_cast<std::size_t>(got));
            if (!isWhole(client.received))
                continue;
            if (!client.received.starts_with("HTTP/1.1 200") ||
                client.received.find(expected) == std::string::npos)
                give("a wrong answer: " + client.received.substr(0, 400));
            const auto now = Clock::now();
            times.push_back(std::chrono::duration<double, std::milli>(now - client.sentAt).count());
            if (now < end) {
                send(client);
            } else {
                polled[i].fd = -1;
                --running;
            }
        }
    }
    const double took = std::chrono::duration<double>(Clock::now() - began).count();
    std::sort(times.begin(), times.end());
    std::printf("{\"calls\":%zu,\"seconds\":%.3f,\"p50Ms\":%.3f,\"p99Ms\":%.3f}\n", times.size(),
                took, times[times.size() / 2], times[times.size() * 99 / 100]);
    for (const Client &client : clients)
        ::close(client.socket);
    return 0;
}
