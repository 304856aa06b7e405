#!/usr/bin/env bash
# Has Apple look at a disk image, and attaches the answer: notarise.sh Flaredeck.app IMAGE.dmg PROFILE
# PROFILE: a keychain profile that `xcrun notarytool store-credentials` made. Unproven: run on no Mac.
set -euo pipefail
# shellcheck source=installers/macos/common.sh
. "$(dirname "$0")/common.sh"
require_app "$@"
[ $# -eq 3 ] || die "usage: notarise.sh Flaredeck.app IMAGE.dmg PROFILE"

codesign --verify --strict "$1" || die "$1 is not signed. Run sign.sh first."
xcrun notarytool submit "$2" --keychain-profile "$3" --wait
xcrun stapler staple "$2"
spctl --assess --type open --context context:primary-signature --verbose "$2"
