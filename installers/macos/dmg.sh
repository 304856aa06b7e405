#!/usr/bin/env bash
# A disk image with the app and a link to the folder of applications: dmg.sh Flaredeck.app OUT.dmg
# Unproven: run on no Mac.
set -euo pipefail
# shellcheck source=installers/macos/common.sh
. "$(dirname "$0")/common.sh"
require_app "$@"
[ $# -eq 2 ] || die "usage: dmg.sh Flaredeck.app OUT.dmg"

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
cp -R "$1" "$stage/"
ln -s /Applications "$stage/Applications"
hdiutil create -volname "$(basename "$1" .app)" -srcfolder "$stage" -format UDZO -fs HFS+ -ov "$2"
