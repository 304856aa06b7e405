#!/usr/bin/env bash
# Makes an installed Flaredeck.app whole: Qt's frameworks and plugins for all its programs: deploy.sh Flaredeck.app
# Unproven: written from Qt's documentation, and run on no Mac.
set -euo pipefail
# shellcheck source=installers/macos/common.sh
. "$(dirname "$0")/common.sh"
require_app "$@"
app=$1

programs=()
for program in "$app/Contents/MacOS/flaredeck-core" "$app/Contents/MacOS/flaredeck-bridge" "$app/Contents/MacOS/flaredeck-login"; do
    [ -x "$program" ] || die "$program is missing. Install the components core, window and login first."
    programs+=("-executable=$program")
done
macdeployqt "$app" "${programs[@]}" -always-overwrite

# macdeployqt says nothing of a library that it did not find.
while IFS= read -r -d '' file; do
    otool -L "$file" 2>/dev/null | sed -n 's/^\t\(\/[^ ]*\).*/\1/p' |
        grep -v -e '^/usr/lib/' -e '^/System/' -e "^$file$" | sed "s|^|$file needs |"
done < <(find "$app/Contents" -type f \( -perm -u+x -o -name '*.dylib' \) -print0) >"$app.outside"
if [ -s "$app.outside" ]; then
    cat "$app.outside" >&2
    die "These libraries are outside of the bundle, and other computers do not have them."
fi
rm "$app.outside"
