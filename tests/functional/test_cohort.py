#!/usr/bin/env python3
"""A cohort like the one of CDNOW's first customers of 1997: most buy once or twice, the rest with gaps of months, over 18 months. Points
lose half after half a year without activity, and who comes back after twelve weeks is welcomed. Every member must end as a few lines of
Python say, looked at every night or only when something comes."""
import collections
import datetime
import json
import os
import random
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Site, run, write

MEMBERS, FIRST, LAST = 400, datetime.date(1997, 1, 1), datetime.date(1998, 6, 30)
# Beta-geometric purchasing as Fader, Hardie and Lee (2005) fitted it to that data: rate a week ~ gamma(0.243, 4.414), a chance to be
# gone after each purchase ~ beta(0.793, 2.426).
RATE, GONE = (0.243, 1 / 4.414), (0.793, 2.426)
IDLE, AWAY = 182, 84
PROGRAM = {
    "program": "shop", "title": "Shop", "effective_from": "1996-01-01", "currency": "USD", "timezone": "UTC",
    "accounts": {"points": {"default": True, "expiry": {"mode": "inactivity", "after": "%d days" % IDLE, "percent": 50}}},
    "sources": {"base": {"accounts": ["points"]}},
    "base_earn": [{"points": 1, "per": "1.00", "account": "points", "source": "base"}],
    "levels": [{"level": "Member", "entrance": [{"rule": "Everyone", "when": "no rules", "outcomes": []}], "purchase": [
        {"rule": "Win back",
         "when": {"all": [{"key_phrase": "make_a_purchase"},
                          {"key_phrase": "complete_transactions", "operator": "=", "count": 1, "timeframe": {"last": "%d days" % AWAY}},
                          {"key_phrase": "complete_transactions", "operator": ">=", "count": 2}]},
         "outcomes": [{"outcome": "points_fixed", "points": 100, "account": "points", "source": "base"}]}]}],
}


def cohort(draw):
    """Member -> [(date, whole amount)] in order."""
    made = {}
    for number in range(MEMBERS):
        rate, gone, date = draw.gammavariate(*RATE), draw.betavariate(*GONE), FIRST + datetime.timedelta(draw.randrange(84))
        bought = []
        while date <= LAST:
            bought.append((date, 1 + int(draw.gammavariate(2, 17))))
            if draw.random() < gone:
                break
            date += datetime.timedelta(1 + min(1000, int(7 * draw.expovariate(max(rate, 1e-9)))))
        made["c-%04d" % number] = bought
    # The edges: back on the last day that is not away and the first that is; active on the last day and a day too late.
    for number, gap in enumerate((AWAY - 1, AWAY, IDLE, IDLE + 1, 2 * IDLE, 2 * IDLE + 1)):
        made["e-%d" % number] = [(FIRST, 81), (FIRST + datetime.timedelta(gap), 10)]
    return made


def expected(bought):
    """Points at the end, and how often the member was welcomed back."""
    points, welcomed, active, last = 0, 0, None, None
    for date, amount in bought + [(LAST + datetime.timedelta(1), None)]:
        while active and (date - active).days > IDLE:
            points -= points // 2
            active += datetime.timedelta(IDLE)
        if amount is None:
            break
        points += amount
        if last and (date - last).days >= AWAY:
            points += 100
            welcomed += 1
        active = last = date
    return points, welcomed


def events(made, nightly):
    rows = [(date, 1, member, amount) for member, bought in made.items() for date, amount in bought]
    days = (LAST - FIRST).days + 2
    rows += [(FIRST + datetime.timedelta(day), 0, None, None) for day in (range(days) if nightly else (days - 1,))]
    for number, (date, _order, member, amount) in enumerate(sorted(rows, key=lambda row: row[:2] + (row[2] or "",))):
        event = {"specversion": "1.0", "id": "n-%d" % number, "source": "shop"}
        if member:
            event.update(type="purchase", subject=member, time="%sT12:00:00Z" % date, data={"total": "%d.00" % amount})
        else:
            event.update(type="clock", time="%sT00:00:00Z" % date)
        yield json.dumps(event)


def lived(site, made, name, nightly):
    ledger = site.path(name)
    write(site.program, json.dumps(PROGRAM))
    done = site.accrue("publish", site.program, "--status", "active", "--all-levels", "--ledger", ledger, ask=False)
    assert done.returncode == 0, done.stderr
    sent = site.accrue("send", "-", "--ledger", ledger, ask=False, stdin="".join(line + "\n" for line in events(made, nightly)))
    assert sent.returncode == 0, (sent.stdout, sent.stderr)
    exported = {what: [json.loads(line) for line in site.accrue("export", ledger, "--what", what, ask=False).stdout.splitlines()]
                for what in ("members", "entries")}
    welcomed = collections.Counter(entry["member"] for entry in exported["entries"] if entry.get("rule") == "Win back")
    verified = site.accrue("verify", ledger, ask=False)
    assert verified.returncode == 0, verified.stdout
    return {row["member"]: (row["balances"]["points"], welcomed[row["member"]]) for row in exported["members"]}


def test_cohort(site):
    made = cohort(random.Random(1997))
    wanted = {member: expected(bought) for member, bought in made.items()}
    assert sum(len(bought) == 1 for bought in made.values()) > MEMBERS / 3  # the shape: many buy once,
    assert sum(welcomed for _points, welcomed in wanted.values()) > 50  # and many come back after long
    for name, nightly in (("lazy", False), ("nightly", True)):
        got = lived(site, made, name, nightly)
        differ = {member: (bought, got.get(member), wanted[member]) for member, bought in made.items() if got.get(member) != wanted[member]}
        assert not differ, (name, len(differ), next(iter(differ.items())))


if __name__ == "__main__":
    assert Site  # of the harness: one for each test
    sys.exit(run(globals()))
