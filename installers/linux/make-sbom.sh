#!/usr/bin/env bash
# The bill of materials of what runs in Flaredeck on this system: make-sbom.sh FOLDER
# shellcheck disable=SC2016 # dpkg-query expands ${...}
set -euo pipefail
cd "$(dirname "$0")/../.."
bin=${FLAREDECK_BUILD:-build}/bin

# Libraries that the programs link, and what these link; then what is loaded by name, and what is
# compiled in from headers alone.
loaded="libqt6sql6-sqlite libssl3 libssl3t64 libqt6svg6 libqt6webenginecore6-bin libqt6webengine6-data"
headers="nlohmann-json3-dev libexpected-dev libvalijson-dev libtomlplusplus-dev qcoro-qt6-dev
    libsquashfuse-dev liblzma-dev libzstd-dev liblz4-dev liblzo2-dev zlib1g-dev"
# shellcheck disable=SC2016  # dpkg-query expands these
{
    for program in flaredeck flaredeck-core flaredeck-bridge flaredeck-login; do
        [ ! -e "$bin/$program" ] || ldd "$bin/$program"
    done | sed -n 's/.* => \(\/[^ ]*\) .*/\1/p' | sort -u | while read -r library; do
        # Packages know files by the path that they were installed at, which may lead through /lib.
        printf '%s\n' "$library" "$(readlink -f "$library")" "/usr$library"
    done | sort -u | { xargs dpkg-query -S 2>/dev/null || true; } | sed 's/: .*//; s/,.*//'
    for package in $loaded $headers; do
        dpkg-query -W -f='${db:Status-Status} ${binary:Package}\n' "$package" 2>/dev/null | sed -n 's/^installed //p' || true
    done
} | sort -u |
    xargs dpkg-query -W -f='${Package}\t${Version}\t${Architecture}\t${source:Package}\n' |
    node installers/linux/sbom.mjs >"$1/flaredeck_$(node installers/metadata.mjs version).cdx.json"
