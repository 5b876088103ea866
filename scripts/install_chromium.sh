#!/bin/sh
# Make sure that the end-to-end tests have a browser, and say which (tests/browser.py looks in the same order).
set -eu

installed() {
    for name in chromium-headless-shell chromium chromium-browser google-chrome; do
        command -v "$name" && return 0
    done
    return 1
}

if ! found=$(installed); then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -q
        # libatomic1 is for the Node that Playwright brings; a bare Debian has none.
        # Distributions older than Debian 12 have only the whole browser.
        install() { DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "$1" libatomic1; }
        install chromium-headless-shell || install chromium
    else
        "${PYTHON:-python3}" -m playwright install --only-shell chromium
    fi
    found=$(installed) || found="Chromium of Playwright"
fi
echo "browser: $found"
