#!/usr/bin/env bash
# Installs the packages of build/packages into roots that have nothing, and does a person's work with them:
#   roots.sh [bookworm|trixie|tarball-SUITE|tarball-lib64|appimage-SUITE|reproducible …]
# Without an argument everything is done that there are packages for. Needs root; what it mounts and starts
# is gone when it ends. Roots are made once and kept as archives in build/roots.
set -euo pipefail
if [ -z "${FLAREDECK_ROOTS_INSIDE:-}" ]; then
    [ "$(id -u)" = 0 ] || { echo "Making roots needs root." >&2; exit 1; }
    export FLAREDECK_ROOTS_INSIDE=1
    exec unshare --mount --pid --fork --kill-child --mount-proc "$0" "$@"
fi
cd "$(dirname "$0")/../.."
packages=${FLAREDECK_PACKAGES:-$PWD/build/packages}
version=$(node installers/metadata.mjs version)
arch=$(dpkg --print-architecture)
work=$(mktemp -d /var/tmp/flaredeck-roots-XXXXXX)
# Before anything is deleted nothing may be mounted below it.
end() {
    awk -v below="$work/" 'index($5, below) == 1 { print $5 }' /proc/self/mountinfo | sort -r | xargs -r -n 1 umount -l
    rm -rf --one-file-system "$work"
}
trap end EXIT
begun=$SECONDS
say() { printf '%5d s  %s\n' "$((SECONDS - begun))" "$*"; }
die() { printf 'FAILED  %s\n' "$*" >&2; exit 1; }

# --- a root -----------------------------------------------------------------------------------------

make_root() { # SUITE DIRECTORY
    local kept=build/roots/$1.tar
    if [ ! -e "$kept" ]; then
        mkdir -p build/roots
        debootstrap --variant=minbase "$1" "$2" >"$work/debootstrap.log" 2>&1 || { tail "$work/debootstrap.log"; die "debootstrap $1"; }
        tar -C "$2" --exclude=./var/cache/apt/archives/*.deb -cf "$kept.new" .
        mv "$kept.new" "$kept"
    else
        mkdir -p "$2"
        tar -C "$2" -xf "$kept"
    fi
    mount -t proc proc "$2/proc"
    mount --rbind /dev "$2/dev"
    mount --make-rslave "$2/dev"
    printf '#!/bin/sh\nexit 101\n' >"$2/usr/sbin/policy-rc.d" # packages start nothing here
    chmod +x "$2/usr/sbin/policy-rc.d"
    cp /etc/resolv.conf "$2/etc/resolv.conf"
    grep -q localhost "$2/etc/hosts" 2>/dev/null || printf '127.0.0.1 localhost\n::1 localhost\n' >>"$2/etc/hosts"
    chroot "$2" useradd -m tester
}
remove_root() { # DIRECTORY
    umount -l "$1/dev" "$1/proc"
    rm -rf --one-file-system "$1"
}
inside() { # DIRECTORY COMMAND …
    local root=$1
    shift
    DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 chroot "$root" "$@"
}
# As somebody without rights, and without what this shell has in its environment.
as_tester() { # DIRECTORY COMMAND …
    local root=$1 uid
    uid=$(chroot "$root" id -u tester)
    shift
    mkdir -p "$root/run/user/$uid"
    chroot "$root" chown tester: "/run/user/$uid"
    chmod 700 "$root/run/user/$uid"
    chroot "$root" setpriv --reuid tester --regid tester --init-groups --no-new-privs \
        env -i HOME=/home/tester USER=tester PATH=/usr/bin:/bin LC_ALL=C.UTF-8 \
        "XDG_RUNTIME_DIR=/run/user/$uid" ${DISPLAY:+"DISPLAY=$DISPLAY"} "$@"
}
# The pinned clients with their Node, which needs libstdc++ only.
put_clients() { # DIRECTORY
    local home=$1/opt/clients
    mkdir -p "$home/tests/e2e/node_modules" "$home/resources/providers/cloudflare"
    cp -a resources/providers/cloudflare/toolsets "$home/resources/providers/cloudflare/"
    cp -a tests/e2e/lib tests/e2e/package.json "$home/tests/e2e/"
    cp -a tests/packages/{job,page,provider}.mjs "$home/tests/e2e/"
    (cd tests/e2e/node_modules && find . -mindepth 1 -maxdepth 1 \
        ! -name '@modelcontextprotocol' ! -name '@rolldown' ! -name '@oxc-project' ! -name 'typescript*' -print0 |
        xargs -0 cp -a -t "$home/tests/e2e/node_modules")
    mkdir "$home/tests/e2e/node_modules/@modelcontextprotocol"
    cp -a tests/e2e/node_modules/@modelcontextprotocol/{sdk,client,core} "$home/tests/e2e/node_modules/@modelcontextprotocol/"
}
node_of() { # DIRECTORY
    chroot "$1" sh -c 'echo /opt/clients/tests/e2e/node_modules/node-linux-*/bin/node'
}
job() { # DIRECTORY PHASE BIN: with a keyring where there is one
    local node keyring
    node=$(node_of "$1")
    # shellcheck disable=SC2016
    keyring='printf flaredeck | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1; exec "$@"'
    if [ -e "$1/usr/bin/gnome-keyring-daemon" ]; then
        as_tester "$1" dbus-run-session -- sh -c "$keyring" sh "$node" /opt/clients/tests/e2e/job.mjs "$2" "$3" /home/tester/state
    else
        as_tester "$1" "$node" /opt/clients/tests/e2e/job.mjs "$2" "$3" /home/tester/state
    fi | tee "$work/job.log"
}

# --- the packages of Debian -------------------------------------------------------------------------

# The same programs as an older version, which is upgraded later.
make_older() { # DEB FOLDER
    dpkg-deb -R "$1" "$work/older"
    sed -i "s/$version~/0.0.1~/g" "$work/older/DEBIAN/control"
    dpkg-deb --root-owner-group -Zgzip --build "$work/older" "$2/$(basename "$1")" >/dev/null
    rm -rf "$work/older"
}

test_debs() { # SUITE SYSTEM
    local suite=$1 root=$work/$1 deb
    say "$suite: a root with nothing"
    make_root "$suite" "$root"
    mkdir -p "$root/opt/older"
    for deb in "$packages"/flaredeck*_"$version~$2_$arch".deb; do make_older "$deb" "$root/opt/older"; done
    cp -a "$packages/apt" "$root/opt/apt"
    # What the tests themselves need, and the keyring that the package recommends.
    inside "$root" apt-get update -qq
    inside "$root" apt-get install -y -qq --no-install-recommends gnome-keyring dbus dbus-daemon >/dev/null
    put_clients "$root"
    local core=/opt/older/flaredeck-core_$version~$2_$arch.deb
    local window=/opt/older/flaredeck_$version~$2_$arch.deb
    local login=/opt/older/flaredeck-login_$version~$2_$arch.deb
    inside "$root" apt-get install -y -qq --no-install-recommends --download-only "$core" >/dev/null

    # A release does not take the packages of another one, and breaks nothing by the attempt.
    local other
    for other in "$packages"/flaredeck-core_"$version"~*_"$arch".deb; do
        case $other in *"~$2_"*) continue ;; esac
        cp "$other" "$root/opt/other.deb"
        ! inside "$root" apt-get install -y --no-install-recommends /opt/other.deb >"$work/other.log" 2>&1 ||
            die "$suite takes $(basename "$other"), whose libraries it does not have"
        printf '         %s: %s\n' "$(basename "$other")" "$(grep -m 1 'Depends:' "$work/other.log" | sed 's/^ *//')"
    done

    say "$suite: flaredeck-core is installed, and somebody works with it"
    local before
    before=$(date +%s.%N)
    inside "$root" apt-get install -y -qq --no-install-recommends "$core" >/dev/null
    job "$root" first /usr/bin/flaredeck-core
    printf 'FIGURE  %s: from nothing to the first answer %.1f s, without downloads\n' "$suite" \
        "$(awk -v "before=$before" '/first answer/ { print $1 - before }' "$work/job.log")"
    ! inside "$root" sh -c 'ldd /usr/bin/flaredeck-core /usr/bin/flaredeck-bridge' | grep -E 'libQt6(Gui|Widgets)|libGL|libX11|not found' ||
        die "$suite: flaredeck-core needs a graphics library, or lacks one"

    say "$suite: the window, and the sign-in window"
    inside "$root" apt-get install -y -qq --no-install-recommends "$window" >/dev/null
    test_window "$root" "$suite" /usr/bin/flaredeck
    inside "$root" apt-get install -y -qq --no-install-recommends "$login" >/dev/null
    ! inside "$root" ldd /usr/libexec/flaredeck/flaredeck-login | grep 'not found' || die "$suite: flaredeck-login lacks a library"
    test_login "$root" "login-$suite" /usr/libexec/flaredeck/flaredeck-login

    say "$suite: apt upgrades it, and clients keep what they were given"
    echo "deb [trusted=yes] file:/opt/apt $suite main" >"$root/etc/apt/sources.list.d/flaredeck.list"
    inside "$root" apt-get update -qq
    inside "$root" apt-get upgrade -y -qq >/dev/null
    # shellcheck disable=SC2016
    [ "$(inside "$root" dpkg-query -W -f='${Version} ' flaredeck flaredeck-core flaredeck-login)" = \
        "$version~$2 $version~$2 $version~$2 " ] || die "$suite: it was not upgraded"
    job "$root" again /usr/bin/flaredeck-core

    say "$suite: it is removed and purged, and the person's data stay"
    inside "$root" apt-get remove -y -qq flaredeck-core >"$work/remove.log" 2>&1 || die "$suite: remove: $(cat "$work/remove.log")"
    grep -q 'stays where it is' "$work/remove.log" || die "$suite: nothing was said of the data"
    inside "$root" dpkg --purge flaredeck flaredeck-core flaredeck-login >/dev/null 2>&1
    [ -e "$root/home/tester/.local/share/flaredeck-sandbox/vault.db" ] || die "$suite: the data are gone"
    local left
    left=$(cd "$root" && find usr etc var lib -iname '*flaredeck*' ! -path 'var/lib/apt/*' ! -path 'etc/apt/*' 2>/dev/null)
    [ -z "$left" ] || die "$suite: left behind: $left"
    remove_root "$root"
    say "$suite: well"
}

# --- the archives -----------------------------------------------------------------------------------

test_tarball() { # SUITE
    local suite=$1 root=$work/tarball-$1 name folder
    name=flaredeck-$version-linux-$(uname -m)
    say "tarball on $suite: a root with nothing"
    make_root "$suite" "$root"
    ! find "$root/usr/lib" -name 'libQt*' -o -name 'libX11*' -o -name 'libdbus*' | grep . || die "the root has more than nothing"
    put_clients "$root"
    tar -C "$root/home/tester" -xJf "$packages/$name.tar.xz"
    chroot "$root" chown -R tester: /home/tester
    folder=/home/tester/$name

    say "tarball on $suite: it works where it was unpacked"
    job "$root" first "$folder/bin/flaredeck-core"
    say "tarball on $suite: it is installed for one user, works, and goes without a trace"
    local before
    before=$(find "$root/home/tester" -path "$root$folder" -prune -o -print | sort)
    as_tester "$root" "$folder/install.sh" --user --autostart >"$work/install.log"
    [ -e "$root/home/tester/.config/autostart/$(node installers/metadata.mjs id).desktop" ] || die "it does not start by itself"
    job "$root" first /home/tester/.local/lib/flaredeck/bin/flaredeck-core
    [ "$(as_tester "$root" /home/tester/.local/bin/flaredeck-core --version)" = "Flaredeck $version" ] || die "the link leads elsewhere"
    as_tester "$root" /home/tester/.local/lib/flaredeck/install.sh --uninstall >"$work/install.log"
    grep -q 'stays where it is' "$work/install.log" || die "nothing was said of the data"
    [ "$(find "$root/home/tester" -path "$root$folder" -prune -o -print | sort)" = "$before" ] ||
        die "left behind: $(find "$root/home/tester" -path "$root$folder" -prune -o -print | sort | diff - <(echo "$before"))"

    say "tarball on $suite: the windows, where there is a desktop's X"
    put_x "$root"
    test_window "$root" "tarball-$suite" "$folder/bin/flaredeck"
    if [ -e "$packages/$name-webengine.tar.xz" ]; then
        tar -C "$root/home/tester" -xJf "$packages/$name-webengine.tar.xz"
        ! inside "$root" ldd "$folder-webengine/libexec/flaredeck/flaredeck-login" "$folder-webengine/libexec/QtWebEngineProcess" |
            grep 'not found' || die "flaredeck-login lacks a library"
        say "tarball on $suite: the sign-in window shows a page"
        test_login "$root" "login-tarball-$suite" "$folder-webengine/libexec/flaredeck/flaredeck-login"
    fi
    remove_root "$root"
    say "tarball on $suite: well"
}

# A system of the other family, as far as pieces of Debian make one: libraries in /usr/lib64 and no folder of Debian's
# kind, certificates of authorities at the one place where Fedora has them, no dpkg.
make_lib64_root() { # DIRECTORY
    local root=$1 triplet=/usr/lib/x86_64-linux-gnu
    make_root trixie "$root"
    rm -rf "$root"/usr/lib64 "$root"/{usr/lib,etc}/ssl "$root"/etc/{ld.so.conf.d,debian_version,dpkg,apt} \
        "$root"/usr/bin/{dpkg*,apt*} "$root"/var/lib/dpkg "$root"/usr/{lib,share}/{dpkg,apt}
    mv "$root$triplet" "$root/usr/lib64"
    echo /usr/lib64 >"$root/etc/ld.so.conf"
    ldconfig -r "$root"
    ! find "$root/usr/lib" -name '*-linux-gnu' | grep . || die "the root has a folder of Debian's kind"
    [ "$(readlink "$root/lib64")" = usr/lib64 ] || die "the root has another lib64"
    mkdir -p "$root"/etc/pki/tls/certs "$root"/etc/pki/ca-trust/extracted/pem
    ln -s /etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem "$root/etc/pki/tls/certs/ca-bundle.crt"
}

test_lib64() {
    local root=$work/lib64 name pem server program
    name=flaredeck-$version-linux-$(uname -m)
    pem=$root/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem
    say "tarball with /usr/lib64: a root like Fedora's"
    make_lib64_root "$root"
    put_clients "$root"
    tar -C "$root/home/tester" -xJf "$packages/$name.tar.xz"
    chroot "$root" chown -R tester: /home/tester
    say "tarball with /usr/lib64: somebody works with it"
    job "$root" first "/home/tester/$name/bin/flaredeck-core"

    say "tarball with /usr/lib64: it finds the system's certificates, and takes no other"
    local authority
    for authority in ours other; do
        openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=$authority" -keyout "$work/$authority.key" -out "$work/$authority.pem" 2>/dev/null
    done
    openssl req -newkey rsa:2048 -nodes -subj /CN=api.cloudflare.com -keyout "$root/opt/server.key" -out "$work/server.csr" 2>/dev/null
    openssl x509 -req -in "$work/server.csr" -CA "$work/ours.pem" -CAkey "$work/ours.key" -CAcreateserial -days 2 \
        -extfile <(echo subjectAltName=DNS:api.cloudflare.com) -out "$root/opt/server.pem" 2>/dev/null
    echo '127.0.0.43 api.cloudflare.com' >>"$root/etc/hosts"
    for authority in other ours; do
        cp "$work/$authority.pem" "$pem"
        chroot "$root" env -i "$(node_of "$root")" /opt/clients/tests/e2e/provider.mjs 127.0.0.43 /opt/server.pem /opt/server.key >"$work/provider.log" 2>&1 &
        server=$!
        as_tester "$root" "/home/tester/$name/bin/flaredeck-core" --port 0 --data-dir "/home/tester/$authority" >"$work/core.log" 2>&1 &
        program=$!
        timeout 60 sh -c "until grep -q '\"listening\"' '$work/core.log' && grep -q listens '$work/provider.log'; do kill -0 $server $program || exit 1; done" ||
            die "it does not start: $(cat "$work/core.log" "$work/provider.log")"
        # The token is none; whether it was sent is what counts.
        echo abcdefghijklmnopqrstuvwxyz0123456789ABCD |
            as_tester "$root" "/home/tester/$name/bin/flaredeck-core" token add --data-dir "/home/tester/$authority" >"$work/token.log" 2>&1 || true
        kill "$server"
        kill -TERM -- "$(pgrep -P "$program" -x flaredeck-core || echo "$program")"
        wait "$program" || die "it ended with $?: $(cat "$work/core.log")"
        wait "$server" || true
        sed "s/^/         authority $authority: /" "$work/provider.log" "$work/token.log"
        case $authority in
        ours) grep -q '^asked /client/v4/' "$work/provider.log" || die "it does not trust the system's authority" ;;
        other)
            ! grep '^asked' "$work/provider.log" || die "it trusts whom it does not know"
            grep -q '^refused' "$work/provider.log" || die "it did not even look at the certificate"
            ;;
        esac
    done
    remove_root "$root"
    say "tarball with /usr/lib64: well"
}

# Everything that is there is made once more of the same programs.
test_reproducible() {
    local kinds=() file count=0
    say "reproducible: what is in build/packages is made again"
    [ ! -d "$packages/apt" ] || kinds=(repo)
    mkdir "$work/again"
    FLAREDECK_PACKAGES=$work/again installers/package.sh >"$work/again.log" 2>&1 || die "$(tail "$work/again.log")"
    [ ${#kinds[@]} = 0 ] || FLAREDECK_PACKAGES=$work/again installers/package.sh "${kinds[@]}" >"$work/again.log" 2>&1 || die "$(tail "$work/again.log")"
    while read -r file; do
        # Packages of another release were made there, and SHA256SUMS lists them.
        case $file in *~deb*) [ -e "$work/again/$file" ] || continue ;; esac
        cmp "$packages/$file" "$work/again/$file" || die "$file is another one each time"
        count=$((count + 1))
    done < <(cd "$packages" && find . -type f ! -name SHA256SUMS -printf '%P\n' | sort)
    rm -rf "$work/again"
    say "reproducible: $count files, equal to the byte"
}

# Without /dev/fuse, which it does not need.
test_appimage() { # SUITE
    local suite=$1 root=$work/appimage-$1 image place=/home/tester/.local/lib/flaredeck-appimage
    image=Flaredeck-$version-$(uname -m).AppImage
    say "AppImage on $suite: a root with a desktop's X and nothing else"
    make_root "$suite" "$root"
    put_x "$root"
    put_clients "$root"
    install -m755 "$packages/$image" "$root/home/tester/$image"
    say "AppImage on $suite: its window, and its bridge where clients find it again"
    test_window "$root" "appimage-$suite" "/home/tester/$image"
    job "$root" first "$place/bin/flaredeck-core"
    local before
    before=$(stat -c %i "$root$place")
    [ "$(as_tester "$root" "/home/tester/$image" --version)" = "Flaredeck $version" ] || die "AppImage: another version"
    [ "$(stat -c %i "$root$place")" = "$before" ] || die "AppImage: a second start unpacks it again"
    remove_root "$root"
    say "AppImage on $suite: well"
}

# What every desktop has.
put_x() { # DIRECTORY
    inside "$1" apt-get update -qq
    inside "$1" apt-get install -y -qq --no-install-recommends libgl1 libegl1 libopengl0 libx11-6 libx11-xcb1 libxcb1 \
        libfontconfig1 libfreetype6 fonts-dejavu-core libgbm1 libdrm2 xkb-data >/dev/null
}

# A screen of ours, which the root's programs reach.
open_screen() { # DIRECTORY
    # It writes the number of its display when it is ready.
    exec 5< <(exec Xvfb -displayfd 1 -screen 0 1280x820x24 -ac -nolisten tcp 2>/dev/null)
    server=$!
    read -r DISPLAY <&5 || die "Xvfb does not start"
    export DISPLAY=:$DISPLAY
    mkdir -p "$1/tmp/.X11-unix"
    mount --bind /tmp/.X11-unix "$1/tmp/.X11-unix"
}
close_screen() { # DIRECTORY
    umount "$1/tmp/.X11-unix"
    kill "$server"
    exec 5<&-
    unset DISPLAY
}

# A window, and a picture of it.
test_window() { # DIRECTORY NAME BIN [ARGUMENT …]
    local root=$1 name=$2 bin=$3 server window
    shift 3
    open_screen "$root"
    as_tester "$root" "$bin" --sandbox --port 0 --data-dir /home/tester/window "$@" >"$work/window.log" 2>&1 &
    local program=$!
    window=$(timeout 60 xdotool search --sync --onlyvisible --name '^Flaredeck' | tail -1) ||
        die "$name: no window: $(cat "$work/window.log")"
    xdotool search --onlyvisible --name . getwindowname %@ | sed 's/^/         window: /'
    timeout 60 sh -c "until [ \"\$(import -window $window -format %k info:-)\" -gt 50 ]; do :; done" || die "$name: the window stays empty"
    import -window "$window" "$PWD/build/pictures-$name.png"
    kill -TERM -- "$(pgrep -P "$program" -x flaredeck || echo "$program")"
    wait "$program" || die "$name: it ended with $?: $(cat "$work/window.log")"
    close_screen "$root"
}

# The sign-in window shows a page. The web engine's sandbox wants namespaces, which a root of this kind has none of.
test_login() { # DIRECTORY NAME LOGIN
    local root=$1 name=$2 server page
    open_screen "$root"
    as_tester "$root" env QTWEBENGINE_DISABLE_SANDBOX=1 "$(node_of "$root")" /opt/clients/tests/e2e/page.mjs "$3" >"$work/login.log" 2>&1 &
    page=$!
    # The page is all of one colour, which nothing else has.
    timeout 120 sh -c "until import -window root png:- | convert - -scale 64x41! txt:- | grep -c '#7D1AC3' | grep -qE '^[0-9]{3,}'; do kill -0 $page || exit 1; done" ||
        die "$name: the sign-in window shows no page: $(cat "$work/login.log")"
    import -window root "$PWD/build/pictures-$name.png"
    kill -USR1 "$(sed -n 's/^pid //p' "$work/login.log")"
    wait "$page" || die "$name: the sign-in window ended with $?: $(cat "$work/login.log")"
    grep -E '^(asked|ready)' "$work/login.log" | sed 's/^/         /'
    close_screen "$root"
}

# --- what is asked for ------------------------------------------------------------------------------

[ -e tests/e2e/node_modules/.package-lock.json ] || die "The clients are missing: ./dev deps"
wanted=("$@")
if [ $# = 0 ]; then
    for suite in bookworm:deb12 trixie:deb13; do
        ! compgen -G "$packages/flaredeck-core_$version~${suite#*:}_$arch.deb" >/dev/null || wanted+=("${suite%:*}")
    done
    ! compgen -G "$packages/flaredeck-$version-linux-*" >/dev/null || wanted+=(tarball-bookworm tarball-trixie tarball-lib64)
    ! compgen -G "$packages/Flaredeck-$version-*.AppImage" >/dev/null || wanted+=(appimage-bookworm)
    [ ${#wanted[@]} = 0 ] || wanted+=(reproducible)
fi
[ ${#wanted[@]} -gt 0 ] || die "There are no packages in build/packages. Make them first: ./dev package"
for what in "${wanted[@]}"; do
    case $what in
    bookworm) test_debs bookworm deb12 ;;
    trixie) test_debs trixie deb13 ;;
    tarball-lib64) test_lib64 ;;
    reproducible) test_reproducible ;;
    tarball-*) test_tarball "${what#tarball-}" ;;
    appimage-*) test_appimage "${what#appimage-}" ;;
    *) die "There is no test of '$what'." ;;
    esac
done
say "all well"
