#!/usr/bin/env python3
"""The reading side: members as of a time, entries as they were and as they were known, the liability report, exports, replays."""
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import PROGRAM, purchase, run

EXPIRING = dict(PROGRAM, accounts={
    "points": {"default": True, "allow_negative": True, "expiry": {"mode": "rolling", "after": "2 months"}},
    "wait": {"escrow": True, "expiry": {"mode": "rolling", "after": "10 days", "into": "points"}}},
    sources={"base": {"accounts": ["points", "wait"]}},
    base_earn=[{"points": 1, "per": "1.00", "account": "points", "source": "base"},
               {"points": 1, "per": "2.00", "account": "wait", "source": "base"}])


def good(done):
    assert done.returncode == 0, (done.returncode, done.stdout, done.stderr)
    return done.stdout


def bad(done, code, *words):
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    assert all(word in done.stderr for word in words), done.stderr
    return done.stdout


def at(number, time, **more):
    return purchase(number, time=time, **more)


def event(number, kind, time, member="m-1", **data):
    return {"specversion": "1.0", "id": "e-%s" % number, "source": "pos", "type": kind, "subject": member, "time": time, "data": data}


def clock(time):
    return {"specversion": "1.0", "id": "clock-" + time, "source": "clock", "type": "clock", "time": time}


def begin(site, *events, program=EXPIRING, serve=True):
    with open(site.program, "w") as file:
        json.dump(program, file)
    site.start(publish=True)
    with site.client() as client:
        for each in events:
            reply = client.ask(each)
            assert reply["status"] in ("applied", "refused"), reply
    if not serve:
        assert site.stop() == 0
    return site


def shown(site, *arguments, **more):
    return json.loads(good(site.accrue(*arguments, "--json", **more)))


def test_member(site):
    begin(site, at(1, "2026-01-10T12:00:00Z", total="30.00"), at(2, "2026-02-20T12:00:00Z", total="12.00"),
          event(3, "points.hold", "2026-02-21T00:00:00Z", points=7, reference="table 4"))
    member = shown(site, "member", "m-1")
    assert member["spendable"] == {"points": 35 + 15} and member["pending"] == {"wait": 6} and member["held"] == {"points": 7}, member
    assert "at" not in member
    before = site.accrue("member", "m-1", "--json").stdout
    future = shown(site, "member", "m-1", "--at", "2026-03-15")
    assert future["at"].startswith("2026-03-15T23:59:59") and future["not_posted"] > 0, future
    assert future["spendable"]["points"] == 15 + 12 + 6, future  # the hold has ended and what it held expired
    text = good(site.accrue("member", "m-1", "--at", "2026-03-15"))
    assert "not yet posted" in text and "soonest" in text, text
    assert site.accrue("member", "m-1", "--json").stdout == before
    bad(site.accrue("member", "m-1", "--at", "soon"), 1, "soon", "2026-04-01")
    assert site.stop() == 0
    on_file = shown(site, "member", "m-1", "--at", "2026-03-15", "--ledger", site.ledger, ask=False)
    assert on_file == future, (on_file, future)


HISTORY = [at(1, "2026-01-10T12:00:00Z", total="130.00"), at(2, "2026-01-12T12:00:00Z", member="m-2", total="25.50"),
           event(3, "points.hold", "2026-01-21T00:00:00Z", points=7, reference="table 4"),
           event(4, "points.spend", "2026-01-22T00:00:00Z", points=20, reference="mug"),
           event(5, "points.spend", "2026-01-22T01:00:00Z", points=100000, reference="car"),
           at(6, "2026-02-20T12:00:00Z", member="m-2", total="1200.00"),
           at(7, "2026-02-19T12:00:00Z", total="11.00"),  # late
           event(8, "points.capture", "2026-02-20T00:00:00Z", points=3, reference="table 4"),
           clock("2026-03-20T00:00:00Z"), at(9, "2026-03-21T12:00:00Z", member="m-3", total="9.99"),
           event(10, "points.adjust", "2026-03-22T00:00:00Z", points=-5, account="points", source="base", reason="r", actor="a")]


def test_replay(site):
    begin(site, *HISTORY)
    with site.client() as client:  # a second version half way, and time that passes under it
        again = dict(EXPIRING, base_earn=[{"points": 2, "per": "1.00", "account": "points", "source": "base"}])
        with open(site.program, "w") as file:
            json.dump(again, file)
        site.publish()
        assert client.ask(at(20, "2026-04-01T00:00:00Z", total="10.00"))["status"] == "applied"
        assert client.ask(clock("2026-09-01T00:00:00Z"))["status"] == "applied"
    bad(site.accrue("verify", "--replay"), 2, "FILE")
    assert site.stop() == 0
    text = good(site.accrue("verify", site.ledger, "--replay", ask=False))
    assert "all hold" in text and "3 members, all equal, state" in text, text
    found = json.loads(good(site.accrue("verify", site.ledger, "--replay", "--json", ask=False)))
    replay = found["replay"]
    assert found["ok"] and replay["ok"] and replay["state"] == replay["replayed"] and replay["strayed_at"] is None, replay
    assert replay["copied"] == 2 and replay["members"] == 3, replay


if __name__ == "__main__":
    sys.exit(run(globals()))
