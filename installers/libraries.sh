#!/usr/bin/env bash
# The libraries that macOS and Windows do not have, besides Qt, which has to be installed: libraries.sh PREFIX
# QCoro and QtKeychain are built against that Qt, as vcpkg's would bring one of their own. Versions are tags.
set -euo pipefail

prefix=${1:?usage: libraries.sh PREFIX}
mkdir -p "$prefix/source"
prefix=$(cd "$prefix" && pwd)

VCPKG=2026.07.29
QCORO=v0.12.0
QTKEYCHAIN=0.15.0

fetch() { # REPOSITORY TAG
    local folder
    folder=$prefix/source/$(basename "$1")
    [ -d "$folder" ] || git -c advice.detachedHead=false clone --quiet --depth 1 --branch "$2" "https://github.com/$1" "$folder"
}
install_from() { # FOLDER [OPTION …]
    local folder=$prefix/source/$1
    shift
    cmake -S "$folder" -B "$folder/build" -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX="$prefix" -DBUILD_TESTING=OFF "$@"
    cmake --build "$folder/build" --config Release --parallel
    cmake --install "$folder/build" --config Release
}

fetch microsoft/vcpkg "$VCPKG"
[ -d "$prefix/vcpkg" ] || mv "$prefix/source/vcpkg" "$prefix/vcpkg"
case $(uname) in
Darwin) triplet=$([ "$(uname -m)" = arm64 ] && echo arm64-osx || echo x64-osx) bootstrap=bootstrap-vcpkg.sh ;;
MINGW* | MSYS*) triplet=x64-windows bootstrap=bootstrap-vcpkg.bat ;;
*) echo "On this system the packages of ./dev deps are used." >&2; exit 1 ;;
esac
"$prefix/vcpkg/$bootstrap" -disableMetrics
"$prefix/vcpkg/vcpkg" install --triplet "$triplet" \
    libsodium libyaml nlohmann-json pkgconf simdjson tl-expected tomlplusplus valijson

fetch qcoro/qcoro "$QCORO"
install_from qcoro -DUSE_QT_VERSION=6 -DQCORO_BUILD_EXAMPLES=OFF -DQCORO_WITH_QTDBUS=OFF -DQCORO_WITH_QTQUICK=OFF \
    -DQCORO_WITH_QML=OFF -DQCORO_WITH_QTWEBSOCKETS=OFF
fetch frankosterfeld/qtkeychain "$QTKEYCHAIN"
install_from qtkeychain -DBUILD_WITH_QT6=ON -DBUILD_TEST_APPLICATION=OFF -DBUILD_TRANSLATIONS=OFF
