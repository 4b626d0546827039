"""A case through the reference and through the engine, and where they differ."""
import json
import os

import engine
from clock import parse_instant
from custom import cases
from exact import format_points
from pipeline import Reference
from program import Program
from words import Plugins


class Unfit(Exception):
    """The engine does not take the program: no case."""


def prepare(case, folder):
    """The case's template in a folder."""
    engine.template(folder, case["programs"], {name: "" for name in cases.EVENTS}, case.get("rules", {}))
    for name, (fields, items) in cases.EVENTS.items():
        lines = f", item_fields = {{ {items} }}" if items else ""
        engine.write(os.path.join(folder, "events", name + ".lua"),
                     f'return accrue.event {{ title = "{name}", fields = {{ {fields} }}{lines} }}\n')


def subjects(case):
    return sorted({event["subject"] for event in case["events"] if "subject" in event})


def questions(case, folder):
    """What the engine is asked of a case, line by line."""
    lines = ["!open " + folder] + [engine.publish(folder, name) for name in case["programs"]]
    lines += [json.dumps(event) for event in case["events"]]
    for name in subjects(case):
        lines += [engine.request("member.get", member=name), engine.request("member.ledger", member=name, limit=1000)]
    return lines + ["!verify"]


def expected(case, folder):
    """What the reference says: statuses of the events, and the members."""
    programs = [Program(os.path.join(folder, "programs", name + ".json"), Plugins(cases)) for name in case["programs"]]
    reference = Reference(*programs)
    statuses = [reference.take(json.dumps(event).encode()) for event in case["events"]]
    members = {}
    for row in reference.result():
        member = reference.members[row["member"]]
        entries = []
        for one in member.entries:
            program = next(program for program in programs if program.family == one.place[0])
            decimals = program.accounts[one.place[1]]["decimals"]
            entries.append([one.time, reference.label(one.place), format_points(one.points, decimals),
                            one.balance if one.balance is None else format_points(one.balance, decimals), *(one.cause or (None,) * 4)])
        tags = {name: [count, until] for name, (count, until) in sorted(member.tags.items())
                if until is None or until > reference.time}
        members[row["member"]] = {"balances": row["balances"], "levels": row["levels"], "tags": tags,
                                  "audiences": sorted(member.audiences), "entries": entries,
                                  "offers": [[reference.offer_label(one.offer), one.time, one.start, one.until,
                                              one.state_at(reference.time)] for one in member.offers]}
    return statuses, members


def seen(answers, case):
    """What the engine said, in the same form."""
    at = 1 + len(case["programs"])
    for answer in answers[1:at]:
        if "error" in json.loads(answer):
            raise Unfit(answer)
    replies = [json.loads(answer) for answer in answers[at:at + len(case["events"])]]
    statuses = [(reply["status"], (reply.get("error") or {}).get("code")) for reply in replies]
    members, at = {}, at + len(case["events"])
    for name in subjects(case):
        got, ledger = (json.loads(answer).get("result") for answer in answers[at:at + 2])
        at += 2
        if got is None:
            continue
        entries = [[parse_instant(one["time"]), one["account"], one.get("points"), one.get("balance"),
                    *(one.get(key) for key in ("behavior", "level", "rule", "outcome"))] for one in reversed(ledger["entries"])]
        tags = {tag["tag"]: [tag["count"], tag["expires"] and parse_instant(tag["expires"])] for tag in got["tags"]}
        members[name] = {"balances": got["balances"], "levels": {key: value for key, value in got["levels"].items() if value},
                         "tags": tags, "audiences": sorted(got["audiences"]), "entries": entries,
                         "offers": [[one["offer"], *(one[key] and parse_instant(one[key]) for key in ("issued", "from", "until")),
                                     one["state"]]
                                    for one in reversed(got["offers"])]}
    return statuses, members


def differences(case, folder, answers):
    """Sentences; none when engine and reference agree."""
    if None in answers:
        return ["the engine ended at line %d: %s" % (answers.index(None), questions(case, folder)[answers.index(None)][:300])]
    found_statuses, found = seen(answers, case)
    statuses, members = expected(case, folder)
    said = []
    for event, mine, theirs in zip(case["events"], statuses, found_statuses):
        if mine != theirs:
            said.append(f"event {event['id']}: the engine says {theirs}, the reference {mine}")
    for name in sorted(set(members) | set(found)):
        mine, theirs = members.get(name, {}), found.get(name, {})
        for key in sorted(set(mine) | set(theirs)):
            if mine.get(key) == theirs.get(key):
                continue
            if key != "entries":
                said.append(f"{key} of {name}: the engine says {theirs.get(key)}, the reference {mine.get(key)}")
                continue
            ours, its = list(map(tuple, mine[key])), list(map(tuple, theirs[key]))
            place = next((at for at, pair in enumerate(zip(ours, its)) if pair[0] != pair[1]), min(len(ours), len(its)))
            said.append(f"entry {place} of {name}: the engine says {its[place:place + 1]}, the reference {ours[place:place + 1]}")
    verified = json.loads(answers[-1])
    if not verified["ok"]:
        said.append("verify: " + answers[-1])
    return said


def one(case, folder):
    """Differences of one case, run by itself."""
    prepare(case, folder)
    answers, _ = engine.ask(questions(case, folder))
    return differences(case, folder, answers)
