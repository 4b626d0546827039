#!/usr/bin/env python3
"""What `accrue explain` says to people, of a dozen events that did not earn what somebody hoped for: explain.out, byte for byte.

`test_explain.py --update` writes it anew; read the difference before you commit it.
"""
import difflib
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
ACCRUE = os.path.join(ROOT, os.environ.get("ACCRUE_BUILD", "build/release"), "accrue")
KEPT = os.path.join(HERE, "explain.out")


def fixed(points, **more):
    return dict({"outcome": "points_fixed", "points": points, "account": "points", "source": "promo"}, **more)


def rule(name, *when, outcomes=(), **more):
    return dict({"rule": name, "when": {"all": list(when)}, "outcomes": list(outcomes) or [fixed(20)]}, **more)


BUY = {"key_phrase": "make_a_purchase"}
PROGRAM = {
    "program": "shop", "effective_from": "2026-01-01", "currency": "USD", "timezone": "America/New_York",
    "accounts": {"points": {"default": True, "expiry": {"mode": "rolling", "after": "2 months"}}},
    "sources": {"base": {}, "promo": {"limit": [{"points": 100, "per": "month", "for": "member"}]}},
    "audiences": ["staff"],
    "base_earn": [{"points": 1, "per": "1.00", "account": "points", "source": "base"}],
    "purchase": [
        rule("Large basket", {"key_phrase": "total_spend", "operator": ">=", "amount": "50.00",
                              "constraints": {"store": {"include": ["S1", "S2"]}}}),
        rule("Coffee", {"key_phrase": "items_purchased", "operator": ">=", "count": 3,
                        "constraints": {"catalog": {"include": {"categories": ["coffee"]}}}}),
        rule("Tuesdays", dict(BUY, constraints={"day_of_week": ["tue"], "time_of_day": ["14:00-17:00"]})),
        rule("Third in a week",
             {"key_phrase": "complete_transactions", "operator": ">=", "count": 3, "timeframe": {"last": "7 days"}}, BUY),
        rule("Card or staff", {"any": [dict(BUY, constraints={"payment_type": {"include": ["store_card"]}}),
                                       {"key_phrase": "in_audience", "audience": "staff"}]}, BUY),
        rule("Each hundred", {"key_phrase": "spend_currency", "every": "100.00"}, BUY),
        rule("Hundred at once", {"key_phrase": "spend_currency", "operator": ">=", "amount": "100.00", "fire": "crossing"}, BUY),
        rule("Once a month", BUY, limit={"times": 1, "per": "month"}),
        rule("Over", BUY, until="2026-02-01"),
        rule("No gifts", {"none": [{"key_phrase": "purchase_attribute", "key": "gift", "operator": "=", "value": "yes"}]}, BUY),
        rule("Tenths", {"key_phrase": "total_spend", "operator": ">", "amount": "20.00"},
             outcomes=[{"outcome": "points_variable", "points": "0.75", "per": "0.10", "rounding": "half_up", "account": "points",
                        "source": "promo"}])],
    "event": [rule("Visits", {"key_phrase": "event_attribute", "event": "member.update", "key": "mood", "operator": "=", "value": "good"})],
    "levels": [{"level": "Member", "entrance": [{"rule": "Everyone", "when": "no rules", "outcomes": []}]},
               {"level": "Silver", "threshold": {"spend": "150.00"}, "maintenance": []},
               {"level": "Gold", "threshold": {"spend": "1000.00"}, "maintenance": []}],
}


def buy(number, day, total, hour=15, **data):
    return {"specversion": "1.0", "id": "r-%d" % number, "source": "pos", "type": "purchase", "subject": "m-1",
            "time": "2026-%sT%02d:00:00Z" % (day, hour), "data": dict({"total": total}, **data)}


def lines(*of):
    return [{"line": str(n + 1), "sku": sku, "categories": [category], "quantity": str(quantity), "amount": amount}
            for n, (sku, category, quantity, amount) in enumerate(of)]


EVENTS = [
    ("12.40 short of a large basket", buy(1, "03-03", "37.60", store="S1")),
    ("the wrong store; not the right hour of a Tuesday", buy(2, "03-04", "60.00", store="S17")),
    ("one line of three is coffee", buy(3, "03-05", "12.00", store="S1",
                                        items=lines(("C1", "coffee", 1, "4.00"), ("T1", "tea", 5, "4.00"), ("T2", "tea", 1, "4.00")))),
    ("two of four purchases outside the window; the hundred was crossed before", buy(4, "03-11", "10.00")),
    ("a card makes the any true; one of two payments",
     buy(5, "03-12", "30.00", payments=[{"type": "store_card", "amount": "10.00"}, {"type": "cash", "amount": "20.00"}])),
    ("a gift", buy(6, "03-13", "8.00", context={"gift": "yes"})),
    ("the source gives no more this month", buy(7, "03-24", "45.00", hour=19, store="S2")),
    ("a new month: limits are free again", buy(8, "04-01", "15.00")),
    ("points have expired first", buy(9, "05-20", "15.00")),
    ("not enough to spend", {"specversion": "1.0", "id": "s-1", "source": "pos", "type": "points.spend", "subject": "m-1",
                             "time": "2026-05-21T12:00:00Z", "data": {"points": 5000}}),
    ("another mood", {"specversion": "1.0", "id": "u-1", "source": "crm", "type": "member.update", "subject": "m-1",
                      "time": "2026-05-22T12:00:00Z", "data": {"attributes": {"mood": "bad"}}}),
    ("some of it came back", {"specversion": "1.0", "id": "b-1", "source": "pos", "type": "return", "subject": "m-1",
                              "time": "2026-05-23T12:00:00Z", "data": {"of": "r-8", "total": "5.00"}}),
]


def accrue(folder, *arguments):
    done = subprocess.run([ACCRUE, *arguments], capture_output=True, text=True, cwd=folder,
                          env=dict(os.environ, ACCRUE_SHARE=os.environ.get("ACCRUE_SHARE", ROOT), NO_COLOR="1"))
    if done.returncode:
        raise SystemExit("accrue %s: %s%s\n0 passed, 1 failed" % (" ".join(arguments), done.stdout, done.stderr))
    return done.stdout


def texts():
    with tempfile.TemporaryDirectory(prefix="accrue-golden-") as folder:
        os.mkdir(os.path.join(folder, "programs"))
        with open(os.path.join(folder, "template.lua"), "w") as file:
            file.write('return { name = "shop", version = "1.0.0", api = 1 }\n')
        with open(os.path.join(folder, "programs", "shop.json"), "w") as file:
            json.dump(PROGRAM, file)
        with open(os.path.join(folder, "sent.ndjson"), "w") as file:
            file.writelines(json.dumps(event) + "\n" for _title, event in EVENTS)
        accrue(folder, "publish", "programs/shop.json", "--status", "active", "--all-levels", "--ledger", "ledger")
        accrue(folder, "send", "sent.ndjson", "--ledger", "ledger")
        for title, event in EVENTS:
            yield "== %s\n%s" % (title, accrue(folder, "explain", event["source"] + "/" + event["id"], "--ledger", "ledger"))
        yield "== what is missing\n" + accrue(folder, "explain", "--member", "m-1", "--level", "Gold", "--ledger", "ledger")


def main():
    got = list(texts())
    if "--update" in sys.argv:
        with open(KEPT, "w") as file:
            file.write("\n".join(got))
    with open(KEPT) as file:
        wanted = file.read().split("\n== ")
    wanted = [wanted[0]] + ["== " + each for each in wanted[1:]]
    failed = abs(len(wanted) - len(got))
    for mine, theirs in zip(got, wanted):
        if mine.strip("\n") != theirs.strip("\n"):
            failed += 1
            print("FAILED " + "\n".join(difflib.unified_diff(theirs.split("\n"), mine.split("\n"), "wanted", "found", lineterm="")))
    print("%d passed, %d failed" % (len(got) - failed, failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
