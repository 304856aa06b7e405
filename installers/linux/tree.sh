#!/usr/bin/env bash
# Makes a folder that runs where no Qt is installed: tree.sh DIRECTORY [--web-engine]
#   bin/ programs and qt.conf   lib/ libraries   plugins/ Qt's   libexec/ helpers   share/ as in /usr
# Programs find their libraries by $ORIGIN. No environment variable is set: what the programs start, a browser
# for instance, would inherit it.
# shellcheck disable=SC2016  # $ORIGIN is for the dynamic linker
set -euo pipefail
cd "$(dirname "$0")/../.."
tree=$1
with=${2:-}
build=${FLAREDECK_BUILD:-build}
query() { qtpaths6 --query "$1"; }
plugins=$(query QT_INSTALL_PLUGINS)

components="core window"
[ -z "$with" ] || components="$components login"
for component in $components; do
    cmake --install "$build" --component "$component" --prefix "$tree" --strip >/dev/null
done
mkdir -p "$tree/lib" "$tree/plugins"

# What ldd does not see, since it is loaded by name.
for plugin in platforms/libq{xcb,wayland-egl,wayland-generic,offscreen} tls/libqopensslbackend sqldrivers/libqsqlite \
    imageformats/libqsvg iconengines/libqsvgicon platforminputcontexts/lib{compose,ibus}platforminputcontextplugin \
    xcbglintegrations/libqxcb-{egl,glx}-integration platformthemes/libqxdgdesktopportal \
    wayland-decoration-client/libbradient wayland-shell-integration/lib{xdg-shell,qt-shell,wl-shell-plugin} \
    wayland-graphics-integration-client/libqt-plugin-wayland-egl; do
    [ ! -e "$plugins/$plugin.so" ] || install -D -m644 -t "$tree/plugins/${plugin%/*}" "$plugins/$plugin.so"
done
multiarch=/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || gcc -print-multiarch)
loaded=("$multiarch/libssl.so.3" "$multiarch/libcrypto.so.3" "$multiarch/libsecret-1.so.0")

if [ -n "$with" ]; then
    install -D -m755 -t "$tree/libexec" "$(query QT_INSTALL_LIBEXECS)/QtWebEngineProcess"
    mkdir -p "$tree/resources" "$tree/translations/qtwebengine_locales"
    cp "$(query QT_INSTALL_DATA)"/resources/qtwebengine_resources*.pak "$tree/resources/"
    cp "$(query QT_INSTALL_TRANSLATIONS)"/qtwebengine_locales/en-US.pak "$tree/translations/qtwebengine_locales/"
    # NSS takes these only when the checksums beside them fit, so they keep every byte.
    loaded+=("$multiarch"/lib{softokn3,freebl3,freeblpriv3,nssckbi}.so)
    cp "$multiarch"/lib{softokn3,freebl3,freeblpriv3}.chk "$tree/lib/"
fi

# Of the system are the C and C++ libraries, which the newest of has to win; what talks to the graphics
# driver and is bound to it; and the fonts' libraries, whose files are the system's.
ofSystem='^(ld-linux.*|lib(c|m|dl|rt|pthread|resolv|util|nsl|anl|gcc_s|stdc\+\+|z|GL|EGL|GLX|OpenGL|GLdispatch|GLESv2|drm|gbm|vulkan|X11|X11-xcb|xcb|Xau|Xdmcp|wayland-(client|cursor|egl|server)|fontconfig|freetype|expat|bsd|md)\.so.*)$'
mapfile -t roots < <(find "$tree/bin" "$tree/lib/flaredeck" "$tree/libexec" "$tree/plugins" -type f ! -name '*.conf' 2>/dev/null | sort)
for one in "${loaded[@]}"; do [ ! -e "$one" ] || roots+=("$one"); done
{
    for one in "${roots[@]}"; do ldd "$one"; done | sed -n 's/.* => \(\/[^ ]*\) .*/\1/p'
    for one in "${loaded[@]}"; do [ ! -e "$one" ] || echo "$one"; done
} | sort -u | while read -r library; do
    # Our own library is where it was installed.
    [[ $library != "$(realpath "$tree")"/* ]] || continue
    [[ $(basename "$library") =~ $ofSystem ]] || install -m644 "$library" "$tree/lib/$(basename "$library")"
done

# The web engine shows pages in any language, and asks ICU for all that it knows.
[ -n "$with" ] || installers/linux/icudata.sh "$tree/lib"

chmod u+w -R "$tree"
for one in "$tree"/bin/flaredeck*; do patchelf --set-rpath '$ORIGIN/../lib/flaredeck:$ORIGIN/../lib' "$one"; done
patchelf --set-rpath '$ORIGIN/..' "$tree/lib/flaredeck/libflaredeck.so"
for one in "$tree"/lib/*.so*; do
    case $one in */libsoftokn3.so | */libfreebl3.so | */libfreeblpriv3.so) continue ;; esac
    patchelf --set-rpath '$ORIGIN' "$one"
done
find "$tree/plugins" -name '*.so' -exec patchelf --set-rpath '$ORIGIN/../../lib' {} \;

conf() { # FILE PREFIX
    printf '[Paths]\nPrefix=%s\nPlugins=plugins\nLibraryExecutables=libexec\nData=.\nTranslations=translations\n' "$2" >"$1"
}
conf "$tree/bin/qt.conf" ..
if [ -n "$with" ]; then
    patchelf --set-rpath '$ORIGIN/../lib' "$tree/libexec/QtWebEngineProcess"
    patchelf --set-rpath '$ORIGIN/../../lib' "$tree/libexec/flaredeck/flaredeck-login"
    conf "$tree/libexec/qt.conf" ..
    conf "$tree/libexec/flaredeck/qt.conf" ../..
fi
mkdir -p "$tree/share/doc/flaredeck"
cp LICENSE README.md "$tree/share/doc/flaredeck/"
