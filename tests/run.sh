#!/bin/bash
# Everything that is checked, in one command: packages, builds, unit tests, Lua specs, lint, tidy, functional, golden and fault tests.
# The last line is `N passed, N failed`; exit 0 only when something ran and nothing failed. Logs: build/log/.
#
#   tests/run.sh                      all of it
#   tests/run.sh unit lua tidy ...    only these sections (after the builds that they need)
#   KILL_CYCLES=5000 tests/run.sh fault
set -uo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root" || exit 2
log=$root/build/log
release=$root/build/release
jobs=$(nproc)
passed=0 failed=0 skipped=0
mkdir -p "$log"

export ACCRUE_SHARE=$root
export ACCRUE_BUILD=$release
export LUA_PATH="$root/lua/?.lua;$root/lua/?/init.lua;;"
export LUA_CPATH="$release/lua/?.so;;"
export PYTHONDONTWRITEBYTECODE=1
export TZ=UTC
export ACCRUE_SEED=${ACCRUE_SEED:-1} # what is drawn at random is the same in every run

section() { printf '\n== %s\n' "$*"; }

# count NAME P F S: adds a suite's figures to the sum and prints them.
count() {
  passed=$((passed + $2)) failed=$((failed + $3)) skipped=$((skipped + ${4:-0}))
  printf '%-44s %6d passed %4d failed' "$1" "$2" "$3"
  [ "${4:-0}" -gt 0 ] && printf ' %4d skipped' "$4"
  printf '\n'
}

# show FILE: what a person needs to see of a failed suite.
show() { sed 's/^/    /' "$1" | tail -n "${2:-40}"; }

# tally NAME LOG STATUS: a suite whose last line is `N passed, N failed[, N skipped]`; anything else is one failure.
tally() {
  local line p f s
  line=$(tail -n 1 "$2")
  if [[ $line =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed(,\ ([0-9]+)\ skipped)?$ ]]; then
    p=${BASH_REMATCH[1]} f=${BASH_REMATCH[2]} s=${BASH_REMATCH[4]:-0}
    if [ "$3" -ne 0 ] && [ "$f" -eq 0 ]; then f=1; fi
    if [ $((p + f + s)) -eq 0 ]; then f=1; fi
  else
    p=0 f=1 s=0
  fi
  count "$1" "$p" "$f" "$s"
  [ "$f" -gt 0 ] && show "$2"
}

# step NAME COMMAND...: one command that succeeds or fails.
step() {
  local name=$1 file
  file=$log/${1//[^a-z0-9]/_}.log
  shift
  if "$@" >"$file" 2>&1; then count "$name" 1 0; else count "$name" 0 1; show "$file"; return 1; fi
}

# build PRESET: all that can be built, so that one broken file does not hide the rest.
build() {
  local file=$log/build_$1.log
  if cmake --preset "$1" >"$file" 2>&1 && cmake --build --preset "$1" -j "$jobs" -- -k 0 >>"$file" 2>&1; then
    count "build, $1" 1 0
  else
    count "build, $1" 0 1
    grep -E 'error:|Error|undefined reference|^FAILED' "$file" | head -n 40 | sed 's/^/    /'
  fi
}

run_build() {
  section "build"
  build release
  build asan
  local part
  for part in accrued accrue libaccrue.a libaccrue.so lua/accrue/core.so; do
    [ -e "$release/$part" ] || { count "$part is built" 0 1; }
  done
}

# sum FILE SCRIPT: the numbers that the sed script prints, added up.
sum() { sed -n "$2" "$1" | awk '{ n += $1 } END { print n + 0 }'; }

# unit PRESET SCALE: ctest, counted in cmocka tests; a test program that dies without a summary is one failure.
unit() {
  local file=$log/unit_$1.log p f dead
  ACCRUE_TEST_SCALE=$2 ctest --preset "$1" -j "$jobs" -V >"$file" 2>&1
  p=$(sum "$file" 's/^[0-9]*: \[  PASSED  \] \([0-9]*\) test.*/\1/p')
  f=$(sum "$file" 's/^[0-9]*: \[  FAILED  \] \([0-9]*\) test.*/\1/p')
  dead=$(sed -n 's/.* \([0-9]*\) tests\{0,1\} failed out of .*/\1/p' "$file" | tail -n 1)
  [ "${dead:-1}" -gt "$f" ] && f=${dead:-1}
  [ $((p + f)) -eq 0 ] && f=1
  count "unit tests, $1" "$p" "$f"
  [ "$f" -gt 0 ] && grep -E '^[0-9]+: .*(FAILED|ERROR|runtime error|error:)|\*\*\*' "$file" | head -n 40 | sed 's/^/    /'
}

run_unit() {
  section "unit tests (cmocka)"
  unit release 1
  unit asan 0.05
}

# specs FOLDER: the specs below a folder; .busted says where modules are.
specs() {
  local file line p f e s
  file=$log/lua_${1//\//_}.log
  timeout 300 lua5.4 /usr/bin/busted -o plainTerminal "$1" >"$file" 2>&1
  line=$(grep -E '[0-9]+ success(es)? / [0-9]+ failures? / [0-9]+ errors? / [0-9]+ pending' "$file" | tail -n 1)
  read -r p f e s _ <<<"$(echo "${line%%:*}" | tr -cs '0-9\n' ' ')"
  p=${p:-0} f=$((${f:-0} + ${e:-0})) s=${s:-0}
  [ $((p + f)) -eq 0 ] && f=1
  count "specs, $1" "$p" "$f" "$s"
  [ "$f" -gt 0 ] && show "$file"
}

run_lua() {
  section "Lua specs (busted)"
  local folder
  for folder in plugins/*/ examples/*/; do
    specs "${folder%/}"
  done
  if [ -d tests/lua ]; then specs tests/lua; fi
}

run_lint() {
  section "lint and tidy"
  step "luacheck" luacheck --no-color -q lua plugins examples tests
  python3 tests/tidy/test_tidy.py >"$log/tidy.log" 2>&1
  tally "tidy" "$log/tidy.log" $?
}

# script TEST PRESET: one executable test against that build's binaries; its log, its exit code and its seconds stay in build/log. The
# sanitized build is for faults of memory, not for numbers: a tenth of the work, where a test has some that can be less.
script() {
  local file at=$SECONDS
  [ "$2" = asan ] && export ACCRUE_TEST_SCALE=${ACCRUE_TEST_SCALE:-0.1}
  file=$log/$(basename "$(dirname "$1")")_$2_$(basename "$1")
  ACCRUE_BUILD=$root/build/$2 timeout "${ACCRUE_TEST_TIMEOUT:-1800}" "$1" >"$file.log" 2>&1
  echo "$? $((SECONDS - at))" >"$file.status"
}

# scripts FOLDER: every test_* file of tests/FOLDER, released and sanitized, as many at a time as there are cores. The
# sanitized ones do not replay whole years of real shops.
scripts() {
  local test name file preset status seconds any=0 order=() todo=()
  for name in reference generated explain backtest last_points editor; do # the longest ones first: no core waits for them at the end
    if [ -f "tests/$1/test_$name.py" ]; then order+=("tests/$1/test_$name.py"); fi
  done
  for test in tests/"$1"/test_*; do
    if [[ " ${order[*]} " != *" $test "* ]]; then order+=("$test"); fi
  done
  for preset in release asan; do
    for test in "${order[@]}"; do
      if [ ! -x "$test" ]; then count "$test: is not executable" 0 1; continue; fi
      if [ ! -f "$test" ] || [ "$preset/$(basename "$test")" = asan/test_reference.py ]; then continue; fi
      todo+=("$test $preset")
    done
  done
  export -f script
  export log root
  rm -f "$log/$1"_*.status
  [ ${#todo[@]} -eq 0 ] || printf '%s\n' "${todo[@]}" | xargs -P "$jobs" -L 1 bash -c 'script "$@"' script
  for test in "${todo[@]}"; do
    read -r name preset <<<"$test"
    any=1
    file=$log/$1_${preset}_$(basename "$name")
    read -r status seconds <"$file.status" || status=1 seconds=0
    tally "$(basename "$name"), $preset, ${seconds} s" "$file.log" "$status"
  done
  [ $any -eq 1 ] || count "tests/$1: no tests found" 0 1
}

run_functional() {
  section "functional tests (a real daemon)"
  scripts functional
}

run_golden() {
  section "golden tests"
  scripts golden
}

run_fault() {
  section "fault tests (SIGKILL)"
  tests/fault/kill.sh --cycles "${KILL_CYCLES:-100}" >"$log/kill.log" 2>&1
  tally "kill, ${KILL_CYCLES:-100} cycles" "$log/kill.log" $?
  tests/fault/kill.sh --expect-caught >"$log/kill_control.log" 2>&1
  tally "kill, control (early acknowledgements)" "$log/kill_control.log" $?
}

begun=$SECONDS
section "packages"
step "packages" tests/install-packages.sh test || { echo "0 passed, 1 failed"; exit 1; }
run_build
[ $# -gt 0 ] || set -- unit lua lint functional golden fault
for part in "$@"; do
  case $part in
    unit | lua | lint | functional | golden | fault) "run_$part" ;;
    tidy) run_lint ;;
    *) echo "unknown section: $part" >&2; failed=$((failed + 1)) ;;
  esac
done

printf '\n%d s, %d skipped\n' $((SECONDS - begun)) "$skipped"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
