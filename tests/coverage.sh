#!/usr/bin/env bash
# Prints the tables of docs/ that name tests, each test with its file, and fails when one does not exist.
#   coverage.sh DOCUMENT …
set -euo pipefail
cd "$(dirname "$0")/.."

# A slot, a row, a test of the end-to-end suite, or a whole file.
place() {
    local name=$1 file
    case $name in
    tst_*) file=$(find tests -name node_modules -prune -o -name "$name.cpp" -print) ;;
    e2e_*) file=$(find tests/e2e -maxdepth 1 -name "${name#e2e_}.test.mjs") ;;
    tests/*) file=$(find "$name" -maxdepth 0 2>/dev/null) ;;
    *) file=$(grep -rlF --include='*.cpp' --include='*.mjs' --exclude-dir=node_modules \
        -e "void $name(" -e "::$name()" -e "\"$name\"" -e "'$name" -e "} $name" tests) ;;
    esac
    head -n 1 <<<"$file"
}

rows=0 missing=0
for document in "$@"; do
    printf '%s\n' "$document"
    while IFS='|' read -r _ first second third rest; do
        case $document in
        docs/client-quirks.md) what="$first $second" tests=${rest%|*} ;;
        docs/features.md) what=$first tests=${rest%|*} ;;
        *) what=$first tests=$third ;;
        esac
        mapfile -t names < <(grep -o '`[^`]*`' <<<"$tests" | tr -d '`')
        [ ${#names[@]} -gt 0 ] || continue
        rows=$((rows + 1))
        printf '  %s\n' "$(tr -s ' ' <<<"$what")"
        for name in "${names[@]}"; do
            file=$(place "$name" || true)
            [ -n "$file" ] || missing=$((missing + 1))
            printf '      %-70s %s\n' "$name" "${file:-MISSING}"
        done
    done < <(grep -E '^\|' "$document" | grep -vE '^\|( shown| attack| feature|[-|]+$| \| client)')
done
printf '%d rows, %d named tests do not exist\n' "$rows" "$missing"
[ "$missing" = 0 ]
