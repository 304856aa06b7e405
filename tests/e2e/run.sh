#!/bin/sh
# Runs one end-to-end test file with the pinned clients, on a private D-Bus session with a real keyring.
#   run.sh FILE [--screen]
# --screen adds an X server with a window manager, for tests that click.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
file=$1
need=22.19.0

node=
for candidate in "$here"/node_modules/node-linux-*/bin/node "$(command -v node || true)"; do
    [ -x "$candidate" ] || continue
    if "$candidate" -e "const [a, b] = process.versions.node.split('.').map(Number); process.exit(a > 22 || (a === 22 && b >= 19) ? 0 : 1)"; then
        node=$candidate
        break
    fi
done
if [ -z "$node" ] || [ ! -d "$here/node_modules/@modelcontextprotocol" ]; then
    echo "The end-to-end tests need Node $need or newer and the pinned clients of tests/e2e/package-lock.json."
    echo "Run ./dev test, which installs both, or: npm ci --ignore-scripts --prefix tests/e2e"
    [ -z "${CI:-}" ] && exit 77
    exit 1
fi

home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
export HOME="$home" XDG_RUNTIME_DIR="$home/run" FLAREDECK_E2E_NODE="$node"
mkdir -p -m 700 "$XDG_RUNTIME_DIR"
unset DISPLAY WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS

keyring='printf flaredeck | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1'
if [ "${2:-}" = --screen ]; then
    # The web engine's own sandbox does not start as root; only this test switches it off.
    export QTWEBENGINE_DISABLE_SANDBOX=1
    dbus-run-session -- xvfb-run -a -s '-screen 0 1400x1000x24' \
        sh -c "$keyring; openbox >/dev/null 2>&1 & exec \"\$@\"" sh \
        "$node" --test --test-force-exit --test-reporter=spec "$here/$file"
else
    dbus-run-session -- sh -c "$keyring; exec \"\$@\"" sh \
        "$node" --test --test-force-exit --test-reporter=spec "$here/$file"
fi
