#!/bin/sh
# ./dev bench: measures under an X server of its own, so that the window can be measured too.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
node=$(ls "$here"/../e2e/node_modules/node-linux-*/bin/node 2>/dev/null | head -n 1)
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
export HOME="$home" XDG_RUNTIME_DIR="$home"
chmod 700 "$home"
unset DBUS_SESSION_BUS_ADDRESS WAYLAND_DISPLAY
xvfb-run -a -s '-screen 0 1400x1000x24' "${node:-node}" "$here/bench.mjs" "$@"
