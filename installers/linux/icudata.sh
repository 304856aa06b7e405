#!/usr/bin/env bash
# Makes a smaller libicudata.so for a folder whose only user of ICU is QtCore: icudata.sh LIBRARIES
# QtCore asks ICU for the order and case of texts, for encodings, and for time zones with their names. Names of
# currencies, languages, countries and units, spelled-out numbers, line breaks and transliteration are never asked for.
set -euo pipefail
folder=$1
library=$(find "$folder" -name 'libicudata.so.*')
[ -n "$library" ] || exit 0

# A function of another part of ICU may need what would be taken away.
for user in "$folder"/*.so*; do
    case ${user##*/} in libicu*) continue ;; esac
    other=$(nm -D --undefined-only "$user" | sed -n 's/^ *U \(u[a-z]*_[A-Za-z]*_[0-9]\{2,\}\)\(@.*\)\{0,1\}$/\1/p' |
        grep -vE '^(ucal|ucnv|ucol|uenum)_|^u_strTo(Lower|Upper)_' || true)
    [ -z "$other" ] || {
        printf 'ICU keeps all its data, since %s calls %s.\n' "${user##*/}" "${other//$'\n'/, }" >&2
        exit 0
    }
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
soname=$(objdump -p "$library" | awk '$1 == "SONAME" { print $2 }')
# The one symbol of the library; readelf writes a big size as 0x…
read -r address size symbol < <(readelf -W --dyn-syms "$library" | awk '$4 == "OBJECT" && $8 ~ /^icudt[0-9]+_dat$/ { print $2, $3, $8 }')
read -r start offset < <(readelf -W -S "$library" | sed 's/^ *\[ *[0-9]*\] *//' | awk '$1 == ".rodata" { print $3, $4 }')
# The file's name is the name of the package within. The l stands for little-endian.
package=${symbol%_dat}l.dat
mkdir "$work/all" "$work/kept"
dd if="$library" of="$work/all/$package" iflag=skip_bytes,count_bytes status=none bs=1M \
    skip=$((16#$address - 16#$start + 16#$offset)) count=$((size))

icupkg -l "$work/all/$package" | grep -E '^(brkitr|curr|lang|rbnf|region|translit|unit)/|^unames\.icu$|\.(cfu|spp)$' >"$work/remove.lst"
icupkg -r "$work/remove.lst" "$work/all/$package" "$work/kept/$package"
cat >"$work/data.s" <<ASM
    .section .rodata
    .balign 16
    .globl $symbol
    .type $symbol, @object
$symbol:
    .incbin "$work/kept/$package"
    .size $symbol, . - $symbol
    .section .note.GNU-stack, "", @progbits
ASM
gcc -shared -nostdlib -s -Wl,-soname,"$soname" -Wl,--build-id=none -o "$work/$soname" "$work/data.s"
install -m644 "$work/$soname" "$library"
