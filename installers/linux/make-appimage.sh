#!/usr/bin/env bash
# One file that runs anywhere, without the web engine: make-appimage.sh FOLDER
set -euo pipefail
cd "$(dirname "$0")/../.."
out=$1
name=Flaredeck-$(node installers/metadata.mjs version)-$(uname -m).AppImage
id=$(node installers/metadata.mjs id)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Sections are kept, since the image begins behind them; what was read of this build's folder is not.
gcc -std=gnu11 -O2 -D_FILE_OFFSET_BITS=64 -Wall -Wextra -Werror -static -s -Wl,--build-id=none -I/usr/include/squashfuse \
    -o "$work/runtime" installers/linux/appimage/runtime.c -lsquashfuse -lzstd -llz4 -llzo2 -llzma -lz
# An image of type 2 (AppImage specification): "AI" and 2 where ELF has padding.
printf 'AI\002' | dd of="$work/runtime" bs=1 seek=8 conv=notrunc status=none

tree=$work/tree
installers/linux/tree.sh "$tree"
sed -i 's/"kind": "source"/"kind": "appimage"/' "$tree/share/flaredeck/origin.json"
ln -s bin/flaredeck "$tree/AppRun"
cp "$tree/share/applications/$id.desktop" "$tree/$id.desktop"
cp "$tree/share/icons/hicolor/256x256/apps/$id.png" "$tree/$id.png"
ln -s "$id.png" "$tree/.DirIcon"
chmod -R go=rX "$tree"
find "$tree" -exec touch -hd "@$SOURCE_DATE_EPOCH" {} +
# Not more than two processors: the order of blocks does not depend on it, only the time.
mksquashfs "$tree" "$work/image" -comp xz -Xbcj x86 -b 1M -all-root -noappend -no-progress -quiet -processors 2 >/dev/null
cat "$work/runtime" "$work/image" >"$out/$name"
chmod 755 "$out/$name"
