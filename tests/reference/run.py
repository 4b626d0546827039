#!/usr/bin/env python3
"""What a program should give every member, worked out slowly and independently of the engine.

Usage: run.py PROGRAM.json EVENTS.ndjson[.gz] [--out FILE]

One JSON line a member (balances, levels, number of ledger entries) on standard output or in FILE; a summary by status and
rejection code on standard error."""
import argparse
import gc
import gzip
import importlib
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from pipeline import Reference  # noqa: E402
from program import Program  # noqa: E402
from words import Plugins  # noqa: E402


def load(program_path):
    """The program with the components of its template, re-implemented in custom/<template>.py where there are any."""
    template = os.path.basename(os.path.dirname(os.path.dirname(os.path.abspath(program_path))))
    name = template.replace("-", "_")
    custom = importlib.import_module("custom." + name) if os.path.exists(os.path.join(HERE, "custom", name + ".py")) else None
    return Program(program_path, Plugins(custom))


def run(program_path, events_path):
    reference = Reference(load(program_path))
    with (gzip.open if events_path.endswith(".gz") else open)(events_path, "rb") as lines:
        for line in lines:
            if line.strip():
                reference.take(line)
    return reference


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("events")
    parser.add_argument("--out")
    arguments = parser.parse_args()
    gc.disable()  # every fact is kept, so there is nothing to be found
    reference = run(arguments.program, arguments.events)
    out = open(arguments.out, "w", encoding="utf-8") if arguments.out else sys.stdout
    for row in reference.result():
        print(json.dumps(row, ensure_ascii=False), file=out)
    summary = {"statuses": dict(sorted(reference.statuses.items())), "codes": dict(sorted(reference.codes.items()))}
    print(json.dumps(summary), file=sys.stderr)


if __name__ == "__main__":
    main()
