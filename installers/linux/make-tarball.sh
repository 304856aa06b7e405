#!/usr/bin/env bash
# Archives that need nothing installed, one without and one with the web engine: make-tarball.sh FOLDER
set -euo pipefail
cd "$(dirname "$0")/../.."
out=$1
version=$(node installers/metadata.mjs version)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

archive() { # NAME [--web-engine]
    local name=$1
    shift
    installers/linux/tree.sh "$work/$name" "$@"
    sed "s/@ID@/$(node installers/metadata.mjs id)/" installers/linux/install.sh.in >"$work/$name/install.sh"
    chmod 755 "$work/$name/install.sh"
    sed -i 's/"kind": "source"/"kind": "tarball"/' "$work/$name/share/flaredeck/origin.json"
    chmod -R go=rX "$work/$name"
    # Blocks of a fixed size, so that the bytes do not depend on how many processors work at them.
    tar -C "$work" --sort=name --format=posix --pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime \
        --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner -cf - "$name" |
        xz -T2 --block-size=96MiB --x86 --lzma2=preset=6,dict=64MiB >"$out/$name.tar.xz"
    rm -rf "${work:?}/$name"
}
name=flaredeck-$version-linux-$(uname -m)
archive "$name"
[ ! -e "${FLAREDECK_BUILD:-build}/bin/flaredeck-login" ] || archive "$name-webengine" --web-engine
