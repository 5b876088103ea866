#!/bin/sh
# pip, where a bare Debian's python3 has neither it nor ensurepip. PYTHON is the interpreter to find it for.
set -eu

python=${PYTHON:-python3}
if "$python" -m pip --version >/dev/null 2>&1; then
    exit 0
elif "$python" -c 'import ensurepip' 2>/dev/null; then
    "$python" -m ensurepip --user
elif [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    apt-get update -q
    DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends python3-pip
else
    echo "This Python has no pip. On Debian: sudo apt-get install python3-pip" >&2
    exit 1
fi
