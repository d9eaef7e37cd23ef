#!/usr/bin/env bash
# Công Thư from a checkout, on Debian 12/13 or Ubuntu.
#
#   bash installer/dev.sh demo [--headless] [--json] …   the training city and the window on it
#   bash installer/dev.sh test                           every check and test
#   bash installer/dev.sh check                          the checks without the tests
#   bash installer/dev.sh bench                          the measured figures
#
# Installs what is missing and says so; a second run finds everything in place.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# A line holds the names one package goes by in different releases, newest first.
QT_PACKAGES='
libegl1
libgl1
libglib2.0-0t64|libglib2.0-0
libdbus-1-3
libfontconfig1
libfreetype6
libxkbcommon0
libxkbcommon-x11-0
libxcb-cursor0
libxcb-icccm4
libxcb-image0
libxcb-keysyms1
libxcb-randr0
libxcb-render-util0
libxcb-shape0
libxcb-util1
libxcb-xinerama0
fonts-noto-core
'
TEST_PACKAGES='
dovecot-imapd
dovecot-lmtpd
postfix
softhsm2
slapd
gcc
libc6-dev
openssl
poppler-utils
xvfb
xauth
git
'

say() { printf '%s\n' "$*" >&2; }
die() { say "dev.sh: $*"; exit 1; }

# The newest suitable interpreter; 3.11 is the oldest the product runs on.
find_python() {
    local name
    for name in "${PYTHON:-}" python3.11 python3.12 python3.13 python3.14 python3 python; do
        [ -n "$name" ] && command -v "$name" >/dev/null 2>&1 || continue
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            printf '%s\n' "$name"
            return
        fi
    done
    die "no Python 3.11 or newer found (packages: python3 python3-venv)"
}

# One question for all names: a start must not wait for eighteen.
INSTALLED=
ask_installed() {
    # A name this release does not know makes dpkg-query fail; the others are answered all the same.
    # shellcheck disable=SC2086 # the names are words
    INSTALLED=" $(dpkg-query -W -f '${db:Status-Status} ${Package}\n' ${1//|/ } 2>/dev/null | sed -n 's/^installed //p' | tr '\n' ' ' || true) "
}
installed() { case "$INSTALLED" in *" $1 "*) return 0 ;; *) return 1 ;; esac; }

# Prints the names to install: for each line the first name this release knows.
missing_of() {
    local line name known
    for line in $1; do
        known=
        for name in ${line//|/ }; do
            if installed "$name"; then known=; continue 2; fi
        done
        for name in ${line//|/ }; do
            if apt-cache show "$name" >/dev/null 2>&1; then known=$name; break; fi
        done
        printf '%s\n' "${known:-${line##*|}}"
    done
}

apt_install() {
    local packages=("$@") as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        if command -v sudo >/dev/null 2>&1 && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
            as_root=(sudo)
        else
            die "these packages are missing and there is no right to install them; ask for: apt-get install ${packages[*]}"
        fi
    fi
    say "installing Debian packages: ${packages[*]}"
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${packages[@]}" >&2
}

ensure_packages() {
    command -v dpkg-query >/dev/null 2>&1 || { say "no dpkg here: the system packages are left to you"; return; }
    local missing all=()
    ask_installed "$1"
    mapfile -t all < <(for line in $1; do found=; for name in ${line//|/ }; do installed "$name" && found=1; done; [ -n "$found" ] || echo "$line"; done)
    [ "${#all[@]}" -eq 0 ] && return
    if [ "$(id -u)" -eq 0 ]; then apt-get update -q >&2 || true
    elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then sudo apt-get update -q >&2 || true; fi
    mapfile -t missing < <(missing_of "${all[*]}")
    apt_install "${missing[@]}"
}

# Python packages exactly as locked, with hashes; redone only when the lock changes.
ensure_venv() {
    local lock=$1 stamp=.venv/.installed-$(basename "$1" .txt) sum python
    sum=$(cat "$lock" pyproject.toml | cksum)
    [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$sum" ] && return
    python=$(find_python)
    if ! [ -x .venv/bin/python ]; then
        say "making .venv with $($python --version)"
        "$python" -m venv .venv 2>/dev/null || {
            rm -rf .venv
            local version
            version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
            command -v dpkg-query >/dev/null 2>&1 || die "this Python has no venv module"
            [ "$(id -u)" -eq 0 ] && apt-get update -q >&2 || true
            apt_install "python$version-venv"
            "$python" -m venv .venv
        }
    fi
    say "installing Python packages from $lock"
    # apsw-sqlite3mc has the same files: were apsw taken away after it, they would be gone.
    if .venv/bin/python -m pip show -q apsw >/dev/null 2>&1; then
        .venv/bin/python -m pip uninstall -q -y apsw apsw-sqlite3mc >&2
    fi
    # --no-deps: the lock is the whole closure. Left to resolve, pip takes the newest release of what a
    # locked package asks for with an extra, and refuses it for want of a pin ("coverage[toml]").
    .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes --no-deps -r "$lock" >&2
    .venv/bin/python -m pip install -q --disable-pip-version-check --no-deps -e . >&2
    printf '%s' "$sum" >"$stamp"
}

run_checks() {
    local python=.venv/bin/python
    step() { say "── $1"; shift; "$@"; }
    step "format" $python -m ruff format --check -q .
    step "lint" $python -m ruff check -q .
    step "types for Linux" $python -m mypy --platform linux
    step "types for Windows" $python -m mypy --platform win32
    step "layers" .venv/bin/lint-imports --no-cache
    step "Windows wheels" $python installer/check_wheels.py
    step "clauses and lock" $python installer/check_lock.py
    step "installed packages" $python -m pip check -q
}

case "${1:-}" in
demo)
    shift
    ensure_packages "$QT_PACKAGES"
    ensure_venv installer/locked.txt
    exec .venv/bin/python -m client demo "$@"
    ;;
check | test)
    command=$1
    shift
    ensure_packages "$QT_PACKAGES $TEST_PACKAGES"
    ensure_venv installer/locked-dev.txt
    run_checks
    [ "$command" = check ] && exit 0
    # Debian starts its own postfix on installation where it can; the tests bring their own.
    exec .venv/bin/python -m pytest -n 2 --dist loadfile -m "not bench" "$@"
    ;;
bench)
    shift
    ensure_packages "$QT_PACKAGES $TEST_PACKAGES"
    ensure_venv installer/locked-dev.txt
    exec .venv/bin/python -m pytest tests/bench -m bench -s "$@"
    ;;
*)
    sed -n '2,10s/^# \{0,1\}//p' "$0"
    exit 3
    ;;
esac
