#include "tests/support/testcase.h"

#ifdef FLAREDECK_TEST_WIDGETS
#include <QApplication>
#else
#include <QCoreApplication>
#endif

#include <cstdio>
#include <map>
#include <string>
#include <vector>

namespace flaredeck::test {

namespace {

#ifdef FLAREDECK_TEST_WIDGETS
using Application = QApplication;
#else
using Application = QCoreApplication;
#endif

std::map<std::string, Main, std::less<>> &entries()
{
    static std::map<std::string, Main, std::less<>> all;
    return all;
}

} // namespace

Entry::Entry(std::string_view name, Main run)
{
    entries().emplace(name, std::move(run));
}

std::unique_ptr<QCoreApplication> makeApplication(int &argc, char **argv)
{
    return std::make_unique<Application>(argc, argv);
}

} // namespace flaredeck::test

int main(int argc, char **argv)
{
    const auto &entries = flaredeck::test::entries();
    const auto found = entries.find(argc > 1 ? argv[1] : "");
    if (found == entries.end()) {
        std::fprintf(stderr, "usage: %s NAME [ARGUMENTS of Qt Test]\nNAME is one of:\n", argv[0]);
        for (const auto &[name, run] : entries)
            std::fprintf(stderr, "  %s\n", name.c_str());
        return 2;
    }
    // What runs sees its arguments as a program of its own would.
    std::vector<char *> arguments(argv, argv + argc + 1);
    arguments.erase(arguments.begin() + 1);
    return found->second(argc - 1, arguments.data());
}
