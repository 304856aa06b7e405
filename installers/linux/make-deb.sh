#!/usr/bin/env bash
# The Debian packages for the system that this runs on, whose libraries they depend on: make-deb.sh FOLDER
# FLAREDECK_BUILD names another build tree than build/.
set -euo pipefail
cd "$(dirname "$0")/../.."

out=$(realpath "$1")
build=${FLAREDECK_BUILD:-build}
linux=$PWD/installers/linux
say() { node installers/metadata.mjs "$1"; }

# One build serves one release of one distribution, so its name ends the version. A later release
# sorts behind an earlier one, and all of them before the plain version.
# shellcheck source=/dev/null
system=$(. /etc/os-release && case $ID in debian) echo "deb${VERSION_ID:-99}" ;; *) echo "$ID$VERSION_ID" ;; esac)
# shellcheck source=/dev/null
distribution=$(. /etc/os-release && echo "$ID")
version=$(say version)~$system
arch=$(dpkg --print-architecture)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/debian"

node "$linux/debiantext.mjs" control >"$work/debian/control"
node "$linux/debiantext.mjs" changelog "$version" >"$work/debian/changelog"
node "$linux/debiantext.mjs" copyright >"$work/copyright"

# What dpkg sees in the file system of a package, in the order in which it has to come about.
make_package() { # PACKAGE COMPONENT
    local package=$1 root=$work/$1
    DESTDIR=$root cmake --install "$build" --component "$2" --prefix /usr --strip >/dev/null
    if [ -d "$root/usr/share/zsh/site-functions" ]; then # Debian's place for those of packages
        mv "$root/usr/share/zsh/site-functions" "$root/usr/share/zsh/vendor-completions"
    fi
    local doc=$root/usr/share/doc/$package
    mkdir -p "$doc"
    cp "$work/copyright" "$doc/copyright"
    gzip -9nc "$work/debian/changelog" >"$doc/changelog.gz"
    mkdir "$root/DEBIAN"
    if [ "$package" = flaredeck-login ] && [ "$distribution" = ubuntu ]; then
        install -Dm644 "$linux/flaredeck-login.apparmor" "$root/etc/apparmor.d/flaredeck-login"
        echo /etc/apparmor.d/flaredeck-login >"$root/DEBIAN/conffiles"
        install -m755 "$linux/flaredeck-login.postinst" "$root/DEBIAN/postinst"
        install -m755 "$linux/flaredeck-login.postrm" "$root/DEBIAN/postrm"
    fi
    if [ "$package" = flaredeck-core ]; then
        install -m755 "$linux/flaredeck-core.postrm" "$root/DEBIAN/postrm"
        sed -i 's/"kind": "source"/"kind": "deb"/' "$root/usr/share/flaredeck/origin.json"
    fi
    (
        cd "$work"
        mapfile -t programs < <(find "$root/usr/bin" "$root/usr/lib/flaredeck" "$root/usr/libexec" -type f 2>/dev/null | sort)
        # Our own library comes by the dependency on flaredeck-core.
        dpkg-shlibdeps --warnings=0 --ignore-missing-info "-l$work/flaredeck-core/usr/lib/flaredeck" "-Tdebian/$package.substvars" "${programs[@]/#/-e}"
        dpkg-gencontrol "-p$package" "-P$root" "-Tdebian/$package.substvars" -fdebian/files
    )
    (cd "$root" && find . -path ./DEBIAN -prune -o -type f ! -path './etc/*' -printf '%P\0' | sort -z |
        xargs -0 md5sum) >"$root/DEBIAN/md5sums"
    chmod -R go=rX "$root"
    find "$root" -exec touch -hd "@$SOURCE_DATE_EPOCH" {} +
    dpkg-deb --root-owner-group -Zxz --build "$root" "$out/${package}_${version}_$arch.deb" >/dev/null
    [ "$arch" != amd64 ] || filter_jumps "$out/${package}_${version}_$arch.deb"
}

# xz makes programs for x86 an eighth smaller by a filter that dpkg-deb unpacks, but has no option for.
filter_jumps() { # DEB
    local parts=$work/parts
    mkdir "$parts"
    (
        cd "$parts"
        ar x "$1"
        xz -dc data.tar.xz | xz -T1 --x86 --lzma2=preset=9 >data
        mv data data.tar.xz
        rm "$1"
        # The order is the format's: deb(5).
        ar qcSD "$1" debian-binary control.tar.xz data.tar.xz
    )
    rm -r "$parts"
}

rm -f "$out"/flaredeck*.deb
make_package flaredeck-core core
make_package flaredeck window
make_package flaredeck-login login
