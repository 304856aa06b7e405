#!/usr/bin/env bash
# Has the shells and mandoc check the completions and manual pages that were built.
#   shellfiles.sh build/share
set -euo pipefail
cd "$1"
checked=0 failed=0

check() { # PROGRAM FILES ARGUMENTS…: each file with the arguments before it
    local program=$1 files=$2 file said
    shift 2
    if ! command -v "$program" >/dev/null; then
        printf 'not checked: %s is not installed\n' "$program"
        return
    fi
    for file in "$files"/*; do
        local status=0
        said=$("$program" "$@" "$file" 2>&1) || status=$?
        # A date would make each build another one. mandoc counts it in its status, too.
        said=$(grep -v 'WARNING: missing date' <<<"$said" || true)
        [ "$program" != mandoc ] || status=0
        checked=$((checked + 1))
        [ -z "$said" ] && [ "$status" = 0 ] && continue
        printf '%s: %s (%s)\n' "$file" "$said" "$status"
        failed=$((failed + 1))
    done
}

check bash bash-completion/completions -n
check shellcheck bash-completion/completions -s bash
check zsh zsh/site-functions -n
check fish fish/vendor_completions.d -n
check mandoc man/man1 -T lint
# What stands behind the cursor of somebody who types, without a running app.
expect() { # SHELL WORD OUTPUT
    checked=$((checked + 1))
    grep -qw -- "$2" <<<"$3" && ! grep -qi error <<<"$3" && return
    printf '%s does not offer "%s", but: %s\n' "$1" "$2" "$3"
    failed=$((failed + 1))
}
offered() { # WORDS BEFORE THE CURSOR: what bash offers
    bash -c 'source bash-completion/completions/flaredeck-core; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
        _flaredeck_core; printf "%s\n" "${COMPREPLY[@]}"' bash flaredeck-core "$@" 2>&1
}
expect bash doctor "$(offered d)"
expect bash revoke "$(offered --sandbox --data-dir / grants '')"
expect bash --count "$(offered calls --c)"
if command -v fish >/dev/null; then
    # shellcheck disable=SC2016
    offered() { fish -c 'source fish/vendor_completions.d/flaredeck-core.fish; complete -C "$argv"' "$*" 2>&1; }
    expect fish doctor "$(offered 'flaredeck-core d')"
    expect fish revoke "$(offered 'flaredeck-core --sandbox --data-dir / grants ')"
    expect fish --count "$(offered 'flaredeck-core calls --c')"
fi
printf '%d checked, %d failed\n' "$checked" "$failed"
[ "$failed" = 0 ]
