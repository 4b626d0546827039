#!/bin/bash
# Kills the daemon with SIGKILL at random moments under load and checks that no acknowledged event is lost and none counts twice.
#
#   tests/fault/kill.sh [--cycles N] [--seed S]    exit 0 when nothing was found
#   tests/fault/kill.sh --control                  the daemon acknowledges before the commit: must find it, exit 1
#   tests/fault/kill.sh --expect-caught            runs the control; exit 0 when it was caught
#
# Binaries are taken from ACCRUE_BUILD (default build/release).
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
export ACCRUE_BUILD=${ACCRUE_BUILD:-$root/build/release}
export ACCRUE_SHARE=${ACCRUE_SHARE:-$root}
export PYTHONDONTWRITEBYTECODE=1

if [ "${1:-}" = --expect-caught ]; then
  shift
  status=0
  python3 "$root/tests/fault/kill.py" --control --cycles 300 "$@" || status=$?
  if [ "$status" -eq 1 ]; then echo "1 passed, 0 failed"; exit 0; fi
  echo "the control was not caught (exit $status)"
  echo "0 passed, 1 failed"
  exit 1
fi
exec python3 "$root/tests/fault/kill.py" "$@"
