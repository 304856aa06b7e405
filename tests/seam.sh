#!/bin/sh
# The provider is one folder: elsewhere its name stands only in texts that a person reads (string literals), in the
# stand-in that plays it, and where the object graph is built.
cd "$(dirname "$0")/.." || exit 1
found=$(git ls-files 'core/*.cpp' 'core/*.h' 'ui/*.cpp' 'ui/*.h' 'app/*.cpp' 'app/*.h' |
    grep -v -e '^core/providers/' -e '^core/sandbox/' -e '^core/service/core\.' |
    while read -r file; do
        # Longer literals may go over several lines, which makes no difference here.
        sed -e 's/\\"//g' -e 's/"[^"]*"//g' "$file" | grep -n -i cloudflare | sed "s|^|$file:|"
        grep -n -i '"cf-' "$file" | sed "s|^|$file:|" # its headers
    done)
[ -z "$found" ] || {
    printf 'These name the provider outside of its folder:\n%s\n' "$found"
    exit 1
}
