#!/bin/bash
# From nothing to a running points ledger: installs missing packages, builds, starts the daemon on examples/coffee-club, feeds it
# a year of events, and shows what came of them. Everything it makes lies in build/quickstart. Works again without network.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"
club=examples/coffee-club
work=build/quickstart
bin=build/release

say() { printf '\n== %s\n' "$*"; }
show() { printf '$ %s\n' "$*"; "$@"; }

say "Packages"
tests/install-packages.sh build
echo "all there"

say "Build"
cmake --preset release >/dev/null
cmake --build --preset release --target accrued accrue | tail -n 1

say "The daemon, on the rules template $club"
rm -rf "$work"
mkdir -p "$work"
export ACCRUE_SHARE=$root ACCRUE_SOCKET=$work/accrue.sock
"$bin/accrued" "$club" --ledger "$work/club.ledger" --socket "$ACCRUE_SOCKET" 2>"$work/daemon.log" &
daemon=$!
trap 'kill "$daemon" 2>/dev/null || true' EXIT
for _ in $(seq 100); do
  [ -S "$ACCRUE_SOCKET" ] && break
  kill -0 "$daemon" 2>/dev/null || { cat "$work/daemon.log" >&2; exit 1; }
  sleep 0.1
done
PATH=$root/$bin:$PATH
show accrue check "$club"
show accrue publish "$club/programs/coffee-club.json" --status active --all-levels

say "A year of events: 10,000 of about 400 members, some of them wrong as in real life"
wrong="--allow member_missing,type_unknown,currency"
lua5.4 "$club/generate.lua" >"$work/events.ndjson"
# shellcheck disable=SC2086 # the list is meant to be split
show accrue send $wrong "$work/events.ndjson"

say "A member, and the last entries of the member's ledger"
printf '$ accrue member m-0003\n'
accrue member m-0003 | sed -e '24,$d'
printf '  ...\n\n'
printf '$ accrue ledger m-0003 | tail -n 12\n'
accrue ledger m-0003 | tail -n 12

say "The same file again: every event is known, nothing moves"
# shellcheck disable=SC2086
show accrue send $wrong "$work/events.ndjson"

say "The daemon ends; every invariant of its ledger is checked"
kill "$daemon"
wait "$daemon"
trap - EXIT
show accrue verify "$work/club.ledger"

cat <<END

== What to try next

  export PATH=\$PWD/$bin:\$PATH ACCRUE_SOCKET=$ACCRUE_SOCKET
  accrued $club --ledger $work/club.ledger &    # the same ledger again, on ACCRUE_SOCKET
  accrue member m-0001                     # --json for machines
  accrue event 9732                        # one event and what it gave
  \$EDITOR $club/key_phrases/cups.lua      # what a rule measures is a few lines of Lua
  accrue check $club                       # every fault at once, with file and line
  tests/run.sh                             # everything that is checked
END
