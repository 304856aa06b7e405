#pragma once

#include <QTest>

#include <functional>
#include <memory>
#include <string_view>

namespace flaredeck::test {

/// What `program NAME [ARGUMENTS]` of a folder's test program does; returns its exit code.
using Main = std::function<int(int argc, char **argv)>;

/// Registers one: a test under the name of its file, or the role of a test's second process.
struct Entry {
    Entry(std::string_view name, Main run);
};

/// The file's name, without its folder and its ending.
constexpr std::string_view stemOf(std::string_view file)
{
    file.remove_prefix(file.find_last_of("/\\") + 1);
    return file.substr(0, file.find('.'));
}

/// Of the kind that the program's tests need.
std::unique_ptr<QCoreApplication> makeApplication(int &argc, char **argv);

template <typename Case>
int runCase(int argc, char **argv)
{
    const auto application = makeApplication(argc, argv);
    Case testCase;
    return QTest::qExec(&testCase, argc, argv);
}

} // namespace flaredeck::test

/// In place of QTEST_MAIN, as the tests of a folder are one program.
#define FLAREDECK_TEST(Case)                                                                       \
    static const flaredeck::test::Entry registered##Case(flaredeck::test::stemOf(__FILE__),        \
                                                         &flaredeck::test::runCase<Case>);
