#!/usr/bin/env python3
"""The examples through a real daemon, compared with tests/reference: equal for every member.

Binaries: $ACCRUE_BUILD (build/release). Real events: $ACCRUE_DATA (../shared/data beside the project); without them those two
examples are skipped. An example's second set of settings is compared for a third of its members, unless ACCRUE_REFERENCE_ALL is set.
The last line is `N passed, N failed, N skipped`."""
import gzip
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import zlib

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.abspath(os.environ.get("ACCRUE_BUILD", os.path.join(ROOT, "build", "release")))
DATA = os.environ.get("ACCRUE_DATA", os.path.join(ROOT, "..", "shared", "data"))
REFERENCE = os.path.join(ROOT, "tests", "reference", "run.py")
ENVIRONMENT = dict(os.environ, ACCRUE_SHARE=ROOT)
SHOWN = 10  # differences of one comparison

RETURNS = ["member_missing", "decimals"]

# Example, its events, settings that its program does not have, the codes that are expected.
EXAMPLES = [
    ("coffee-club", None, {}, ["member_missing", "type_unknown", "currency", "transaction_exists"]),
    ("gift-shop", "online_retail.ndjson.gz", {}, RETURNS + ["of_unknown"]),
    ("gift-shop", "online_retail.ndjson.gz", {"unmatched_returns": "deduct"}, RETURNS),
    ("grocer", "completejourney.ndjson.gz", {}, []),
    ("airline", os.path.join(ROOT, "examples", "airline", "events.ndjson"), {}, []),
]

counts = {"passed": 0, "failed": 0, "skipped": 0}


def check(name, differences):
    """One test: it passes when there are no differences."""
    if not differences:
        counts["passed"] += 1
        print(f"ok    {name}")
        return
    counts["failed"] += 1
    print(f"FAIL  {name}: {len(differences)} differences")
    for line in differences[:SHOWN]:
        print(f"      {line}")


def read_rows(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


class Daemon:
    """accrued on a ledger of its own, in a directory of its own."""

    def __init__(self, template, folder):
        self.socket = os.path.join(folder, "accrue.sock")
        self.log = open(os.path.join(folder, "daemon.log"), "w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [os.path.join(BUILD, "accrued"), template, "--ledger", os.path.join(folder, "ledger"), "--socket", self.socket],
            stdout=self.log, stderr=self.log, env=ENVIRONMENT)
        for _ in range(1200):
            if "ready on" in self.said() or self.process.poll() is not None:
                break
            time.sleep(0.1)
        if "ready on" not in self.said():
            raise RuntimeError("the daemon did not start: " + self.said())

    def said(self):
        self.log.seek(0)
        return self.log.read()[-2000:]

    def command(self, *words):
        done = subprocess.run([os.path.join(BUILD, "accrue"), *words, "--socket", self.socket], env=ENVIRONMENT,
                              capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    def members(self, names):
        """member.get of every name, in order."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(self.socket)
            replies = connection.makefile("r", encoding="utf-8")
            for start in range(0, len(names), 100):
                part = names[start:start + 100]
                requests = [{"jsonrpc": "2.0", "id": number, "method": "member.get", "params": {"member": name}}
                            for number, name in enumerate(part)]
                connection.sendall("".join(json.dumps(one) + "\n" for one in requests).encode())
                for name in part:
                    yield name, json.loads(replies.readline())

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(timeout=120)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = self.process.wait()
        return code


def tally(path):
    """Statuses and codes of the replies."""
    statuses, codes = {}, {}
    for reply in read_rows(path):
        statuses[reply["status"]] = statuses.get(reply["status"], 0) + 1
        code = (reply.get("error") or {}).get("code")
        if code and reply["status"] in ("rejected", "refused"):
            codes[code] = codes.get(code, 0) + 1
    return {"statuses": statuses, "codes": codes}


def member_differences(expected, replies):
    found = []
    for row, (name, reply) in zip(expected, replies):
        result = reply.get("result")
        if result is None:
            found.append(f"{name}: {reply.get('error')}")
            continue
        balances = {account: points for account, points in result.get("balances", {}).items() if float(points) != 0}
        wanted = {account: points for account, points in row["balances"].items() if float(points) != 0}
        levels = {family: level for family, level in (result.get("levels") or {}).items() if level is not None}
        if (balances, levels, result.get("entries")) != (wanted, row["levels"], row["entries"]):
            found.append(f"{name}: {balances} {levels} {result.get('entries')} entries, "
                         f"wanted {wanted} {row['levels']} {row['entries']}")
    return found


def changed(template, settings, folder):
    """A copy of an example whose program has these settings too."""
    copy = os.path.join(folder, "template", os.path.basename(template))
    shutil.copytree(template, copy)
    path = os.path.join(copy, "programs", os.path.basename(template) + ".json")
    with open(path, encoding="utf-8") as file:
        program = json.load(file)
    program.setdefault("settings", {}).update(settings)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(program, file)
    return copy


class Case:
    """One example: its events, and the reference that works on them meanwhile."""

    def __init__(self, example, events, settings, codes, folder):
        self.example, self.events, self.codes, self.folder = example, events, codes, folder
        self.label = " ".join([example] + [f"with {name} {value}" for name, value in settings.items()])
        self.template = os.path.join(ROOT, "examples", example)
        if settings:
            self.template = changed(self.template, settings, folder)
        self.program = os.path.join(self.template, "programs", example + ".json")
        self.expected = os.path.join(folder, "expected")
        self.reference = subprocess.Popen([sys.executable, REFERENCE, self.program, events, "--out", self.expected],
                                          stderr=subprocess.PIPE, text=True)

    def check(self, name, differences):
        check(f"{self.label}: {name}", differences)

    def run(self):
        daemon = Daemon(self.template, self.folder)
        try:
            self.feed(daemon)
            self.compare(daemon)
        finally:
            self.reference.kill()
            code = daemon.stop()
        self.check("the daemon ends with 0", [] if code == 0 else [f"exit {code}", daemon.said()])
        kept = os.path.join(self.template, "expected.ndjson")
        if os.path.exists(kept) and self.label == self.example:
            same = read_rows(kept) == read_rows(self.expected)
            self.check("expected.ndjson is what the reference says", [] if same else [kept])

    def feed(self, daemon):
        code, said = daemon.command("publish", self.program, "--status", "active", "--all-levels")
        self.check("the program is published", [] if code == 0 else [said])
        allowed = [word for one in self.codes for word in ("--allow", one)]
        code, said = daemon.command("send", self.events, "--replies", os.path.join(self.folder, "replies"), *allowed)
        self.check("every event is answered as expected", [] if code == 0 else [said, daemon.said()])

    def compare(self, daemon):
        _, errors = self.reference.communicate()
        if self.reference.returncode != 0:
            self.check("the reference runs to its end", [errors])
            return
        summary, answered = json.loads(errors.strip().splitlines()[-1]), tally(os.path.join(self.folder, "replies"))
        self.check("statuses and codes", [] if summary == answered else [f"{answered}, wanted {summary}"])
        rows = read_rows(self.expected)
        differences = member_differences(rows, daemon.members([row["member"] for row in rows]))
        self.check(f"{len(rows)} members, balances, levels and entries", differences)
        code, said = daemon.command("verify")
        self.check("the ledger's invariants hold", [] if code == 0 else [said])


def a_third(events, folder):
    """The events of every third member, and those of nobody."""
    path = os.path.join(folder, "third.ndjson")
    with gzip.open(events, "rt", encoding="utf-8") as lines, open(path, "w", encoding="utf-8") as out:
        for line in lines:
            subject = json.loads(line).get("subject")
            if subject is None or zlib.crc32(subject.encode()) % 3 == 0:
                out.write(line)
    return path


def coffee_events(folder):
    path = os.path.join(folder, "events.ndjson")
    with open(path, "wb") as out:
        subprocess.run(["lua5.4", os.path.join(ROOT, "examples", "coffee-club", "generate.lua")], stdout=out, check=True)
    return path


def cases(folder, chosen):
    """The examples that can run, their references started."""
    for example, file, settings, codes in EXAMPLES:
        if chosen and example not in chosen:
            continue
        place = os.path.join(folder, "-".join([example, *settings]))
        os.mkdir(place)
        events = os.path.join(DATA, file) if file else coffee_events(place)
        if os.path.exists(events):
            if settings and not os.environ.get("ACCRUE_REFERENCE_ALL"):
                events = a_third(events, place)
            yield Case(example, events, settings, codes, place)
        else:
            counts["skipped"] += 1
            print(f"skip  {example}: no {events} (set ACCRUE_DATA)")


def main():
    if not os.path.exists(os.path.join(BUILD, "accrued")):
        check("the daemon is built", [f"no {BUILD}/accrued: build first, or set ACCRUE_BUILD"])
    else:
        with tempfile.TemporaryDirectory(prefix="accrue-") as folder:
            for case in list(cases(folder, sys.argv[1:])):
                try:
                    case.run()
                except (RuntimeError, OSError, ValueError, subprocess.SubprocessError) as error:
                    case.check("runs to its end", [repr(error)])
    print("{passed} passed, {failed} failed, {skipped} skipped".format(**counts))
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
