#!/usr/bin/env python3
"""member.erase on a running daemon: of 1,000 planted markers no file has one any more, and the ledger is what it was."""
import json
import os
import random
import re
import signal
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness

MEMBERS, OTHERS = 200, 300
PROGRAM = dict(harness.PROGRAM, links={"referrer": {"max": 1}, "friend": {"max": 3}},
               accounts={"points": {"default": True, "expiry": {"mode": "rolling", "after": "12 months"}}})


def marks(n):
    """Five for each of 200 members; each in a form that nothing else has."""
    return ["MK%03d%sZ" % (n, what) for what in ("id", "name", "note", "ref", "sku")]


def event(number, kind, member, day, **data):
    return {"specversion": "1.0", "id": "e-%d" % number, "source": "pos", "type": kind, "subject": member,
            "time": "2026-03-%02dT12:00:00Z" % day, "data": data}


def lives():
    """Everything that people do, for members who will be erased and for others, in one order."""
    numbers, lines = iter(range(1, 1 << 30)), []
    pick = random.Random(4)
    for n in range(MEMBERS):
        member, name, note, reference, sku = marks(n)
        if n % 3 == 0:  # refused before anybody knew of it
            lines.append(event(next(numbers), "points.spend", member, 1, points=5, reference=reference))
        lines.append(event(next(numbers), "member.join", member, 2, birthday="1980-01-%02d" % (n % 28 + 1),
                           attributes={"name": name, "mail": name + "@example.test"}))
    for n in range(OTHERS):
        friend = marks(pick.randrange(MEMBERS))[0]
        lines.append(event(next(numbers), "member.join", "other-%d" % n, 2,
                           links={"referrer": friend, "friend": [marks(pick.randrange(MEMBERS))[0], "other-1000"]}))
    for turn in range(5):
        for n in list(range(MEMBERS)) + ["o"] * OTHERS:
            member, name, note, reference, sku = marks(n) if n != "o" else ("other-%d" % pick.randrange(OTHERS), "o", "n", "r", "s")
            lines.append(event(next(numbers), "purchase", member, 3 + turn, total="120.00", context={"note": note, "turn": turn},
                               items=[{"line": "1", "sku": sku, "quantity": "1", "amount": "120.00"}]))
            if turn % 2 == 0:
                lines.append(event(next(numbers), "points.spend", member, 3 + turn, points=20, reference=reference))
                lines.append(event(next(numbers), "points.spend", member, 3 + turn, points=2000, reference=reference))
            if turn == 3:
                lines.append(event(next(numbers), "points.adjust", member, 6, points=3, reason="sorry, " + name, actor=name))
                lines.append(event(next(numbers), "member.update", member, 6, attributes={"name": name + " junior", "about": "x" * 3000}))
    for n in range(0, MEMBERS, 20):  # pairs who are one person
        lines.append(event(next(numbers), "member.merge", marks(n)[0], 9, into=marks(n + 1)[0]))
    return lines


def erasures():
    return [event(900000 + n, "member.erase", marks(n)[0], 10) for n in range(MEMBERS) if n % 20 != 1]  # the merged ones take both


def ask_all(client, lines):
    """In parts, as a client that does not read is cut off."""
    replies = []
    for begin in range(0, len(lines), 100):
        client.send(*lines[begin:begin + 100])
        replies += [client.receive() for _ in lines[begin:begin + 100]]
    return replies


def left(site):
    """The markers that some file beside the template still has."""
    found, form = set(), re.compile(rb"MK[0-9]{3}(?:id|name|note|ref|sku)Z")
    for name in os.listdir(site.folder):
        path = site.path(name)
        if not os.path.isfile(path):
            continue
        try:
            with open(path, "rb") as file:
                found |= {mark.decode() for mark in form.findall(file.read())}
        except FileNotFoundError:
            pass  # renamed, or gone, since they were listed
    return found


def liability(site):
    """Without when it was asked for: the erasures are the newest events."""
    report = json.loads(good(site.accrue("report", "liability", "--json")))
    report.pop("at")
    return report


def good(answer):
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return answer.stdout


def lived(site):
    site.program = harness.write(site.program, json.dumps(PROGRAM))
    site.start(publish=True)
    with site.client() as client:
        replies = ask_all(client, lives())
        other = [reply for reply in replies if reply["status"] not in ("applied", "refused")]
        assert not other, other[:3]
    return replies


def test_a_thousand_markers_are_gone(site):
    first = lived(site)
    owed = liability(site)
    assert site.stop() == 0, site.errors()  # the view has everything too
    assert len(left(site)) == 1000
    site.start()
    with site.client() as client:
        replies = ask_all(client, erasures())
        assert {reply["status"] for reply in replies} == {"applied"}, [r for r in replies if r["status"] != "applied"][:2]
        assert left(site) == set()
        again = ask_all(client, lives())  # old events: told as they were, and nothing moves
        for old, new in zip(first, again):
            assert new["status"] == ("refused" if old["status"] == "refused" else "duplicate"), (old, new)
            assert new["seq"] == old["seq"] and new.get("outcomes") == old.get("outcomes"), (old, new)
        assert client.ask(harness.request("member.get", member=marks(7)[0]))["error"]["data"]["code"] == "member_unknown"
    assert liability(site) == owed
    assert left(site) == set()
    assert site.stop() == 0, site.errors()
    good(site.accrue("verify", site.ledger, ask=False))
    good(site.accrue("verify", site.ledger, "--replay", ask=False))
    assert left(site) == set()
    for name in os.listdir(site.folder):  # and a view made anew from the log is the same
        if name.startswith("ledger-view"):
            os.unlink(site.path(name))
    site.start()
    assert liability(site) == owed
    assert left(site) == set()
    assert site.stop() == 0, site.errors()
    good(site.accrue("verify", site.ledger, "--replay", ask=False))


def test_killed_right_behind_the_answers(site):
    lived(site)
    assert site.stop() == 0, site.errors()
    site.start()
    with site.client() as client:
        for part in (erasures()[:50], erasures()[50:51], erasures()[51:]):
            ask_all(client, part)
        site.process.send_signal(signal.SIGKILL)
        site.process.wait()
    assert left(site) == set()
    site.start()
    assert left(site) == set()
    assert site.stop() == 0, site.errors()
    good(site.accrue("verify", site.ledger, ask=False))


def test_killed_in_the_middle(site):
    lived(site)
    due = erasures()
    for n in range(0, len(due), 40):
        with site.client() as client:
            client.send(*due[n:n + 40])
            client.receive()
            site.process.send_signal(signal.SIGKILL)
            site.process.wait()
        site.start()
        with site.client() as client:
            assert {reply["status"] for reply in ask_all(client, due[n:n + 40])} <= {"applied", "duplicate"}
        assert not left(site) & {mark for one in due[:n + 40] for mark in marks(int(one["subject"][2:5]))}
    assert left(site) == set()
    assert site.stop() == 0, site.errors()
    good(site.accrue("verify", site.ledger, ask=False))
    good(site.accrue("verify", site.ledger, "--replay", ask=False))


if __name__ == "__main__":
    sys.exit(harness.run(globals()))
