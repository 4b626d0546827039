#!/bin/sh
# Installs the Debian packages that are missing; asks the network only when one is.
# usage: install-packages.sh [build|test|browser]   (test = all but the browser, the default; browser = all, for the page of
# `accrue backtest --html`, which is not looked at without one)
set -eu

build="build-essential cmake ninja-build pkg-config lua5.4 liblua5.4-dev libuv1-dev libcjson-dev libsqlite3-dev libglib2.0-dev
  libsodium-dev libxxhash-dev uthash-dev zlib1g-dev libcurl4-openssl-dev tzdata"
test="libcmocka-dev lua-busted lua-check python3"

case "${1:-test}" in
  build) wanted=$build ;;
  test) wanted="$build $test" ;;
  browser) wanted="$build $test chromium" ;;
  *) echo "usage: $0 [build|test|browser]" >&2; exit 2 ;;
esac

missing=
for package in $wanted; do
  case "$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null || true)" in
    "install ok installed") ;;
    *) missing="$missing $package" ;;
  esac
done
[ -z "$missing" ] && exit 0

echo "installing:$missing"
as_root=
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "missing packages, and neither root nor sudo:$missing" >&2; exit 1; }
  as_root=sudo
fi
$as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
# shellcheck disable=SC2086 # the list is meant to be split
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
