#!/usr/bin/env python3
"""Worked examples of the rule language: every file of cases/ is a program, events, and what a person expects of their replies.

Each case runs twice, on a ledger in memory and on one in a file: the answers are equal byte for byte, and they are what the case
says. `test_cases.py NAME...` runs only cases whose file name has NAME in it. Last line: `N passed, N failed, N skipped`.
"""
import glob
import json
import os
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "reference"))
sys.dont_write_bytecode = True
import engine  # noqa: E402

# Cases whose parts of the rule language are still to come.
WAITING = set()


def line_of(number, step):
    if "set" in step:  # a status of the program, or with a level the level's
        return engine.request("program.set", program="club", reason="the case says so", **step["set"])
    event = {"specversion": "1.0", "id": "e%d" % number, "source": "s", "type": step["type"], "subject": step.get("member", "m"),
             "time": step["at"]}
    if step["type"] == "clock":
        del event["subject"]
    if "data" in step:
        event["data"] = step["data"]
    return json.dumps(event)


def said(outcome):
    """An outcome as the cases write it; None for what is no more than a note (events that the core raised)."""
    who = outcome.get("rule") or outcome.get("behavior") or "adjusted"
    behind = "> " if "event" in outcome else ""
    if "change_level" in outcome:
        name = outcome["change_level"]["to"]
        return behind + ("leaves" if name is None else "enters " + name)
    if "clipped" in outcome:
        return "%s%s: %s %s clipped (%s)" % (behind, who, outcome["clipped"], outcome["account"], outcome["reason"])
    if "points" in outcome:
        sign = "" if str(outcome["points"]).startswith("-") else "+"
        return "%s%s: %s%s %s" % (behind, who, sign, outcome["points"], outcome["account"])
    for kind in ("tag", "untag", "raises", "too_deep"):
        if kind in outcome and "." not in outcome[kind]:
            return "%s%s: %s %s" % (behind, who, kind, outcome[kind])
    return None


def gives(reply):
    return [text for text in map(said, reply.get("outcomes", [])) if text]


def differences(case, replies, members):
    for step, reply in zip(case["steps"], replies):
        if "set" in step:
            message = reply.get("error", {}).get("message")
            if message != step.get("refused"):
                yield "%s: refused with %s, wanted %s" % (step["set"], message, step.get("refused"))
            continue
        found = {"status": reply["status"], "gives": gives(reply), "offers": [one["offer"] for one in reply.get("offers", [])]}
        wanted = {"status": "applied", "gives": [], "offers": []}
        for name in ("balances", "levels"):
            found[name] = {key: value for key, value in reply.get(name, {}).items() if key in step.get(name, {})}
            wanted[name] = {}
        for name, value in wanted.items():
            if found[name] != step.get(name, value):
                yield "%s %s: %s is %s, wanted %s" % (step["at"], step["type"], name, found[name], step.get(name, value))
    for name, wanted in case.get("end", {}).items():
        found = dict(members[name], tags={tag["tag"]: tag["count"] for tag in members[name]["tags"]})
        for key, value in wanted.items():
            if found[key] != value:
                yield "at the end %s of %s are %s, wanted %s" % (key, name, found[key], value)


def run(case, folder, ledger):
    """Publishes, sends every step and asks for the members; the answers as they came."""
    engine.template(folder, {"club": case["program"]}, case.get("events", ()))
    names = sorted({step.get("member", "m") for step in case["steps"] if "set" not in step and step["type"] != "clock"})
    lines = ["!open " + folder + (" " + ledger if ledger else ""), engine.publish(folder, "club")]
    lines += [line_of(number, step) for number, step in enumerate(case["steps"])]
    lines += [engine.request(method, member=name) for name in names for method in ("member.get", "member.ledger")]
    answers, done = engine.ask(lines + ["!verify"])
    return names, answers, done


def check(path):
    """What is wrong with a case."""
    with open(path, encoding="utf-8") as file:
        case = json.load(file)
    with tempfile.TemporaryDirectory(prefix="accrue-case-") as folder:
        names, answers, done = run(case, folder, None)
        _, again, _ = run(case, folder, os.path.join(folder, "ledger"))
    if None in answers:
        return ["the engine ended: %s" % done.stderr[-500:]]
    if answers[0] != "ok" or "error" in json.loads(answers[1]):
        return [answers[0], answers[1]]
    said_when = {2 + number for number, step in enumerate(case["steps"]) if "set" in step}  # the hour of publishing stands in those
    unlike = ["%s %s" % pair for at, pair in enumerate(zip(answers, again)) if at >= 2 and at not in said_when and pair[0] != pair[1]]
    problems = ["the second run answers otherwise: " + " / ".join(unlike)] if unlike else []
    if not json.loads(answers[-1])["ok"]:
        problems.append(answers[-1])
    count = len(case["steps"])
    replies = [json.loads(answer) for answer in answers[2:2 + count]]
    members = {name: json.loads(answers[2 + count + 2 * at])["result"] for at, name in enumerate(names)}
    return problems + list(differences(case, replies, members))


def main():
    passed = failed = skipped = 0
    for path in sorted(glob.glob(os.path.join(HERE, "cases", "*.json"))):
        name = os.path.basename(path)[:-5]
        if sys.argv[1:] and not any(word in name for word in sys.argv[1:]):
            continue
        problems = check(path)
        if problems and name in WAITING:
            skipped += 1
        elif problems:
            failed += 1
            print("FAILED %s" % name)
            for problem in problems:
                print("  " + problem[:2000])
        else:
            passed += 1
            if name in WAITING:
                print("%s works now: take it off the list" % name)
    print("%d passed, %d failed, %d skipped" % (passed, failed, skipped))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
