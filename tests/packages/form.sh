#!/usr/bin/env bash
# Makes the packages of the programs that are built, and checks what can be checked without installing them:
#   form.sh BUILD
# roots.sh installs them.
set -euo pipefail
cd "$(dirname "$0")/../.."
FLAREDECK_BUILD=$(realpath "$1")
export FLAREDECK_BUILD LC_ALL=C TZ=UTC
umask 022
for tool in lintian desktop-file-validate appstreamcli dpkg-shlibdeps apt-ftparchive icupkg node; do
    command -v "$tool" >/dev/null && continue
    echo "$tool is missing. ./dev test installs it."
    [ -n "${CI:-}" ] && exit 1
    exit 77
done
work=$(mktemp -d)
core=
end() {
    [ -z "$core" ] || kill "$core" 2>/dev/null || true
    rm -rf "$work"
}
trap end EXIT
failed=0
fault() {
    printf 'FAULT: %s\n' "$*"
    failed=$((failed + 1))
}
SOURCE_DATE_EPOCH=$(node installers/metadata.mjs epoch)
export SOURCE_DATE_EPOCH
id=$(node installers/metadata.mjs id)
version=$(node installers/metadata.mjs version)

mkdir "$work/one" "$work/two"
(installers/linux/make-deb.sh "$work/two" && installers/linux/make-sbom.sh "$work/two") &
again=$!
installers/linux/make-deb.sh "$work/one"
installers/linux/make-sbom.sh "$work/one"
installers/linux/make-repo.sh "$work/one" 2>/dev/null
wait "$again" || fault "the packages cannot be made a second time"
for file in "$work"/two/*; do
    cmp "$file" "$work/one/$(basename "$file")" || fault "two runs make two packages"
done
packages=("$work"/one/*.deb)
[ ${#packages[@]} = 3 ] || fault "there are ${#packages[@]} packages instead of three"

# --- by the system's own checkers
lintian --allow-root --fail-on error,warning "${packages[@]}" || fault "lintian"
root=$work/root
for package in "${packages[@]}"; do dpkg-deb -x "$package" "$root"; done
desktop-file-validate "$root/usr/share/applications/$id.desktop" || fault "desktop entry"
appstreamcli validate --no-net "$root/usr/share/metainfo/$id.metainfo.xml" || fault "metainfo"
if command -v systemd-analyze >/dev/null; then
    # It looks for the program where the unit has it.
    sed "s|/usr/bin|$root/usr/bin|" "$root/usr/lib/systemd/user/flaredeck.service" >"$work/flaredeck.service"
    said=$(XDG_RUNTIME_DIR=$work systemd-analyze --user --man=no verify "$work/flaredeck.service" 2>&1) || true
    ! grep flaredeck.service <<<"$said" || fault "user unit"
fi
! grep -E '^(ProtectSystem|ProtectHome|ProtectProc|PrivateTmp|PrivateUsers|PrivateDevices)=' \
    "$root/usr/lib/systemd/user/flaredeck.service" || fault "the unit makes a user namespace, where no caller can be told"

# --- one name everywhere
for size in 16 22 24 32 48 64 128 256 512; do
    [ "$(od -An -tu1 -j18 -N2 "$root/usr/share/icons/hicolor/${size}x$size/apps/$id.png" | awk '{ print $1 * 256 + $2 }')" = "$size" ] ||
        fault "the icon of $size"
done
grep -qx "Icon=$id" "$root/usr/share/applications/$id.desktop" || fault "the desktop entry has another icon"
for program in bin/flaredeck libexec/flaredeck/flaredeck-login; do
    grep -aq "$(printf '%s' "$id" | iconv -t UTF-16LE | tr -d '\0')" <(tr -d '\0' <"$root/usr/$program") ||
        fault "$program calls its windows otherwise"
done
grep -q '"kind": "deb"' "$root/usr/share/flaredeck/origin.json" || fault "it does not say that it is a Debian package"
! grep -rlF "$PWD/" "$root" || fault "a path of this build is in a package"

# --- what a server gets needs no graphics
! ldd "$root/usr/bin/flaredeck-core" "$root/usr/bin/flaredeck-bridge" | grep -E 'libQt6(Gui|Widgets)|libGL|libX11|libxcb' ||
    fault "flaredeck-core needs a graphics library"
! dpkg-deb -f "$work"/one/flaredeck-core_*.deb Depends | grep -E 'qt6gui|qt6widgets|webengine' || fault "and so does its package"
! dpkg-deb -f "$work"/one/flaredeck_*.deb Depends | grep webengine || fault "the window needs the web engine"

# --- the unpacked program starts, and says its version
mkfifo "$work/said"
"$root/usr/bin/flaredeck-core" --sandbox --port 0 --data-dir "$work/data" >"$work/said" 2>"$work/log" &
core=$!
read -r listening <"$work/said" || fault "it does not start: $(cat "$work/log")"
address=$(sed -n 's/.*"mcp":"\([^"]*\)\/mcp".*/\1/p' <<<"$listening")
node -e "fetch('$address/.well-known/oauth-authorization-server').then(async (answer) => process.exit((await answer.json()).token_endpoint ? 0 : 1))" ||
    fault "it does not answer at $address"
kill "$core"
wait "$core" || fault "it ends with $?"
core=
[ "$("$root/usr/bin/flaredeck-core" --version)" = "Flaredeck $version" ] || fault "it has another version"

# --- what goes beside the packages
node --input-type=module - "$work/one/flaredeck_$version.cdx.json" "$PWD/tests/e2e/lib/schemas.mjs" <<'JS' || fault "bill of materials"
import assert from 'node:assert';
import { readFileSync } from 'node:fs';
const { faultsOfBom } = await import(process.argv[3]);
const bom = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const names = bom.components.map(({ name }) => name);
assert.equal(`${bom.bomFormat} ${bom.specVersion}`, 'CycloneDX 1.6');
assert.equal(new Set(bom.components.map((one) => one['bom-ref'])).size, names.length);
for (const wanted of [/^libqt6core6/, /^libsodium/, /^libqt6sql6-sqlite/, /^nlohmann-json3-dev/])
    assert.ok(names.some((name) => wanted.test(name)), `${wanted} is missing`);
assert.deepEqual(faultsOfBom(bom), []);
assert.notDeepEqual(faultsOfBom({ ...bom, components: [{ ...bom.components[0], type: 'nonsense' }] }), []);
JS
(cd "$work/one/apt" && sed -n '/^SHA256:/,$p' dists/*/Release | awk 'NF == 3 && length($1) == 64 { print $1 "  " $3 }' |
    (cd dists/* && sha256sum -c --quiet)) || fault "Release has other sums"
[ "$(grep -c '^Package: flaredeck' "$work"/one/apt/dists/*/main/binary-*/Packages)" = 3 ] || fault "Packages does not list them"

# --- the archive's smaller data of ICU answer as all of them
mkdir "$work/icu" "$work/all"
ldd "$(qtpaths6 --query QT_INSTALL_LIBS)/libQt6Core.so.6" | sed -n 's/.* => \(\/[^ ]*libicu[^ ]*\) .*/\1/p' | xargs -I{} cp {} "$work/all/"
cp "$work/all"/* "$(qtpaths6 --query QT_INSTALL_LIBS)/libQt6Core.so.6" "$work/icu/"
installers/linux/icudata.sh "$work/icu"
gcc -std=gnu11 -Wall -Wextra -Werror -o "$work/asks" tests/packages/icu.c -ldl
icu=$(basename "$work"/all/libicudata.so.*)
[ "$(stat -c %s "$work/icu/$icu")" -lt "$(($(stat -c %s "$work/all/$icu") * 2 / 3))" ] || fault "ICU's data are not smaller"
answers=$("$work/asks" "$work/all" "${icu##*.}") || fault "ICU does not answer"
[ "$answers" = "$("$work/asks" "$work/icu" "${icu##*.}")" ] || fault "with the smaller data ICU answers otherwise"

printf '%d faults\n' "$failed"
[ "$failed" = 0 ]
