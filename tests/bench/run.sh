#!/bin/bash
# Measures a release build; see README.md for what the figures mean.
#
<<<<<<< HEAD
#   tests/bench/run.sh [--fill N] [--members N] [--seconds N] [--window N] [--folder DIR] [--data DIR] [--only NAME,...] [--rate N]
=======
#   tests/bench/run.sh [--fill N] [--members N] [--seconds N] [--window N] [--entries N] [--folder DIR] [--data DIR] [--only NAME,...]
>>>>>>> 7ed2bac (Measure merges and verify, and read decisions in fewer instructions)
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
