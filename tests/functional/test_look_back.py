#!/usr/bin/env python3
"""A rule that looks half a year back, published on a ledger that has the year, is right on its first event.

The coffee club's year is sent without the rule; then a version with it is published, and every member buys one espresso. Who gets the
bonus is worked out here from the events themselves. Binaries: $ACCRUE_BUILD (build/release). The last line is `N passed, N failed`."""
import json
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import datetime
from zoneinfo import ZoneInfo

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.abspath(os.environ.get("ACCRUE_BUILD", os.path.join(ROOT, "build", "release")))
ENVIRONMENT = dict(os.environ, ACCRUE_SHARE=ROOT)
CENTS = 12000
RULE = {"rule": "Half a year of coffee",
        "when": {"all": [{"key_phrase": "make_a_purchase"},
                         {"key_phrase": "spend_currency", "operator": ">=", "amount": "120.00", "timeframe": {"last": "6 months"}}]},
        "outcomes": [{"outcome": "points_fixed", "points": 25, "account": "beans", "source": "counter"}]}

counts = {"passed": 0, "failed": 0}


def check(name, good, detail=""):
    counts["passed" if good else "failed"] += 1
    print(f"{'ok   ' if good else 'FAIL '} {name}" + ("" if good else f"\n      {str(detail)[:1500]}"))


def accrue(*words):
    done = subprocess.run([os.path.join(BUILD, "accrue"), *words], env=ENVIRONMENT, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def cents(text):
    whole, _, part = str(text).partition(".")
    part = (part + "000")[:3]
    return int(whole) * 100 + int(part[:2]) + (part[2] >= "5")


def purchases(events, replies):
    """(member, time, data) of every purchase that was applied."""
    for line, reply in zip(events, replies):
        if reply["status"] != "applied":
            continue
        event = json.loads(line)
        if event["type"] in ("purchase", "order", "transaction"):
            yield event["subject"], datetime.fromisoformat(event["time"].replace("Z", "+00:00")), event["data"]


def add_rule(folder):
    path = os.path.join(folder, "programs", "coffee-club.json")
    with open(path, encoding="utf-8") as file:
        program = json.load(file)
    program["purchase"].append(RULE)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(program, file)
    return path, program


def main():
    with tempfile.TemporaryDirectory(prefix="accrue-") as place:
        club, ledger = os.path.join(place, "coffee-club"), os.path.join(place, "ledger")
        shutil.copytree(os.path.join(ROOT, "examples", "coffee-club"), club)
        events, replies = os.path.join(place, "events.ndjson"), os.path.join(place, "replies")
        with open(events, "wb") as out:
            subprocess.run(["lua5.4", os.path.join(club, "generate.lua")], stdout=out, check=True)
        accrue("publish", os.path.join(club, "programs", "coffee-club.json"), "--status", "active", "--all-levels", "--ledger", ledger)
        accrue("send", events, "--ledger", ledger, "--replies", replies,
               "--allow", "member_missing,type_unknown,currency,transaction_exists")
        path, program = add_rule(club)
        code, said = accrue("publish", path, "--status", "active", "--ledger", ledger)
        check("the version with the rule is published", code == 0, said)

        zone, now = ZoneInfo(program["timezone"]), datetime(2026, 1, 2, 12, 0)
        since = datetime(2025, 7, 3, tzinfo=zone)  # half a year of whole days that end today
        spent = {}
        with open(events, encoding="utf-8") as lines, open(replies, encoding="utf-8") as said:
            for member, time, data in purchases(lines, map(json.loads, said)):
                total = cents(data.get("subtotal", data["total"]))
                spent.setdefault(member, 0)
                if time >= since:
                    spent[member] += total
        first = os.path.join(place, "first.ndjson")
        with open(first, "w", encoding="utf-8") as out:
            for number, member in enumerate(sorted(spent)):
                out.write(json.dumps({"specversion": "1.0", "id": f"first-{number}", "source": "till-dom", "type": "purchase",
                                      "subject": member, "time": now.replace(tzinfo=zone).isoformat(),
                                      "data": {"total": "2.00"}}) + "\n")
        accrue("send", first, "--ledger", ledger, "--replies", replies)
        wrong, given = [], 0
        with open(replies, encoding="utf-8") as file:
            for member, reply in zip(sorted(spent), map(json.loads, file)):
                fired = any(outcome.get("rule") == RULE["rule"] for outcome in reply.get("outcomes", []))
                given += fired
                if fired != (spent[member] + 200 >= CENTS):
                    wrong.append((member, spent[member], fired, reply["status"]))
        check(f"{given} of {len(spent)} members have spent enough in the half year before: the rule knows on its first event",
              not wrong and 0 < given < len(spent), wrong[:10])
        code, said = accrue("verify", ledger)
        check("the ledger's invariants hold", code == 0, said)
    print("{passed} passed, {failed} failed".format(**counts))
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
