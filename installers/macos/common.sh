# shellcheck shell=bash
# Sourced by the scripts of this folder.
die() { printf '%s\n' "$*" >&2; exit 1; }

require_app() { # the first argument of the script
    [ -f "${1:-}/Contents/Info.plist" ] || die "usage: $(basename "$0") Flaredeck.app …"
    [ "$(uname)" = Darwin ] || die "$(basename "$0") needs macOS: codesign, hdiutil and notarytool exist nowhere else."
}
