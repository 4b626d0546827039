#!/bin/bash
# Measures a release build; see README.md for what the figures mean.
#
#   tests/bench/run.sh [--fill N] [--members N] [--seconds N] [--window N] [--rate N] [--entries N] [--folder DIR] [--data DIR]
#                      [--only NAME,...]
#
# The full figures of README.md: tests/bench/run.sh --fill 10000000 --members 1000000 --seconds 60
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
export ACCRUE_BUILD=${ACCRUE_BUILD:-$root/build/release}
export ACCRUE_SHARE=${ACCRUE_SHARE:-$root}
export PYTHONDONTWRITEBYTECODE=1
if [ "$ACCRUE_BUILD" = "$root/build/release" ]; then
  (cd "$root" && cmake --preset release >/dev/null && cmake --build --preset release >/dev/null)
fi
exec python3 "$root/tests/bench/bench.py" "$@"
