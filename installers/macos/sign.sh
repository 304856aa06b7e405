#!/usr/bin/env bash
# Signs from the inside out, each file by itself: sign.sh Flaredeck.app IDENTITY
# IDENTITY: a "Developer ID Application" certificate in the keychain, or - for an ad-hoc signature, which is enough to
# run on this computer. Never --deep: it would give every helper the same entitlements, which takes from
# QtWebEngineProcess those that it needs. Unproven: run on no Mac.
set -euo pipefail
# shellcheck source=installers/macos/common.sh
. "$(dirname "$0")/common.sh"
require_app "$@"
[ $# -eq 2 ] || die "usage: sign.sh Flaredeck.app IDENTITY"
app=$1 identity=$2
here=$(cd "$(dirname "$0")" && pwd)

time=--timestamp
[ "$identity" != - ] || time=--timestamp=none
sign() { codesign --force --options runtime "$time" --sign "$identity" "$@"; }
is_program() { file -b "$1" | grep -q Mach-O; }
# What stands alone: helpers that are bundles sign their own contents.
files_in() { find "$1" -type f ! -path '*.app/*' -print0; }

# 1. Qt's own helper, inside its framework.
while IFS= read -r -d '' helper; do
    sign --entitlements "$here/webengine.entitlements" "$helper"
done < <(find "$app/Contents/Frameworks" -type d -name 'QtWebEngineProcess.app' -prune -print0)

# 2. Libraries and plugins, then the frameworks that hold them.
for folder in "$app/Contents/Frameworks" "$app/Contents/PlugIns"; do
    [ -d "$folder" ] || continue
    while IFS= read -r -d '' file; do
        case $file in *.framework/*) continue ;; esac
        if is_program "$file"; then sign "$file"; fi
    done < <(files_in "$folder")
done
while IFS= read -r -d '' framework; do
    sign "$framework"
done < <(find "$app/Contents/Frameworks" -maxdepth 1 -type d -name '*.framework' -print0)

# 3. Our programs besides the one that the bundle is named after, and that one with the bundle.
for program in "$app/Contents/MacOS/flaredeck-login" "$app/Contents/MacOS/flaredeck-core" "$app/Contents/MacOS/flaredeck-bridge"; do
    sign "$program"
done
sign "$app"

codesign --verify --strict --verbose=2 "$app"
