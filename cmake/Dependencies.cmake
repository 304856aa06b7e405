# Every find_package of the project. Nothing is downloaded at configure time; `./dev` installs
# what is missing through the system's package manager.

find_package(Qt6 6.4 REQUIRED COMPONENTS Core Network Sql HttpServer Gui Widgets Svg)
if(UNIX AND NOT APPLE)
    find_package(Qt6 6.4 REQUIRED COMPONENTS DBus)
endif()
if(FLAREDECK_LOGIN)
    find_package(Qt6 6.4 REQUIRED COMPONENTS WebEngineWidgets)
endif()
if(FLAREDECK_TESTS)
    find_package(Qt6 6.4 REQUIRED COMPONENTS Test)
endif()

find_package(QCoro6 REQUIRED COMPONENTS Core)
find_package(Qt6Keychain REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(simdjson REQUIRED)
find_package(ZLIB REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(Sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(Yaml REQUIRED IMPORTED_TARGET yaml-0.1)

# Header-only, and packaged without CMake files on some of the systems that we build on. What
# toml++'s package says is for its compiled library, which throws.
find_path(TLEXPECTED_INCLUDE_DIR tl/expected.hpp REQUIRED)
find_path(TOMLPLUSPLUS_INCLUDE_DIR toml++/toml.h REQUIRED)
find_path(VALIJSON_INCLUDE_DIR valijson/validator.hpp REQUIRED)
