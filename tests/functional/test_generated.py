#!/usr/bin/env python3
"""Random programs and event streams through the engine and through tests/reference: equal in every entry, balance, tag and level.

2,000 cases of fixed seeds, times $ACCRUE_TEST_SCALE (a tenth with the sanitized build). A case that differs is made as small as
it gets and printed. Last line: `N passed, N failed`.

    test_generated.py [--cases N] [--seed TEXT] [--only NUMBER] [--quick] [--show]
"""
import argparse
import json
import os
import shutil
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "reference"))
sys.dont_write_bytecode = True

import compare  # noqa: E402
import engine  # noqa: E402
import generate  # noqa: E402
import shrink  # noqa: E402

CHUNK = 25
SHOWN = 5  # cases that are made smaller and printed


def scale():
    named = "asan" in os.path.basename(os.environ.get("ACCRUE_BUILD", ""))
    return float(os.environ.get("ACCRUE_TEST_SCALE", "0.1" if named else "1"))


def chunk(seed, numbers):
    """[(number, differences)] of cases that one process of the engine answers."""
    with tempfile.TemporaryDirectory(prefix="accrue-generated-") as root:
        cases, lines = [], []
        for number in numbers:
            case, folder = generate.case(f"{seed}:{number}"), os.path.join(root, str(number))
            compare.prepare(case, folder)
            asked = compare.questions(case, folder)
            cases.append((number, case, folder, len(lines), len(asked)))
            lines += asked
        answers, done = engine.ask(lines)
        return [(number, judged(case, folder, answers[at:at + count], done)) for number, case, folder, at, count in cases]


def judged(case, folder, answers, done):
    if answers[0] is None:
        return compare.one(case, folder)  # an earlier case ended the engine
    try:
        said = compare.differences(case, folder, answers)
    except compare.Unfit as error:
        return ["the engine refuses the program: " + str(error)[:1500]]
    return said + ([done.stderr[-1500:]] if None in answers else [])


def explain(seed, number, said, quick):
    print(f"FAILED case {number} of seed {seed}")
    for line in said[:6]:
        print("   " + line)
    case = generate.case(f"{seed}:{number}")
    if quick or said[0].startswith("the engine refuses"):
        return
    with tempfile.TemporaryDirectory(prefix="accrue-shrink-") as root:
        folder = os.path.join(root, "case")
        case = shrink.smallest(case, folder, said)
        shutil.rmtree(folder, ignore_errors=True)
        print("   made smaller: " + json.dumps(case))
        for line in compare.one(case, folder):
            print("   " + line)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=int(2000 * scale()))
    parser.add_argument("--seed", default="accrue")
    parser.add_argument("--only", type=int)
    parser.add_argument("--quick", action="store_true", help="leave what differs as large as it is")
    parser.add_argument("--show", action="store_true", help="print the case")
    arguments = parser.parse_args()
    numbers = list(range(arguments.cases)) if arguments.only is None else [arguments.only]
    if arguments.show:
        for number in numbers:
            print(json.dumps(generate.case(f"{arguments.seed}:{number}"), indent=1))
    chunks = [numbers[at:at + CHUNK] for at in range(0, len(numbers), CHUNK)]
    passed, failed = 0, []
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for results in pool.map(chunk, [arguments.seed] * len(chunks), chunks):
            passed += sum(not said for _, said in results)
            failed += [(number, said) for number, said in results if said]
    for number, said in failed[:SHOWN]:
        explain(arguments.seed, number, said, arguments.quick)
    if len(failed) > SHOWN:
        print("differ too: " + " ".join(str(number) for number, _ in failed[SHOWN:]))
    print(f"{passed} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
