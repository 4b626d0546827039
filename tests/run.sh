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
cores=$(nproc)
passed=0 failed=0 skipped=0
mkdir -p "$log"

export ACCRUE_SHARE=$root
export ACCRUE_BUILD=$release
export LUA_PATH="$root/lua/?.lua;$root/lua/?/init.lua;;"
export LUA_CPATH="$release/lua/?.so;;"
export PYTHONDONTWRITEBYTECODE=1
export TZ=UTC LC_ALL=C.UTF-8
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

# ---- What is to be done is listed first and done side by side then: one more at a time than there are cores, as many wait for the disk;
# the longest ones first, so that no core is idle at the end; the sanitized ones last, so that their build need not be waited for. What
# came of each (its log, its exit code, its seconds) stays in build/log and is told section by section.

list=()
longest=(reference points_model generated engine_twenty_years explain tests/fault daemon cli backtest ledger_sqlite ledger_crash
  engine_budgets engine_behind engine_beside reimport calendar editor last_points ledger_doubt engine_merge engine_jobs reload)

# add WHAT PRESET NAME
add() {
  local stage=1 place=${#longest[@]} i
  if [ "$2" = asan ]; then stage=2; fi
  if [ "$1" = build ]; then stage=0; fi
  for i in "${!longest[@]}"; do
    if [[ $3 == *"${longest[i]}"* ]]; then place=$i; break; fi
  done
  list+=("$stage $(printf '%02d' "$place") $1 $2 $3")
}

# log_of WHAT PRESET NAME: where its log is, without the ending.
log_of() {
  case $1 in
    script) echo "$log/$(basename "$(dirname "$3")")_$2_$(basename "$3")" ;;
    *) echo "$log/$1_$2_${3//[^a-z0-9_]/_}" ;;
  esac
}

# The bound is there for what hangs, not for what is slow.
bounded() { timeout "${ACCRUE_TEST_TIMEOUT:-1800}" "$@"; }

# build PRESET CORES: all that can be built, so that one broken file does not hide the rest.
build() { cmake --preset "$1" && cmake --build --preset "$1" -j "$2" -- -k 0; }

# The sanitized build is for faults of memory, not for numbers: a part of the work, where a test has some that can be less.
work() {
  case $1 in
    build) build "$2" "$(((cores + 1) / 2))" ;;
    unit) ACCRUE_TEST_SCALE=$([ "$2" = asan ] && echo 0.05 || echo 1) ctest --preset "$2" -V -R "^$3\$" ;;
    script)
      [ "$2" = asan ] && export ACCRUE_TEST_SCALE=${ACCRUE_TEST_SCALE:-0.1}
      ACCRUE_BUILD=$root/build/$2 bounded "$3"
      ;;
    specs) bounded lua5.4 /usr/bin/busted -o plainTerminal "$3" ;;
    luacheck) luacheck --no-color -q lua plugins examples tests ;;
    tidy) bounded python3 tests/tidy/test_tidy.py ;;
    kill) bounded tests/fault/kill.sh --cycles "${KILL_CYCLES:-100}" ;;
    control) bounded tests/fault/kill.sh --expect-caught ;;
  esac
}

job() {
  local file at
  file=$(log_of "$@")
  if [ "$1" != build ] && [ "$2" = asan ]; then
    until [ -e "$(log_of build asan all).status" ]; do sleep 1; done
  fi
  at=$SECONDS
  work "$@" >"$file.log" 2>&1
  echo "$? $((SECONDS - at))" >"$file.status"
}

do_all() {
  export -f job work build bounded log_of
  export log root cores
  printf '%s\n' "${list[@]}" | sort -s -k1,2 | cut -d ' ' -f 3- | xargs -P $((cores + 1)) -L 1 bash -c 'job "$@"' job
}

# came WHAT PRESET NAME: sets `file`, `status` and `seconds`.
came() {
  file=$(log_of "$@")
  read -r status seconds 2>/dev/null <"$file.status" || status=1 seconds=0
  file=$file.log
}

# told NAME WHAT PRESET NAME: of a job that succeeds or fails.
told() {
  local file status seconds name=$1
  shift
  came "$@"
  if [ "$status" -eq 0 ]; then count "$name" 1 0; return; fi
  count "$name" 0 1
  if [ "$1" = build ]; then grep -E 'error:|Error|undefined reference|^FAILED' "$file" | head -n 40 | sed 's/^/    /'; else show "$file"; fi
}

# tallied NAME WHAT PRESET NAME: of a job that ends with its figures.
tallied() {
  local file status seconds name=$1
  shift
  came "$@"
  tally "$name${seconds:+, $seconds s}" "$file" "$status"
}

# ---- sections: plan_NAME adds what is to be done, tell_NAME tells what came of it

units() { ctest --preset release -N | sed -n 's/^ *Test *#[0-9]*: //p'; }

plan_unit() {
  local name preset
  for preset in release asan; do
    for name in $(units); do add unit "$preset" "$name"; done
  done
}

# sum FILE SCRIPT: the numbers that the sed script prints, added up.
sum() { sed -n "$2" "$1" | awk '{ n += $1 } END { print n + 0 }'; }

# Counted in cmocka tests; a test program that dies without a summary is one failure.
tell_unit() {
  local name preset p f passes fails file status seconds
  section "unit tests (cmocka)"
  for preset in release asan; do
    passes=0 fails=0
    for name in $(units); do
      came unit "$preset" "$name"
      p=$(sum "$file" 's/^[0-9]*: \[  PASSED  \] \([0-9]*\) test.*/\1/p')
      f=$(sum "$file" 's/^[0-9]*: \[  FAILED  \] \([0-9]*\) test.*/\1/p')
      if [ "$f" -eq 0 ] && { [ "$status" -ne 0 ] || [ "$p" -eq 0 ]; }; then f=1; fi
      passes=$((passes + p)) fails=$((fails + f))
      if [ "$f" -gt 0 ]; then grep -E '^[0-9]+: .*(FAILED|ERROR|runtime error|error:)|\*\*\*' "$file" | head -n 40 | sed 's/^/    /'; fi
    done
    [ $((passes + fails)) -eq 0 ] && fails=1
    count "unit tests, $preset" "$passes" "$fails"
  done
}

# Folders of specs; .busted says where modules are.
spec_folders() {
  local folder
  for folder in plugins/*/ examples/*/ tests/lua/; do
    if [ -d "$folder" ]; then echo "${folder%/}"; fi
  done
}

plan_lua() {
  local folder
  for folder in $(spec_folders); do add specs release "$folder"; done
}

tell_lua() {
  local folder file status seconds line p f e s
  section "Lua specs (busted)"
  for folder in $(spec_folders); do
    came specs release "$folder"
    line=$(grep -E '[0-9]+ success(es)? / [0-9]+ failures? / [0-9]+ errors? / [0-9]+ pending' "$file" | tail -n 1)
    read -r p f e s _ <<<"$(echo "${line%%:*}" | tr -cs '0-9\n' ' ')"
    p=${p:-0} f=$((${f:-0} + ${e:-0})) s=${s:-0}
    if [ $((p + f)) -eq 0 ] || { [ "$status" -ne 0 ] && [ "$f" -eq 0 ]; }; then f=1; fi
    count "specs, $folder" "$p" "$f" "$s"
    [ "$f" -gt 0 ] && show "$file"
  done
}

plan_lint() { add luacheck release all && add tidy release all; }

tell_lint() {
  section "lint and tidy"
  told "luacheck" luacheck release all
  tallied "tidy" tidy release all
}

# plan_scripts FOLDER: every test_* file of tests/FOLDER, released and sanitized. The latter do not replay whole years of real shops.
plan_scripts() {
  local test preset
  for preset in release asan; do
    for test in tests/"$1"/test_*; do
      if [ -x "$test" ] && [ "$preset/$(basename "$test")" != asan/test_reference.py ]; then add script "$preset" "$test"; fi
    done
  done
}

tell_scripts() {
  local test preset any=0
  for preset in release asan; do
    for test in tests/"$1"/test_*; do
      any=1
      if [ ! -x "$test" ]; then
        count "$test: is not executable" 0 1
      elif [ "$preset/$(basename "$test")" != asan/test_reference.py ]; then
        tallied "$(basename "$test"), $preset" script "$preset" "$test"
      fi
    done
  done
  [ $any -eq 1 ] || count "tests/$1: no tests found" 0 1
}

plan_functional() { plan_scripts functional; }
tell_functional() { section "functional tests (a real daemon)" && tell_scripts functional; }

plan_golden() { plan_scripts golden; }
tell_golden() { section "golden tests" && tell_scripts golden; }

plan_fault() { add kill release tests/fault && add control release tests/fault; }

tell_fault() {
  section "fault tests (SIGKILL)"
  tallied "kill, ${KILL_CYCLES:-100} cycles" kill release tests/fault
  tallied "kill, control (early acknowledgements)" control release tests/fault
}

begun=$SECONDS
rm -f "$log"/*.status
section "packages"
if tests/install-packages.sh test >"$log/packages.log" 2>&1; then
  count "packages" 1 0
else
  count "packages" 0 1
  show "$log/packages.log"
  echo "0 passed, 1 failed"
  exit 1
fi

[ $# -gt 0 ] || set -- unit lua lint functional golden fault
[[ " $* " == *" tidy "* ]] && set -- "${@/#tidy/lint}"
section "build"
build release "$cores" >"$(log_of build release all).log" 2>&1
echo "$? $((SECONDS - begun))" >"$(log_of build release all).status"
told "build, release" build release all
for part in accrued accrue libaccrue.a libaccrue.so lua/accrue/core.so; do
  [ -e "$release/$part" ] || { count "$part is built" 0 1; }
done

add build asan all
for part in "$@"; do
  case $part in
    unit | lua | lint | functional | golden | fault) "plan_$part" ;;
    *) echo "unknown section: $part" >&2; echo "0 passed, 1 failed"; exit 2 ;;
  esac
done
do_all
told "build, asan" build asan all
for part in "$@"; do "tell_$part"; done

printf '\n%d s, %d skipped\n' $((SECONDS - begun)) "$skipped"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
