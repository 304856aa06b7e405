#!/usr/bin/env bash
# Makes packages from the programs in build/ and prints their sizes: package.sh [KIND …]
# A kind is a script installers/*/make-KIND.sh (or .mjs), which gets the folder for its files as its
# argument. Without KIND all are made. A kind that needs another one's file makes that first.
# FLAREDECK_PACKAGES names another folder than build/packages.
set -euo pipefail
cd "$(dirname "$0")/.."

out=${FLAREDECK_PACKAGES:-$PWD/build/packages}
SOURCE_DATE_EPOCH=$(node installers/metadata.mjs epoch)
export SOURCE_DATE_EPOCH LC_ALL=C TZ=UTC
umask 022

script() { # KIND
    local found
    for found in installers/*/make-"$1".sh installers/*/make-"$1".mjs; do
        if [ -x "$found" ]; then
            printf '%s\n' "$found"
            return
        fi
    done
    return 1
}
kinds() {
    local found
    for found in installers/*/make-*.sh installers/*/make-*.mjs; do
        [ -x "$found" ] || continue
        found=${found##*/make-}
        printf '%s\n' "${found%.*}"
    done | sort
}

wanted=("$@")
# A repository is made on request.
[ $# -gt 0 ] || mapfile -t wanted < <(kinds | grep -vx repo)
mkdir -p "$out"
for kind in "${wanted[@]}"; do
    maker=$(script "$kind") || {
        printf "There is no package '%s'. There are:\n" "$kind" >&2
        kinds >&2
        exit 2
    }
    "$maker" "$out"
done

# Of everything that is there, made now or before; folders go to others as they are.
sums=$(cd "$out" && find . -type f ! -name SHA256SUMS -printf '%P\n' | sort | xargs -r sha256sum)
printf '%s\n' "$sums" >"$out/SHA256SUMS"
printf '\n%s\n' "${out#"$PWD/"}:"
(cd "$out" && find . -maxdepth 1 -type f -printf '%s %P\n' | sort -k 2 |
    awk '{ printf "  %8.2f MiB  %s\n", $1 / 1048576, $2 }')
