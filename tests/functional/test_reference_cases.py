#!/usr/bin/env python3
"""The reference on cases whose results are known without it: worked examples of the domain. Last line: `N passed, N failed`."""
import json
import os
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "reference"))

from pipeline import Reference  # noqa: E402
from program import Program  # noqa: E402
from words import Plugins  # noqa: E402

SHOP = {"key_phrase": "make_a_purchase"}
EVERYONE = {"rule": "Everyone", "when": "no rules", "outcomes": []}


def fixed(points):
    return [{"outcome": "points_fixed", "points": points, "account": "points", "source": "base"}]


def program(**fields):
    made = {"program": "p", "effective_from": "2020-01-01", "currency": "EUR", "timezone": "Europe/Vienna",
            "accounts": {"points": {}}, "sources": {"base": {"accounts": ["points"]}},
            "levels": [{"level": "One", "entrance": [EVERYONE]}]}
    made.update(fields)
    return made


def purchase(total, time, **data):
    return {"type": "purchase", "time": time, "data": dict(data, total=total)}


def days(*numbers, total="10.00"):
    return [purchase(total, f"2025-03-{day:02d}T12:00:00Z") for day in numbers]


def outcome_of(spec, events):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "programs", "p.json")
        os.mkdir(os.path.dirname(path))
        with open(path, "w", encoding="utf-8") as file:
            json.dump(spec, file)
        reference = Reference(Program(path, Plugins()))
        for number, event in enumerate(events):
            envelope = {"specversion": "1.0", "id": str(number), "source": "s", "subject": "m"}
            reference.take(json.dumps({**envelope, **event}).encode())
        return next(reference.result(), None), reference


def rule(when, outcomes, name="r"):
    return {"rule": name, "when": when, "outcomes": outcomes}


def when(*conditions):
    return {"all": [SHOP, *conditions]}


def count(operator, number, **more):
    return {"key_phrase": "complete_transactions", "operator": operator, "count": number, **more}


def earn(amount, rate, per="1.00"):
    spec = program(base_earn={"points": rate, "per": per, "account": "points", "source": "base"})
    return outcome_of(spec, [purchase(amount, "2025-03-01T12:00:00Z")])[0]["balances"]["points"]


def after(rules, events, **fields):
    return outcome_of(program(purchase=rules, **fields), events)[0]["balances"]["points"]


def store_rule():
    narrowed = {"key_phrase": "make_a_purchase", "constraints": {"store": {"include": ["A"]}}}
    return [rule({"none": [narrowed]}, fixed(10))]


def paid(match, *types):
    narrowed = {"key_phrase": "make_a_purchase", "constraints": {"payment_type": match}}
    payments = [{"type": one, "amount": "5.00"} for one in types]
    return after([rule(narrowed, fixed(1))], [purchase("10.00", "2025-03-01T12:00:00Z", payments=payments)])


def climbs():
    def level(name, amount):
        condition = {"key_phrase": "spend_currency", "operator": ">=", "amount": amount}
        return {"level": name, "entrance": [rule({"all": [condition]}, fixed(7), name)]}
    spec = program(levels=[{"level": "One", "entrance": [EVERYONE]}, level("Two", "500.00"), level("Three", "1000.00")])
    row, _ = outcome_of(spec, [purchase("1200.00", "2025-03-01T12:00:00Z")])
    return row["levels"]["p"], row["balances"]["points"], row["entries"]


def window_edge(first):
    condition = count("=", 2, timeframe={"last": "30 days"})
    return after([rule(when(condition), fixed(1))], [purchase("1.00", f"2025-{first}"), purchase("1.00", "2025-03-31T12:00:00Z")])


CASES = [
    ("exactly 5: once, at the fifth (domain 16.14, 2)", lambda: after([rule(when(count("=", 5)), fixed(100))], days(*range(1, 8))), 100),
    ("at least 5: the fifth, sixth, seventh (3)", lambda: after([rule(when(count(">=", 5)), fixed(100))], days(*range(1, 8))), 300),
    ("none of store A, bought at A (4)", lambda: after(store_rule(), [purchase("1.00", "2025-03-01T12:00:00Z", store="A")]), 0),
    ("none of store A, bought at B (4)", lambda: after(store_rule(), [purchase("1.00", "2025-03-01T12:00:00Z", store="B")]), 10),
    ("one tender that qualifies (5)", lambda: paid({"include": ["card"]}, "cash", "card"), 1),
    ("half by an excluded tender (6)", lambda: paid({"exclude": ["gift_card"]}, "gift_card", "cash"), 1),
    ("wholly by an excluded tender (6)", lambda: paid({"exclude": ["gift_card"]}, "gift_card"), 0),
    ("19.99 at 2 a euro (P2)", lambda: earn("19.99", 2), 39),
    ("4.99 at 1 for 2.00: units are cut at two decimals", lambda: earn("4.99", 1, "2.00"), 2),
    ("two levels by one purchase, both pay (14)", climbs, ("Three", 14, 2)),
    ("2 March is within 30 days of 31 March (18)", lambda: window_edge("03-01T23:00:00Z"), 1),
    ("1 March is not (18)", lambda: window_edge("03-01T22:59:59Z"), 0),
    ("a purchase at 1 March 23:30 in Vienna's winter is no 2 March", lambda: window_edge("03-01T22:30:00Z"), 0),
    ("the purchase itself left out", lambda: after([rule(when(count(">=", 1, include_current=False)), fixed(1))], days(1, 2, 3)), 2),
    ("the last 3 times need three facts", lambda: after([rule(when({"key_phrase": "spend_currency", "amount": "25.00",
                                                                    "timeframe": {"last": "3 times"}}), fixed(1))], days(1, 2, 3, 4)), 2),
    ("a late event does not see what happened after it",
     lambda: after([rule(when(count("=", 1)), fixed(1))], days(10) + days(5)), 2),
    ("an event without subject is refused", lambda: outcome_of(program(), [dict(days(1)[0], subject=None)])[1].codes["member_missing"], 1),
    ("a tenth of a cent is refused", lambda: outcome_of(program(), [purchase("1.001", "2025-03-01T12:00:00Z")])[1].codes["decimals"], 1),
    ("trailing zeros are no decimals", lambda: earn("1.000", 1), 1),
]


def main():
    failed = 0
    for name, run, wanted in CASES:
        found = run()
        if found != wanted:
            failed += 1
            print(f"FAIL  {name}: {found}, wanted {wanted}")
    print(f"{len(CASES) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
