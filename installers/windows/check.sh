#!/usr/bin/env bash
# Reads the sources as a compiler for Windows does (MinGW-w64), and says what it finds: check.sh [FILE …]
# Without FILE all that is built for Windows, but for the window's own pages and the sign-in window, whose code knows no
# system. Qt's headers are this system's, as Qt chooses its platform by the compiler. Nothing is linked or run.
set -euo pipefail
cd "$(dirname "$0")/../.."

compiler=x86_64-w64-mingw32-g++-posix
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Headers of libraries that know no system, one by one: /usr/include itself has glibc's, which would be found first.
mkdir "$work/include"
for header in nlohmann qcoro6 qt6keychain simdjson.h sodium sodium.h tl toml++ valijson yaml.h; do
    [ -e "/usr/include/$header" ] || { echo "The header $header is missing. Run ./dev deps." >&2; exit 1; }
    ln -s "/usr/include/$header" "$work/include/$header"
done
qt=$(qmake6 -query QT_INSTALL_HEADERS)
id=$(sed -n 's/^ *"id": *"\(.*\)",$/\1/p' installers/metadata.json)
version=$(sed -n 's/^project(Flaredeck VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
flags=(-std=c++20 -fsyntax-only -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Werror
    -Wno-subobject-linkage "-DFLAREDECK_VERSION=\"$version\"" "-DFLAREDECK_ID=\"$id\"" -DWIN32_LEAN_AND_MEAN -DNOMINMAX -D_WIN32_WINNT=0x0A00
    -DQT_NO_CAST_FROM_ASCII -DQT_NO_CAST_TO_ASCII -DQT_NO_URL_CAST_FROM_STRING -DQT_DISABLE_DEPRECATED_BEFORE=0x060400
    -I. -isystem "$work/include" -isystem "$work/include/qcoro6" -isystem "$work/include/qcoro6/qcoro"
    -isystem "$work/include/qcoro6/QCoro" -isystem "$qt")
for module in Core Network Gui Widgets Svg Sql HttpServer; do flags+=(-isystem "$qt/Qt$module"); done

# Reading the same few headers again and again would be most of the work.
cp cmake/precompiled.h "$work/common.h"
"$compiler" "${flags[@]/-fsyntax-only/-Winvalid-pch}" -x c++-header "$work/common.h" -o "$work/common.h.gch"

# The halves of other systems, and what needs WebEngine, which there is for another compiler only.
sources() {
    git ls-files --cached --others --exclude-standard 'core/*.cpp' 'app/*.cpp' 'bridge/*.cpp' |
        grep -v -e '_\(dbus\|linux\|mac\|none\|unix\)\.cpp$' -e '^app/login/'
}

# As the build does it: the sources of a folder at once, since most of a compilation is reading headers. Those for
# Windows stand alone; its headers define many words.
read_sources() { # NUMBER FILE …
    local unit=$work/$1.cpp file
    shift
    for file in "$@"; do printf '#include "%s"\n' "$file"; done >"$unit"
    "$compiler" "${flags[@]}" -include "$work/common.h" "$unit" || { printf 'in: %s\n' "$*" >&2; return 1; }
}

most=16
units=()
if [ $# -gt 0 ]; then
    for file in "$@"; do
        [ -f "$file" ] || { echo "There is no file $file." >&2; exit 2; }
        units+=("$file")
    done
else
    batch=() folder=
    flush() { [ ${#batch[@]} = 0 ] || units+=("${batch[*]}"); batch=(); }
    while read -r file; do
        case $file in *_win.cpp) units+=("$file"); continue ;; esac
        if [ "$folder" != "$(dirname "$file")" ] || [ ${#batch[@]} -ge $most ]; then flush; fi
        folder=$(dirname "$file")
        batch+=("$file")
    done < <(sources)
    flush
fi

failed=0 running=0 number=0
finish() { wait -n || failed=$((failed + 1)); running=$((running - 1)); }
for unit in "${units[@]}"; do
    [ $running -lt "$(nproc)" ] || finish
    # shellcheck disable=SC2086 # names of sources hold no blanks
    read_sources $((number += 1)) $unit &
    running=$((running + 1))
done
while [ $running -gt 0 ]; do finish; done
if [ $failed -gt 0 ]; then
    echo "$failed of ${#units[@]} units do not compile for Windows." >&2
    exit 1
fi
echo "$(wc -w <<<"${units[*]}") sources are read by a compiler for Windows without an error. Nothing was linked or run."
