#!/usr/bin/env python3
"""The reading side: members as of a time, entries as they were and as they were known, the liability report, exports, replays."""
import csv
import datetime
import io
import json
import os
import shutil
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import PROGRAM, purchase, request, run

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
    site.start("--clock", "off", publish=True)
    with site.client() as client:
        for each in events:
            reply = client.ask(each)
            assert reply["status"] in ("applied", "refused"), reply
    if not serve:
        assert site.stop() == 0
    return site


def shown(site, *arguments, **more):
    return json.loads(good(site.accrue(*arguments, "--json", **more)))


# The worked example of ageing: joined on 10 May 2024, points older than a year at the anniversary and not used go when that day ends.
AGING = dict(PROGRAM, effective_from="2020-01-01", accounts={
    "points": {"default": True, "expiry": {"mode": "points_aging", "after": "1 year"}}})


def test_points_that_age(site):
    begin(site, event(1, "member.join", "2024-05-10T12:00:00Z"), at(2, "2024-06-01T12:00:00Z", total="40.00"),
          at(3, "2025-05-10T10:00:00Z", total="12.00"), at(4, "2025-05-11T10:00:00Z", total="5.00"),
          at(5, "2025-05-12T10:00:00Z", member="m-2", total="3.00"), program=AGING)
    (row,) = shown(site, "report", "liability")["rows"]
    # On the anniversary of 2026 goes what was earned before 10 May 2025; on that of 2027 what was earned before 10 May 2026, the
    # purchase of 10 May 2025 itself among it; m-2 joined with its purchase.
    assert row["expires"] is None and row["outstanding"] == 60, row
    assert row["ends"] == [{"month": "2026-05", "points": 40}, {"month": "2027-05", "points": 20}], row
    text = good(site.accrue("report", "liability"))
    assert "anniversary" in text and "2026-05 40, 2027-05 20" in text and "never" not in text, text
    months = {one["month"]: one for one in shown(site, "report", "liability", "--forecast", "--months", "36")["months"]}
    assert {month: one["expired"] for month, one in months.items() if one["expired"]} == {"2026-05": 40, "2027-05": 20}, months
    with site.client() as client:
        assert client.ask(event(6, "points.spend", "2025-06-01T10:00:00Z", points=45))["status"] == "applied"
    (row,) = shown(site, "report", "liability")["rows"]
    assert row["ends"] == [{"month": "2027-05", "points": 15}], row


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
           event(3, "points.hold", "2026-01-21T00:00:00Z", points=7, reference="table 4",
                 until="2026-03-01T00:00:00Z"),
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


def test_ledger_as_of_and_as_known(site):
    begin(site, at(1, "2026-01-10T12:00:00Z", total="30.00"), at(2, "2026-02-20T12:00:00Z", total="12.00"))
    time.sleep(0.05)
    known = datetime.datetime.now(datetime.timezone.utc).isoformat().replace("+00:00", "Z")
    time.sleep(0.05)
    with site.client() as client:
        assert client.ask(at(3, "2026-01-15T12:00:00Z", total="5.00"))["status"] == "applied"

    def points(*arguments):
        found = shown(site, "ledger", "m-1", *arguments)
        entries = [entry for entry in found["entries"] if entry["account"] == "points"]
        assert found["balances"]["points"] == (entries[-1]["balance"] if entries else 0), found
        assert [e["time"] for e in entries] == sorted(e["time"] for e in entries)
        return found["balances"]["points"], [e["seq"] for e in entries]

    assert points("--at", "2026-01-11") == (30, [2])
    assert points("--at", "2026-01-16")[0] == 35
    assert points("--at", "2026-01-16", "--known", known)[0] == 30
    assert points("--known", known)[0] == 42 + 15, points("--known", known)
    amount, seqs = points("--at", "2026-03-15")  # the purchase of 10 January has expired
    assert amount == 12 + 15 + 5 + 2 + 6 and None in seqs, (amount, seqs)
    assert amount == shown(site, "member", "m-1", "--at", "2026-03-15")["balances"]["points"]
    table = good(site.accrue("ledger", "m-1", "--at", "2026-03-15"))
    assert "not posted" in table and "recorded" in table, table
    assert len(good(site.accrue("ledger", "m-1", "--at", "2026-03-15", "--limit", "2")).splitlines()) == 3
    bad(site.accrue("ledger", "m-1", "--known", "yesterday"), 1, "yesterday")
    assert "recorded" not in shown(site, "ledger", "m-1")["entries"][0]


def total(rows, key):
    return sum(row[key] for row in rows)


def equation(row):
    return row["issued"] + row["adjusted"] + row["transferred"] - row["redeemed"] - row["expired"] - row["reversed"] == row["outstanding"]


def test_liability(site):
    begin(site, *HISTORY)
    report = shown(site, "report", "liability")
    assert report["equal"] and report["compared_with"] == "lots and entries" and report["differences"] == [], report
    assert all(equation(row) for row in report["rows"] + report["accounts"]), report
    members = [shown(site, "member", "m-%d" % n) for n in (1, 2, 3)]
    for account in report["accounts"]:
        name = account["account"]
        rows = [row for row in report["rows"] if row["account"] == name]
        assert all(account[key] == total(rows, key) for key in ("issued", "redeemed", "expired", "outstanding", "held")), account
        held = sum(member["held"].get(name, 0) for member in members)
        assert account["outstanding"] == sum(member["balances"][name] for member in members) + held, (account, members)
    points = report["accounts"][0]
    assert points["redeemed"] == 23 and points["adjusted"] == -5 and points["expired"] > 100 and points["reversed"] == 0, points
    early = shown(site, "report", "liability", "--at", "2026-01-11T00:00:00Z")
    assert early["equal"] and early["compared_with"] == "entries", early
    assert [(row["account"], row["expires"], row["outstanding"]) for row in early["rows"]] == [
        ("points", "2026-03", 135), ("wait", "2026-01", 65)], early["rows"]
    future = shown(site, "report", "liability", "--at", "2027-01-01")
    assert future["not_posted"] > 0 and all(row["outstanding"] == 0 for row in future["accounts"]), future
    assert all(equation(row) for row in future["rows"]) and future["accounts"][0]["issued"] == points["issued"], future
    assert shown(site, "report", "liability") == report  # nothing was written
    text = good(site.accrue("report", "liability"))
    assert "outstanding" in text and "2026-05" in text, text
    rows = list(csv.DictReader(io.StringIO(good(site.accrue("report", "liability", "--csv")))))
    assert [row["outstanding"] for row in rows] == [str(row["outstanding"]) for row in report["rows"]], rows
    bad(site.accrue("report", "solvency"), 2, "liability")
    assert site.stop() == 0
    assert shown(site, "report", "liability", "--ledger", site.ledger, ask=False) == report


def month_of(entry):
    """Of what is done at midnight, the month that ends."""
    time = datetime.datetime.fromisoformat(entry["time"].replace("Z", "+00:00")) - datetime.timedelta(microseconds=1)
    return time.strftime("%Y-%m")


def test_forecast(site):
    begin(site, *HISTORY, at(12, "2026-03-25T12:00:00Z", member="m-3", total="77.00"),
          event(13, "points.hold", "2026-03-26T00:00:00Z", member="m-2", points=9, reference="table 5", until="2026-05-25T00:00:00Z"))
    before = shown(site, "report", "liability")
    forecast = shown(site, "report", "liability", "--forecast", "--months", "4")
    assert forecast["until"] == "2026-07-01T00:00:00Z" and forecast["not_posted"] > 0, forecast
    assert [(row["account"], row["outstanding"]) for row in forecast["accounts"]] == [
        (row["account"], row["outstanding"]) for row in before["accounts"]], (forecast["accounts"], before["accounts"])
    assert len(shown(site, "report", "liability", "--forecast")["months"]) == 2 * 12
    assert shown(site, "report", "liability") == before  # nothing was written
    text = good(site.accrue("report", "liability", "--forecast", "--months", "4"))
    assert "moved in" in text and "2026-05" in text and "now" in text, text
    rows = list(csv.DictReader(io.StringIO(good(site.accrue("report", "liability", "--forecast", "--months", "4", "--csv")))))
    assert [row["expired"] for row in rows] == [str(row["expired"]) for row in forecast["months"]], rows
    bad(site.accrue("report", "liability", "--forecast", "--at", "2026-07-01"), 2, "--forecast")
    bad(site.accrue("report", "liability", "--forecast", "--months", "0"), 2, "months")
    assert site.stop() == 0
    assert shown(site, "report", "liability", "--forecast", "--months", "4", "--ledger", site.ledger, ask=False) == forecast

    # The clock runs until then on a copy: the same, to the point.
    copy = site.path("copy")
    for name in os.listdir(site.folder):
        if name.startswith("ledger"):
            shutil.copy(os.path.join(site.folder, name), copy + name[len("ledger"):])
    site.ledger, taken = copy, len(good(site.accrue("export", site.ledger, "--what", "entries", ask=False)).splitlines())
    site.start("--clock", "off", "--max-future", "none")
    with site.client() as client:
        assert client.ask(clock(forecast["until"]))["status"] == "applied"
    posted = {}
    for entry in [json.loads(line) for line in good(site.accrue("export", "--what", "entries")).splitlines()][taken:]:
        kinds = {"expire": "expired", "transfer": "moved_in" if entry["points"] > 0 else "moved_out"}
        if entry["reason"] != "hold":
            key = entry["account"], month_of(entry), kinds[entry["reason"]]
            posted[key] = posted.get(key, 0) + abs(entry["points"])
    told = {(row["account"], row["month"], key): row[key] for row in forecast["months"]
            for key in ("expired", "moved_in", "moved_out", "given", "taken") if row[key]}
    assert told == posted and len(told) >= 5, (told, posted)
    then = {row["account"]: row["outstanding"] for row in shown(site, "report", "liability")["accounts"]}
    assert then == {row["account"]: row["outstanding"] for row in forecast["months"] if row["month"] == "2026-06"}, (then, forecast)


def state(site, number, **more):
    member = shown(site, "member", "m-%d" % number, **more)
    return {key: value for key, value in member.items() if key not in ("number", "lots", "holds")}, \
        [{key: value for key, value in lot.items() if key != "seq"} for lot in member["lots"]]


def test_export_and_send_again(site):
    begin(site, *HISTORY)
    with site.client() as client:  # without a time: the time of its arrival stands in the export
        bare = event(30, "points.adjust", None, member="m-2", points=4, account="points", source="base", reason="r", actor="a")
        del bare["time"]
        assert client.ask(dict(bare))["status"] == "applied"
    lines = good(site.accrue("export", "--what", "events")).splitlines()
    events = [json.loads(line) for line in lines]
    assert [e["id"] for e in events] == [e["id"] for e in HISTORY] + ["e-30"], events
    assert events[:-1] == HISTORY and events[-1]["time"] > "2026", events[-1]
    entries = [json.loads(line) for line in good(site.accrue("export", "--what", "entries")).splitlines()]
    sums = {}
    for entry in entries:
        if entry["kind"] != "capture":
            key = entry["member"], entry["account"]
            sums[key] = sums.get(key, 0) + entry["points"]
            assert sums[key] == entry["balance"], entry
    members = [json.loads(line) for line in good(site.accrue("export", "--what", "members")).splitlines()]
    assert [m["member"] for m in members] == ["m-1", "m-2", "m-3"]
    assert all(sums.get((m["member"], account), 0) == points for m in members for account, points in m["balances"].items())
    before = [state(site, n) for n in (1, 2, 3)]
    assert site.stop() == 0
    assert good(site.accrue("export", site.ledger, ask=False)).splitlines() == lines
    with open(site.path("events.ndjson"), "w") as file:
        file.write("\n".join(lines) + "\n")
    rows = list(csv.DictReader(io.StringIO(good(site.accrue("export", site.ledger, "--what", "entries", "--format", "csv", ask=False)))))
    assert len(rows) == len(entries) and all(row["points"] == str(entry["points"]) for row, entry in zip(rows, entries))
    assert json.loads(rows[0]["event"])["id"] == "r-1"
    rows = list(csv.DictReader(io.StringIO(good(site.accrue("export", site.ledger, "--what", "members", "--format", "csv", ask=False)))))
    assert len(rows) == 6 and rows[0]["member"] == "m-1" and rows[0]["account"] == "points", rows[0]
    rows = list(csv.DictReader(io.StringIO(good(site.accrue("export", site.ledger, "--format", "csv", ask=False)))))
    assert json.loads(rows[0]["data"]) == {"total": "130.00"} and rows[0]["subject"] == "m-1"
    site.ledger = site.path("another")
    site.start("--clock", "off", publish=True)
    good(site.accrue("send", site.path("events.ndjson")))
    after = [state(site, n) for n in (1, 2, 3)]
    assert before == after, (before, after)
    bad(site.accrue("export", "--what", "evens"), 2, "events")
    bad(site.accrue("export", "--format", "xml"), 2, "csv")


def test_a_large_export_comes_in_pages(site):
    begin(site)
    with open(site.path("many.ndjson"), "w") as file:
        for n in range(12000):
            file.write(json.dumps(purchase(n, member="m-%d" % (n % 700), time="2026-03-01T08:15:00Z", data={
                "total": "2.00", "context": {"note": "x" * 300}})) + "\n")
    good(site.accrue("send", site.path("many.ndjson")))
    with site.client() as client:
        pages, start = 0, None
        while start or not pages:
            answer = client.ask(request("ledger.export", what="events", **({"from": start} if start else {})))["result"]
            start = answer["next"]
            pages += 1
        assert pages > 2, pages
    assert good(site.accrue("export")).splitlines() == [json.dumps(json.loads(l)) for l in open(site.path("many.ndjson"))]
    assert len(good(site.accrue("export", "--what", "members")).splitlines()) == 700
    assert len(good(site.accrue("export", "--what", "entries")).splitlines()) >= 12000


if __name__ == "__main__":
    sys.exit(run(globals()))
