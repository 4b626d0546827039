#!/usr/bin/env python3
"""Shadow releases at a real daemon: published beside the active one, compared with it, ended, made active; and that nobody waits."""
import copy
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import PROGRAM, purchase, request, run, until

BUYS = {"key_phrase": "make_a_purchase"}


def rule(name, points, *conditions):
    return {"rule": name, "when": {"all": [BUYS, *conditions]},
            "outcomes": [{"outcome": "points_fixed", "points": points, "account": "points", "source": "base"}]}


def write(site, *rules):
    program = copy.deepcopy(PROGRAM)
    program["purchase"] = list(rules)
    with open(site.program, "w") as file:
        json.dump(program, file)


def good(done):
    assert done.returncode == 0, (done.returncode, done.stdout, done.stderr)
    return done.stdout


def shown(site):
    return json.loads(good(site.accrue("shadow", "--json")))


def settled(site):
    seen = []

    def there():
        seen.append(shown(site))
        return seen[-1]["state"] == "following" and seen[-1]["behind"] == 0
    until(there, lambda: "the shadow does not get there: %r" % seen[-1])
    return seen[-1]


def row(shadow, name):
    found = [each for each in shadow["rules"] if each["rule"] == name]
    assert len(found) == 1, (name, shadow["rules"])
    return {key: found[0][key] for key in ("both", "active_only", "shadow_only")}


def send(site, *events):
    with site.client() as client:
        client.send(*events)
        replies = [client.receive() for _ in events]
    assert all(reply["status"] == "applied" for reply in replies), replies
    return replies


def test_beside_the_active_release(site):
    write(site, rule("Kept", 1), rule("Old", 2))
    site.start(publish=True)
    send(site, *[purchase(number, "m-%d" % (number % 7)) for number in range(70)])
    month = {"key_phrase": "complete_transactions", "operator": ">=", "count": 12, "timeframe": "lifetime"}
    write(site, rule("Kept", 1), rule("Twelfth", 100, month))
    said = good(site.accrue("publish", site.program, "--shadow", "--all-levels"))
    assert "shop@2 is shadow" in said, said
    before = json.loads(good(site.accrue("member", "m-1", "--json")))
    shadow = settled(site)
    assert (shadow["release"], shadow["events"]["taken"]) == ("shop@2", 0), shadow
    assert json.loads(good(site.accrue("member", "m-1", "--json"))) == before

    replies = send(site, *[purchase(100 + number, "m-1") for number in range(3)])
    assert all(reply["release"] == "shop@1" for reply in replies), replies
    shadow = settled(site)
    assert shadow["against"] == "shop@1" and shadow["events"]["judged_percent"] == "100.00", shadow
    assert shadow["events"] == {"taken": 3, "judged": 3, "judged_percent": "100.00", "different": 3, "failed": 0, "refused": 0}, shadow
    assert row(shadow, "Kept") == {"both": 3, "active_only": 0, "shadow_only": 0}
    assert row(shadow, "Old") == {"both": 0, "active_only": 3, "shadow_only": 0}
    assert row(shadow, "Twelfth") == {"both": 0, "active_only": 0, "shadow_only": 2}  # the 12th and 13th
    account = shadow["accounts"][0]
    assert (account["active"], account["shadow"], account["difference"]) == (39, 233, 194), account
    assert shadow["members"][0]["member"] == "m-1" and shadow["members"][0]["difference"] == 194, shadow["members"]
    seqs = {event["seq"] for event in shadow["most_different"]}
    assert {replies[1]["seq"], replies[2]["seq"]} < seqs, (seqs, replies)
    table = good(site.accrue("shadow"))
    assert "shop@2 beside shop@1: 0 records behind" in table and "Twelfth" in table and "3 of 3 events judged" in table, table
    explained = good(site.accrue("explain", str(replies[1]["seq"])))
    assert "Old" in explained and "Twelfth" not in explained, explained


def test_start_and_end(site):
    write(site, rule("Kept", 1))
    site.start(publish=True)
    done = site.accrue("shadow")
    assert done.returncode == 1 and "accrue publish --shadow" in done.stderr, done.stderr
    done = site.accrue("publish", site.program, "--shadow", "--status", "test")
    assert done.returncode == 2 and "not both" in done.stderr, done.stderr
    write(site, rule("Kept", 4))
    good(site.accrue("publish", site.program, "--shadow", "--all-levels"))
    send(site, purchase(1), purchase(2))
    assert settled(site)["events"]["different"] == 2

    assert site.stop() == 0
    offline = json.loads(good(site.accrue("shadow", "--json", "--ledger", site.ledger, ask=False)))
    assert (offline["release"], offline["state"]) == ("shop@2", "not_running"), offline
    site.start()
    assert settled(site)["events"]["taken"] == 0  # counted anew
    send(site, purchase(3))
    assert settled(site)["events"]["different"] == 1

    said = good(site.accrue("shadow", "--end", "--reason", "seen enough"))
    assert "shop@2 is in test again" in said, said
    assert shown(site)["state"] == "ended"
    listed = json.loads(good(site.accrue("programs", "--json")))["programs"]
    assert [each["status"] for each in listed] == ["active", "test"], listed
    good(site.accrue("programs", "set", "shop@2", "--status", "active", "--reason", "as seen"))
    assert send(site, purchase(4))[0]["outcomes"][-1]["points"] == 4
    assert site.stop() == 0
    good(site.accrue("verify", site.ledger, "--replay", ask=False))


def test_made_active_it_ends(site):
    write(site, rule("Kept", 1))
    site.start(publish=True)
    write(site, rule("Kept", 4))
    good(site.accrue("publish", site.program, "--shadow", "--all-levels"))
    settled(site)
    good(site.accrue("programs", "set", "shop@2", "--status", "active", "--reason", "at once"))
    assert shown(site)["state"] == "ended"
    assert send(site, purchase(1))[0]["release"] == "shop@2"


def answered_until_it_follows(site, number):
    """How many purchases are answered, one after another, while the shadow reads the log."""
    answered = 0
    with site.client() as client, site.client() as looking:
        while looking.ask(request("shadow.get"))["result"]["state"] != "following":
            assert client.ask(purchase(number + answered))["status"] == "applied"
            answered += 1
    return answered


def test_nobody_waits(site):
    """Replies come while the shadow reads a long log, and a daemon with a shadow far behind stops in time."""
    write(site, rule("Kept", 1))
    site.start(publish=True)
    with site.client() as client:
        for begin in range(0, 20000, 500):
            client.send(*[purchase(number, "m-%d" % (number % 300)) for number in range(begin, begin + 500)])
            for _ in range(500):
                client.receive()
    write(site, rule("Kept", 4, {"key_phrase": "complete_transactions", "operator": ">=", "count": 2, "timeframe": "lifetime"}))
    between = 0
    for number in range(10):  # a machine that is quick at reading and slow at writing may let none come between
        good(site.accrue("publish", site.program, "--shadow", "--all-levels"))  # starts over
        between = answered_until_it_follows(site, number * 100000 + 100000)
        if between > 2:
            break
    assert between > 2, between
    shadow = settled(site)
    assert shadow["events"]["taken"] > 0 and shadow["events"]["judged"] > 0, shadow
    good(site.accrue("publish", site.program, "--shadow", "--all-levels"))  # starts over
    assert site.stop() == 0


if __name__ == "__main__":
    sys.exit(run(globals()))
