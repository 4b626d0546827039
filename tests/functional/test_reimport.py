#!/usr/bin/env python3
"""A ledger of everything that people do, exported and sent into an empty one: the same entries, members and liability."""
import json
import os
import random
import re
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness

MEMBERS, EVENTS = 40, 1500
BEGIN = 1767225600  # 1 January 2026
SHOP = dict(
    harness.PROGRAM, program="shop", effective_from="2025-01-01",
    accounts={"points": {"default": True, "allow_negative": True, "expiry": {"mode": "rolling", "after": "2 months"}},
              "bonus": {"default": True, "max_balance": 400, "expiry": {"mode": "fixed_date", "every": "year", "on": "03-31"}},
              "wait": {"escrow": True, "expiry": {"mode": "rolling", "after": "9 days", "into": "bonus"}}},
    sources={"base": {"accounts": ["points", "bonus", "wait"]}, "promo": {"accounts": ["bonus"], "inventory": 3000}},
    offers={"wash": {"price": 30, "account": "points", "valid": "20 days", "discount": {"amount": "5.00"}},
            "cup": {"valid": "15 days", "discount": {"percent": "10"}}},
    settings={"unmatched_returns": "deduct"},
    base_earn=[{"points": 1, "per": "1.00", "account": "points", "source": "base"},
               {"points": 1, "per": "4.00", "account": "wait", "source": "base"}],
    levels=[
        {"level": "Member", "entrance": [{"rule": "Everyone", "when": "no rules", "outcomes": []}],
         "purchase": [
             {"rule": "Large", "when": {"all": [{"key_phrase": "total_spend", "operator": ">=", "amount": "60.00"}]},
              "outcomes": [{"outcome": "points_fixed", "points": 25, "account": "bonus", "source": "promo"},
                           {"outcome": "issue_offer", "offer": "cup"}]}]},
        {"level": "Gold", "threshold": {"spend": "500.00"}, "maintenance": []}])
CLUB = {"program": "club", "effective_from": "2025-06-01", "currency": "USD", "timezone": "America/New_York",
        "accounts": {"miles": {"default": True, "decimals": 2, "expiry": {"mode": "inactivity", "after": "3 weeks", "percent": 50}}},
        "sources": {"flown": {"accounts": ["miles"]}},
        "base_earn": [{"points": 3, "per": "7.00", "account": "miles", "source": "flown"}]}


def stamp(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


class Life:
    """A made-up history: events of all kinds, of which some are refused and some late."""

    def __init__(self, seed, late=True):
        self.late = late
        self.dice = random.Random(seed)
        self.now = BEGIN
        self.bought, self.spent, self.held, self.lines = [], [], [], []

    def event(self, kind, member, **data):
        late = self.late and self.dice.randrange(12) == 0
        self.lines.append({"specversion": "1.0", "id": "e-%d" % len(self.lines), "source": "pos", "type": kind, "subject": member,
                           "time": stamp(self.now - (self.dice.randrange(20 * 86400) if late else 0)), "data": data})

    def items(self):
        return [{"line": str(n + 1), "sku": "K%d" % self.dice.randrange(9), "quantity": self.dice.randrange(1, 4),
                 "amount": "%d.%02d" % (self.dice.randrange(60), self.dice.randrange(100))} for n in range(self.dice.randrange(1, 4))]

    def total(self, items):
        cents = sum(int(item["amount"].replace(".", "")) for item in items)
        return "%d.%02d" % divmod(cents, 100)

    def step(self):
        dice = self.dice
        self.now += dice.randrange(7200 * 3)
        number, member, kind = len(self.lines), "m-%d" % dice.randrange(MEMBERS), dice.randrange(100)
        if kind < 40:
            items = self.items()
            self.bought.append((number, member, items))
            self.event("purchase", member, transaction="t-%d" % number, total=self.total(items), items=items)
        elif kind < 55 and self.bought:
            of, whose, items = dice.choice(self.bought)
            what = {"items": [{"of_line": dice.choice(items)["line"], "quantity": 1}]} if dice.randrange(2) else {
                "total": "%d.%02d" % (dice.randrange(30), dice.randrange(1, 100))}
            self.event("return", whose if dice.randrange(9) else member, of="t-%d" % of, **what)
        elif kind < 60 and self.bought:
            of, whose, _ = dice.choice(self.bought)
            items = self.items()
            self.event("purchase.amended", whose, transaction="t-%d" % of, total=self.total(items), items=items)
        elif kind < 68:
            self.spent.append((number, member))
            self.event("points.spend", member, points=dice.randrange(1, 60), account="points", reference="s-%d" % number)
        elif kind < 71 and self.spent:
            of, whose = dice.choice(self.spent[-5:])
            self.event("points.spend_cancelled", whose, of="e-%d" % of)
        elif kind < 78:
            self.held.append((number, member))
            self.event("points.hold", member, points=dice.randrange(1, 60), account="points", reference="h-%d" % number,
                       until=stamp(self.now + dice.randrange(1, 20) * 86400))
        elif kind < 82 and self.held:
            of, whose = dice.choice(self.held[-5:])
            self.event(dice.choice(["points.capture", "points.release"]), whose, reference="h-%d" % of)
        else:
            self.other(kind, member)

    def other(self, kind, member):
        dice = self.dice
        if kind < 87:
            self.event("points.adjust", member, points=dice.randrange(-20, 60) or 1, account="points", reason="r", actor="a")
        elif kind < 89:
            self.event("points.import", member, account="points", lots=[
                {"points": 17, "earned": stamp(self.now - 30 * 86400), "expires": stamp(self.now + 5 * 86400)}])
        elif kind < 92:
            if dice.randrange(2) and self.bought:
                self.event("offer.redeem", dice.choice(self.bought[-9:])[1], offer="cup")
            else:
                self.event("offer.purchase", member, offer="wash")
        elif kind < 94:
            self.event(dice.choice(["member.lock", "member.unlock", "member.unlock"]), member)
        elif kind < 95:
            self.event("member.merge", member, into="m-%d" % dice.randrange(MEMBERS))
        elif kind < 97:
            self.event("member.update", member, birthday="1980-02-%02d" % dice.randrange(1, 29), attributes={"n": str(self.now)})
        elif kind < 98:
            self.event("level.set", member, program="shop", level="Gold", reason="r", actor="a")
        elif kind < 99:
            self.event("member.leave", member)
        else:
            self.lines.append({"specversion": "1.0", "id": "c-%d" % len(self.lines), "source": "clock", "type": "clock",
                               "time": stamp(self.now)})


def good(done):
    assert done.returncode == 0, (done.returncode, done.stdout[-2000:], done.stderr[-2000:])
    return done.stdout


def open_ledger(site, name):
    site.ledger = site.path(name)
    site.start("--clock", "off")
    for program in ("shop", "club"):
        good(site.accrue("publish", os.path.join(site.template, "programs", program + ".json"), "--status", "active", "--all-levels"))


def lines_of(text):
    return [json.loads(line) for line in text.splitlines()]


def exported(site, what):
    return lines_of(good(site.accrue("export", "--what", what)))


NUMBERS = ("seq", "number", "recorded", "of", "issue")


def unnumbered(value):
    """Without what counts the records in front."""
    if isinstance(value, dict):
        return {key: unnumbered(each) for key, each in value.items() if key not in NUMBERS}
    if isinstance(value, list):
        return [unnumbered(each) for each in value]
    return re.sub(r"^merged/[0-9]+$|(?<=Z)/[0-9]+$", "", value) if isinstance(value, str) else value


def state(site):
    """Entries in the order of the log, everybody in the order in which they came, and the liability."""
    entries = exported(site, "entries")
    for entry in entries:
        del entry["recorded"]
    return entries, exported(site, "members"), json.loads(good(site.accrue("report", "liability", "--json")))


def by_member(rows):
    out = {}
    for row in rows:
        out.setdefault(row["member"], []).append(unnumbered(row))
    return out


def send(site, name, lines):
    harness.write(site.path(name), "".join(json.dumps(line) + "\n" for line in lines))
    return site.accrue("send", site.path(name), "--json", "--replies", site.path(name + ".replies"))


def same(was, now):
    if isinstance(was, dict):
        was, now = sorted(was.items()), sorted(now.items())
    assert was == now, next(((x, y) for x, y in zip(was, now) if x != y), (was[len(now):][:1], now[len(was):][:1]))


def live(site, seed, shop, late=True):
    """All that was sent, and the lines of it that were taken."""
    life = Life(seed, late)
    while len(life.lines) < EVENTS:
        life.step()
    life.lines.append({"specversion": "1.0", "id": "last", "source": "clock", "type": "clock", "time": stamp(life.now)})
    harness.write(os.path.join(site.template, "programs", "shop.json"), json.dumps(shop))
    harness.write(os.path.join(site.template, "programs", "club.json"), json.dumps(CLUB))
    open_ledger(site, "all")
    send(site, "lines", life.lines)
    with open(site.path("lines.replies")) as file:
        replies = lines_of(file.read())
    count = {}
    for line, reply in zip(life.lines, replies):
        kinds = count.setdefault(line["type"], {})
        kinds[reply["status"]] = kinds.get(reply["status"], 0) + 1
    wrong = [reply for reply in replies if reply["status"] == "rejected"]
    assert all(kinds.get("applied") for kinds in count.values()), (count, wrong[:20])
    assert sum(kinds.get("parked", 0) + kinds.get("conflict", 0) for kinds in count.values()) == 0, count
    return [line for line, reply in zip(life.lines, replies) if reply["status"] != "rejected"]


def send_into_empty(site, name, events):
    assert site.stop() == 0
    open_ledger(site, name)
    good(send(site, name + ".lines", events))
    good(site.accrue("verify"))


def test_everything(site):
    taken = live(site, 1, SHOP)
    first = state(site)
    assert first[2]["equal"], first[2]
    assert sum(entry["points"] for entry in first[0] if entry["source"] == "promo" and entry["reason"] == "award") <= 3000
    assert exported(site, "events") == taken
    send_into_empty(site, "again", taken)
    second = state(site)
    for was, now in zip(first[:2], second[:2]):
        was, now = by_member(was), by_member(now)
        assert was.keys() == now.keys()
        for name in was:
            same(was[name], now[name])
    assert first[2] == second[2]
    # Nothing was rejected in this one, so that no due work came before its time: the log is the same to the number.
    send_into_empty(site, "and again", exported(site, "events"))
    for was, now in zip(second[:2], state(site)[:2]):
        same(was, now)


def test_erased(site):
    """Who was erased is not exported, and nothing else changes by it."""
    # Without an inventory that all share and without late events, for which the others' are what tells the time.
    end = live(site, 2, dict(SHOP, sources={"base": SHOP["sources"]["base"], "promo": {}}), late=False)[-1]["time"]
    _, members, liability = state(site)
    gone = ["m-%d" % n for n in range(0, MEMBERS, 7)]
    send(site, "erase", [{"specversion": "1.0", "id": "x-" + name, "source": "pos", "type": "member.erase", "subject": name,
                          "time": end, "data": {}} for name in gone])
    erased = state(site)
    same(liability["accounts"], erased[2]["accounts"])
    held = {}
    for entry in erased[0]:
        if entry["kind"] != "capture":
            held[entry["member"], entry["account"]] = entry["balance"]
    same({name: points for (name, account), points in held.items() if name.startswith("erased/") and account == "points" and points},
         {member["member"]: member["balances"]["points"] for member in erased[1]
          if member["member"].startswith("erased/") and member["balances"]["points"]})
    done = site.accrue("export")
    assert "were erased and are not part of the export" in done.stderr, done.stderr
    assert not any(line.get("subject") in gone for line in lines_of(done.stdout))
    left = {name: rows for name, rows in by_member(erased[1]).items() if name in by_member(members) and name not in gone}
    assert len(left) > MEMBERS / 2, len(left)
    send_into_empty(site, "others", lines_of(done.stdout))
    now = state(site)
    for name in left:
        same(left[name][0], by_member(now[1])[name][0])
        same(by_member(erased[0])[name], by_member(now[0])[name])
    assert now[2]["equal"], now[2]


if __name__ == "__main__":
    sys.exit(harness.run(globals()))
