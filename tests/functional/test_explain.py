#!/usr/bin/env python3
"""Why, and what if: what explain and simulate say is what the ledger has, of every event of the real data sets (a sample, unless
ACCRUE_EXPLAIN_ALL is set), and the distance that a condition is given is the distance: a thousand random events (times
$ACCRUE_TEST_SCALE) are changed by exactly that much."""
import collections
import copy
import decimal
import gzip
import json
import os
import random
import subprocess
import sys
import time
import zlib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import ACCRUE, PROGRAM, ROOT, SANITIZED, Site, environment, purchase, request, run

DATA = os.environ.get("ACCRUE_DATA", os.path.join(ROOT, "..", "shared", "data"))
EVERY = 1 if os.environ.get("ACCRUE_EXPLAIN_ALL") else 16 if SANITIZED else 4
SCALE = float(os.environ.get("ACCRUE_TEST_SCALE", "1"))
D = decimal.Decimal


def rule(name, *when, points=5):
    return {"rule": name, "when": {"all": list(when)},
            "outcomes": [{"outcome": "points_fixed", "points": points, "account": "points", "source": "base"}]}


def begin(site, rules=(), **more):
    with open(site.program, "w") as file:
        json.dump(dict(PROGRAM, purchase=list(rules), **more), file)
    site.start(publish=True)
    return site


def good(done):
    assert done.returncode == 0, (done.returncode, done.stdout, done.stderr)
    return done.stdout


# ---- the same from a daemon and from the file

def test_daemon_and_file(site):
    begin(site, [rule("Large basket", {"key_phrase": "total_spend", "operator": ">=", "amount": "50.00"})])
    with site.client() as client:
        assert client.ask(purchase(1, total="37.60"))["status"] == "applied"
    text, shown = good(site.accrue("explain", "pos/r-1")), json.loads(good(site.accrue("explain", "2", "--json")))
    assert "37.60" in text and "12.40 short" in text and "Gold" in text, text
    assert shown["exact"] is True and shown["reply"]["balances"] == {"points": 37}, shown
    level = good(site.accrue("explain", "--member", "m-1", "--level", "Gold"))
    assert "962.40 short" in level, level
    assert site.accrue("explain", "pos/never").returncode == 1
    assert site.accrue("explain", "--member", "m-1", "--level", "Golf").returncode == 1
    assert site.accrue("explain").returncode == 2
    assert good(site.accrue("explain", "r-1")) == text  # an id alone, of the one event that has it
    nothing = site.accrue("explain", "r-77")
    assert nothing.returncode == 1 and "no event has the id 'r-77'" in nothing.stderr, nothing.stderr
    assert site.stop() == 0
    assert good(site.accrue("explain", "pos/r-1", "--ledger", site.ledger, ask=False)) == text
    assert json.loads(good(site.accrue("explain", "2", "--json", "--ledger", site.ledger, ask=False))) == shown
    assert good(site.accrue("explain", "--member", "m-1", "--level", "Gold", "--ledger", site.ledger, ask=False)) == level


def test_an_id_without_its_source(site):
    begin(site)
    with site.client() as client:
        for first in range(1, 20001, 100):
            client.send(*[purchase(number) for number in range(first, first + 100)])
            assert all(client.receive()["status"] == "applied" for _ in range(100))
        assert client.ask(purchase(7, source="pos-2"))["status"] == "applied"
    both = site.accrue("explain", "r-7")
    assert both.returncode == 1 and "2 events have the id 'r-7'" in both.stderr and "pos/r-7 " in both.stderr, both.stderr
    assert "pos-2/r-7 " in both.stderr, both.stderr
    assert good(site.accrue("event", "r-20000")) == good(site.accrue("event", "pos/r-20000"))  # behind several pages of the log


def test_simulate(site):
    begin(site, [dict(rule("Once", {"key_phrase": "make_a_purchase"}), limit={"times": 1, "per": "month"})])
    with open(site.path("basket.json"), "w") as file:
        json.dump(purchase(1, total="12.00"), file, indent=1)  # over several lines
    with open(site.path("baskets.ndjson"), "w") as file:
        file.writelines(json.dumps(purchase(n, total="12.00")) + "\n" for n in range(3))
    text = good(site.accrue("simulate", "basket.json"))
    assert "+12 points" in text and "+5 points" in text and "points 17" in text, text
    shown = json.loads(good(site.accrue("simulate", "baskets.ndjson", "--json")))
    assert [each["reply"]["balances"]["points"] for each in shown["events"]] == [17, 29, 41], shown
    assert shown["events"][1]["judged"][0]["rules"][1]["why"] == "limit" or "limit" in json.dumps(shown["events"][1]["judged"]), shown
    assert site.accrue("member", "m-1").returncode == 1  # nothing was written
    assert good(site.accrue("simulate", "basket.json")) == text  # no limit was used up
    with open(os.path.join(site.template, "programs", "next.json"), "w") as file:
        json.dump(dict(PROGRAM, program="next", family="shop", purchase=[rule("More", {"key_phrase": "make_a_purchase"}, points=50)]), file)
    next_json = os.path.join(site.template, "programs", "next.json")
    assert "points 62" in good(site.accrue("simulate", "basket.json", "--template", next_json))
    bad = site.accrue("simulate", "basket.json", "--program", "nxt")
    assert bad.returncode == 1 and "nxt" in bad.stderr, bad
    with open(site.path("bad.json"), "w") as file:
        json.dump(dict(purchase(1), type="purchas"), file)
    assert site.accrue("simulate", "bad.json").returncode == 1
    assert site.accrue("simulate", "missing.json").returncode == 2
    assert site.stop() == 0
    assert good(site.accrue("simulate", "basket.json", "--ledger", site.ledger, ask=False)) == text


# ---- distances

OPERATORS = [">=", ">", "<=", "<", "="]
NOON = "T12:00:00Z"
TODAY = "2026-03-20"
WINDOWS = {"ever": ({}, "2000-01-01"), "month": ({"timeframe": {"this": "month"}}, "2026-03-01"),
           "days": ({"timeframe": {"last": "10 days"}}, "2026-03-11")}


class Knob:
    """What of a case is turned by a distance: `phrase` over `window` asks for it, in steps of `step`."""

    def __init__(self, phrase, variable, part, step="1", window=None, **more):
        self.phrase, self.variable, self.part, self.step, self.more = phrase, variable, part, D(step), more
        frame, self.since = WINDOWS[window or "ever"]
        self.more = dict(frame, **more) if window else more


KNOBS = [
    Knob("total_spend", "amount", "total", "0.01"),
    Knob("items_purchased", "count", "quantity", "0.001"),
    Knob("items_bought", "count", "quantity", "0.001", "ever"),
    Knob("spend_currency", "amount", "total", "0.01", "ever"),
    Knob("spend_currency", "amount", "total", "0.01", "month"),
    Knob("spend_currency", "amount", "total", "0.01", "days"),
    Knob("past_total", "number", "total", "0.01", "month", unit="currency"),
    Knob("spend_currency", "every", "total", "0.01"),
    Knob("complete_transactions", "count", "visits", "1", "ever"),
    Knob("complete_transactions", "count", "visits", "1", "month"),
    Knob("complete_transactions", "count", "visits", "1", "days"),
    Knob("past_total", "number", "visits", "1", "days", unit="transactions"),
    Knob("current_point_balance", "points", "points"),
    Knob("has_tag", "count", "tags", tag="red"),
    Knob("years_since_joining", "years", "years"),
]
TAGGER = dict(rule("Red", {"key_phrase": "make_a_purchase", "constraints": {"channel": {"include": ["tagger"]}}}),
              outcomes=[{"outcome": "add_tags", "tags": ["red"]}])


def wanted(dice, knob):
    if knob.part == "total":
        return "%d.%02d" % (dice.randrange(1, 90), dice.randrange(100))
    return {"quantity": dice.randrange(1, 40), "visits": dice.randrange(1, 8), "points": dice.randrange(0, 80),
            "tags": dice.randrange(0, 4), "years": dice.randrange(0, 6)}[knob.part]


def random_rules(dice):
    """Two rules a knob; none of them gives what another asks for."""
    for number, knob in enumerate(KNOBS * 2):
        condition = {"key_phrase": knob.phrase, knob.variable: wanted(dice, knob), **knob.more}
        if knob.variable != "every":
            condition["operator"] = dice.choice(OPERATORS if knob.phrase != "past_total" else [">=", "<=", "="])  # finer than a cent
        if condition.get("operator") == "<" and condition[knob.variable] == 0:
            condition["operator"] = "<="
        yield knob, dict(rule("%s %d" % (knob.phrase, number), condition, {"key_phrase": "make_a_purchase"}),
                         outcomes=[{"outcome": "add_tags", "tags": ["met"]}])


class Case:
    """A member of its own: when it joined, what it was given and bought, then the event."""

    def __init__(self, dice):
        self.visits = sorted("2026-0%d-%02d" % (dice.choice([2, 3, 3]), dice.randrange(1, 20)) for _ in range(dice.randrange(6)))
        self.spent = [D(dice.randrange(100, 3000)) / 100 for _ in self.visits]
        self.points, self.tags, self.years = dice.randrange(0, 60), dice.randrange(0, 4), dice.randrange(0, 6)
        self.total, self.quantity = D(dice.randrange(1, 9000)) / 100, D(dice.randrange(1, 40))

    def turned(self, knob, by):
        """The same but for so much; None where it cannot be."""
        made = copy.copy(self)
        if knob.part == "visits":
            inside = [at for at, day in enumerate(self.visits) if day >= knob.since]
            if by < 0 and len(inside) < -by:
                return None
            gone = set(inside[:int(-by)]) if by < 0 else ()
            made.visits = [day for at, day in enumerate(self.visits) if at not in gone] + [TODAY] * max(int(by), 0)
            made.spent = [spent for at, spent in enumerate(self.spent) if at not in gone] + [D("0.01")] * max(int(by), 0)
            return made
        setattr(made, knob.part, getattr(self, knob.part) + by)
        least = {"total": D("0.01"), "quantity": D("0.001")}.get(knob.part, 0)
        return made if getattr(made, knob.part) >= least else None

    def events(self, name):
        def event(kind, number, time, **data):
            return {"specversion": "1.0", "id": "%s-%s" % (name, number), "source": "pos", "type": kind, "subject": name, "time": time,
                    "data": data}
        yield event("member.join", "join", "2026-01-01" + NOON, joined="%d-03-20" % (2026 - self.years))
        if self.points:
            yield event("points.adjust", "give", "2026-01-02" + NOON, points=int(self.points), reason="test", actor="test")
        for number in range(int(self.tags)):
            yield event("purchase", "tag%d" % number, "2026-01-0%d" % (number + 3) + NOON, total="0.00", channel="tagger")
        for number, (day, spent) in enumerate(zip(self.visits, self.spent)):
            yield basket("%s-%d" % (name, number), name, day + "T11:00:00Z", spent, 1)
        yield basket("%s-event" % name, name, TODAY + NOON, self.total, self.quantity)


def basket(number, member, time, total, quantity):
    return purchase(number, member=member, time=time,
                    data={"total": str(total), "items": [{"line": "1", "sku": "A", "quantity": str(quantity), "amount": str(total)}]})


def conditions(shown):
    return {each["rule"]: each["when"]["all"][0] for place in shown["judged"] for each in place["rules"]
            if each["behavior"] == "purchase" and "when" in each}


class Lab:
    """Cases, judged side by side: the conditions of their last events."""

    def __init__(self, client):
        self.client, self.members, self.events, self.wanted = client, 0, [], []

    def add(self, case):
        self.members += 1
        self.events.extend(case.events("made-up-%d" % self.members))
        self.wanted.append(len(self.events) - 1)

    def go(self):
        answer = self.client.ask(request("event.simulate", events=self.events)) if self.events else {"result": {"events": []}}
        assert "result" in answer, str(answer)[:500]
        refused = [one["reply"] for one in answer["result"]["events"] if one["reply"]["status"] != "applied"]
        assert not refused, refused[:3]
        shown = [conditions(answer["result"]["events"][index]) for index in self.wanted]
        self.events, self.wanted = [], []
        return shown


def turns(case, knob, condition):
    """[(case turned by the distance or a step less or more, does the condition hold then)]; none where it says no distance."""
    if "distance" not in condition:
        return []
    distance, spare = D(str(condition["distance"])), condition["is"] == "to_spare"
    up = condition["is"] == "short" or (spare and condition["operator"][0] == "<")
    found = []
    for more in (D(0), knob.step if spare else -knob.step):
        turned = case.turned(knob, (distance + more) * (1 if up else -1))
        if turned and distance + more >= 0:
            found.append((turned, spare == (more == 0) if spare else more == 0))
    return found


def distances(lab, dice, knobs, checked):
    """A few random events, each by one condition that can be turned; how many there were."""
    cases = [Case(dice) for _ in range(20)]
    for case in cases:
        lab.add(case)
    changed, events = [], 0
    for case, found in zip(cases, lab.go()):
        names = [name for name in knobs if turns(case, knobs[name], found[name])]
        name = dice.choice(names)
        for turned, holds in turns(case, knobs[name], found[name]):
            lab.add(turned)
            changed.append((name, found[name], vars(turned), holds))
        events += 1
    for (name, condition, values, holds), found in zip(changed, lab.go()):
        assert found[name]["holds"] == holds, (name, condition, values, found[name])
        checked[condition["is"]] += 1
        checked[knobs[name].part] += 1
    return events


def test_distances(site):
    dice = random.Random(7)
    checked, events = collections.Counter(), 0
    drawn = list(random_rules(dice))
    begin(site, [TAGGER] + [each for _knob, each in drawn])
    knobs = {each["rule"]: knob for knob, each in drawn}
    with site.client(timeout=600) as client:
        lab = Lab(client)
        while events < 1000 * SCALE:
            events += distances(lab, dice, knobs, checked)
    assert min(checked[kind] for kind in ("short", "over", "to_spare")) > 50 * SCALE, checked
    assert SCALE < 1 or min(checked[knob.part] for knob in KNOBS) > 20, checked


# ---- the real data sets

def effects(shown):
    """What rules and base earning moved, as (account, points)."""
    found = collections.Counter()
    for place in shown["judged"]:
        for outcome in place["base"] + [one for each in place["rules"] for one in each["outcomes"]]:
            found.update((effect["account"], str(effect["points"])) for effect in outcome["effects"] if "points" in effect)
    return found


def posted(entries):
    """What the ledger says of it, by the number of the record."""
    found = collections.defaultdict(collections.Counter)
    for each in entries:
        if "behavior" in each:
            found[each["seq"]][each["account"], str(each["points"])] += 1
    return found


def pages(client, method, key, cursor, member):
    """All pages of a member; `cursor`: the parameter that a page's member `key` goes into."""
    at = None
    while True:
        answer = client.ask(request(method, member=member, **({cursor: at} if at else {})))
        if "error" in answer and answer["error"]["data"]["code"] == "member_unknown":
            return  # nothing of it was ever applied
        assert "result" in answer, (method, member, answer)
        yield answer["result"]
        at = answer["result"][key]
        if at is None:
            return


def moved(reply):
    return collections.Counter((one["account"], str(one["points"])) for one in reply["outcomes"] if "points" in one and "behavior" in one)


def check_event(shown, ledger):
    """The explanation of an event, or of due work: exact, and what it says of points is what the ledger has. Numbers of records."""
    assert shown["exact"] is True, json.dumps(shown)[:3000]
    # What comes back is taken from what the purchase's rules gave: no rule of its own is met.
    said = moved(shown["reply"]) if shown["event"]["type"] == "return" else effects(shown)
    assert said == ledger[shown["seq"]], (shown["seq"], said, ledger[shown["seq"]])
    for due in shown["due"]:
        assert effects(due) == ledger[due["reply"]["seq"]], (due["reply"], ledger[due["reply"]["seq"]])
    return [shown["seq"], *(due["reply"]["seq"] for due in shown["due"])]


def explained(client, members, check=check_event):
    seen = []
    for member in members:
        entries = [each for page in pages(client, "member.ledger", "before", "before", member) for each in page["entries"]]
        ledger = posted(entries)
        told = [seq for page in pages(client, "member.explain", "next", "after", member) for shown in page["events"]
                for seq in check(shown, ledger)]
        assert len(told) == len(set(told)) and set(ledger) <= set(told), (member, set(ledger) - set(told))
        seen += told
    return seen


def real(site, example, file):
    path = os.path.join(DATA, file)
    if not os.path.exists(path):
        print("skip  %s: no %s (set ACCRUE_DATA)" % (example, path))
        return
    folder = os.path.join(ROOT, "examples", example)
    programs = os.path.join(folder, "programs")
    for name in os.listdir(programs):
        good(site.accrue("publish", os.path.join(programs, name), "--status", "active", "--all-levels", "--ledger", site.ledger, ask=False))
    events = collections.Counter()
    with gzip.open(path, "rt") as lines, open(site.path("events"), "w") as out:
        for line in lines:
            subject = json.loads(line).get("subject")
            if subject is None or zlib.crc32(subject.encode()) % EVERY == 0:
                out.write(line)
                events[subject] += 1
    sent = subprocess.run([ACCRUE, "send", site.path("events"), "--json", "--ledger", site.ledger], capture_output=True, text=True,
                          env=environment(), timeout=1200)
    assert sent.returncode in (0, 1), sent.stderr
    site.template = folder
    site.start()
    del events[None]  # rejected: they are of nobody
    began = time.process_time()
    with site.client(timeout=600) as client:
        seen = explained(client, sorted(events))
        recorded = client.ask(request("server.stats"))["result"]["records"]
        unknown = sum(events[member] for member in events if not list(pages(client, "member.ledger", "before", "before", member)))
    print("      %s: %d of %d records of %d members explained; %.0f s of the test's own" % (
        example, len(seen), recorded, len(events), time.process_time() - began))
    assert recorded - unknown - len(os.listdir(programs)) <= len(seen) < recorded, (len(seen), recorded, unknown)


def test_real_shop(site):
    real(site, "gift-shop", "online_retail.ndjson.gz")


def test_real_grocer(site):
    real(site, "grocer", "completejourney.ndjson.gz")


if __name__ == "__main__":
    assert Site  # of the harness: one for each test
    sys.exit(run(globals()))
