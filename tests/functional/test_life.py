#!/usr/bin/env python3
"""Programs over time: statuses with who and why, maintenance and its preview."""
import datetime
import json
import os
import select
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness
from harness import purchase


def good(done):
    assert done.returncode == 0, (done.args, done.returncode, done.stdout, done.stderr)
    return done.stdout


def bad(done, code, *words):
    assert done.returncode == code, (done.args, done.returncode, done.stdout, done.stderr)
    for word in words:
        assert word in done.stderr, (word, done.stderr)
    return done.stderr


def spending(amount):
    return {"key_phrase": "spend_currency", "operator": ">=", "amount": amount}


CLUB = dict(harness.PROGRAM, levels=[
    {"level": "Member", "entrance": [{"rule": "Everyone", "when": "no rules", "outcomes": []}]},
    {"level": "Gold", "entrance": [{"rule": "Enter", "when": spending("1000.00"), "outcomes": []}],
     "maintenance_schedule": {"every": "1 year"}, "maintenance": [{"rule": "Keep Gold", "when": spending("1600.00"), "outcomes": []}]}])


def club(site, *options):
    harness.template(site.template, CLUB)
    return site.start("--max-future", "none", *options, publish=True)


def test_statuses(site):
    club(site)
    bad(site.accrue("programs", "set", "shop", "--status", "test", "--reason", "x"), 1, "shop@1", "paused, inactive or archived")
    good(site.accrue("programs", "set", "shop", "--status", "paused", "--reason", "stock-taking", "--actor", "ann"))
    with site.client() as client:
        assert client.ask(purchase(1))["outcomes"] == []
    assert "paused" in good(site.accrue("programs"))
    good(site.accrue("programs", "set", "shop", "--status", "active", "--reason", "done", "--actor", "bob"))
    good(site.accrue("programs", "set", "shop", "--level", "Gold", "--status", "paused", "--reason", "later"))
    shown = good(site.accrue("programs", "show", "shop"))
    for word in ("stock-taking", "ann", "bob", "later", "paused"):
        assert word in shown, (word, shown)
    with site.client() as client:
        assert client.ask(purchase(2))["balances"] == {"points": 10}
    changes = json.loads(good(site.accrue("programs", "show", "shop", "--json")))["programs"][0]["changes"]
    assert [(one["status"], one.get("level"), one["by"]) for one in changes][-3:-1] == [("paused", None, "ann"), ("active", None, "bob")]
    assert site.stop() == 0
    good(site.accrue("verify", site.ledger, "--replay", ask=False))


SPEC = """
describe("the shop", function()
  it("has a spec", function() assert.equal(%d, 1 + 1) end)
end)
"""


def test_publish_requires_the_specs_to_pass(site):
    site.start()
    bad(site.accrue("publish", site.program, "--require-tests"), 2, "no specs", "nothing was published")
    harness.write(os.path.join(site.template, "spec", "shop_spec.lua"), SPEC % 3)
    bad(site.accrue("publish", site.program, "--require-tests"), 1, "nothing was published")
    assert json.loads(good(site.accrue("programs", "--json")))["programs"] == []
    harness.write(os.path.join(site.template, "spec", "shop_spec.lua"), SPEC % 2)
    assert good(site.accrue("publish", site.program, "--require-tests", "--status", "active")) == "shop@1 is active\n"


def test_publish_in_test(site):
    site.start()
    said = good(site.accrue("publish", site.program, "--status", "test", "--all-levels"))
    assert said == "shop@1 is test\n", said
    with site.client() as client:
        assert client.ask(purchase(1))["outcomes"] == []
    bad(site.accrue("publish", site.program, "--status", "archived"), 1, "configure, test, shadow or active")


def test_pending(site):
    harness.template(site.template, dict(CLUB, effective_from="2999-01-01"))
    site.start()
    said = good(site.accrue("publish", site.program, "--status", "active", "--all-levels"))
    assert said.startswith("shop@1 is active, pending until 2999-01-01"), said
    assert "pending" in good(site.accrue("programs"))


def test_maintenance(site):
    club(site)
    with site.client() as client:
        for number, member, total in ((1, "kept", "1000.00"), (2, "lost", "1000.00")):
            assert client.ask(purchase(number, member, total))["levels"] == {"shop": "Gold"}
        for number, member, total in ((3, "kept", "600.00"), (4, "lost", "599.50")):
            client.ask(purchase(number, member, total, time="2026-09-01T12:00:00Z"))
    shown = good(site.accrue("maintenance", "--preview", "2027-03-01"))
    for word in ("lost", "Gold", "Member", "Keep Gold", "1599.50", "1600.00", "0.50", "2 reviews", "1 kept", "1 demoted"):
        assert word in shown, (word, shown)
    before = good(site.accrue("member", "lost", "--json"))
    listed = json.loads(good(site.accrue("maintenance", "--preview", "2027-03-01", "--json")))
    assert [one["member"] for one in listed["members"]] == ["lost"], listed
    assert json.loads(good(site.accrue("maintenance", "--preview", "2027-03-01", "--limit", "0", "--json")))["demoted"] == 1
    assert good(site.accrue("member", "lost", "--json")) == before
    assert "0 reviews" in good(site.accrue("maintenance", "--preview", "2027-02-28"))
    assert "2 reviews" in good(site.accrue("maintenance", "--preview", "2027-03-02T00:00:00-05:00"))
    for asked in (["maintenance", "--preview"], ["maintenance", "--until"], ["clock"]):
        bad(site.accrue(*asked, "soon"), 1, "\"soon\"", "a time with offset such as", "or a date")
        bad(site.accrue(*asked, "2027-03-01T00:00:00"), 1, "a time with offset such as")
    bad(site.accrue("maintenance", "--limit", "1"), 2, "--preview")
    bad(site.accrue("maintenance", "--preview", "2027-03-01", "--until", "2027-03-01"), 2, "not both")
    assert "0 pieces of due work" in good(site.accrue("clock", "2027-02-28"))
    assert ledger_time(site) == "2027-02-28T23:59:59.999999Z", ledger_time(site)  # the end of that day
    assert "2 pieces of due work" in good(site.accrue("maintenance", "--until", "2027-03-01"))
    assert "0 pieces of due work" in good(site.accrue("maintenance", "--until", "2027-03-02T00:00:01Z"))
    assert json.loads(good(site.accrue("member", "lost", "--json")))["levels"] == {"shop": "Member"}
    assert site.stop() == 0
    assert "0 demoted" in good(site.accrue("maintenance", "--preview", "2027-03-01", "--ledger", site.ledger, ask=False))
    good(site.accrue("verify", site.ledger, "--replay", ask=False))


def day(when):
    return datetime.datetime.fromtimestamp(when, datetime.timezone.utc).strftime("%Y-%m-%dT00:00:00Z")


def ledger_time(site):
    return json.loads(good(site.accrue("stats", "--json")))["ledger_time"]


def now(client, number):
    event = purchase(number)
    del event["time"]
    assert client.ask(event)["status"] == "applied"


def until(site, wanted):
    harness.until(lambda: ledger_time(site) >= wanted, lambda: (ledger_time(site), wanted))


def test_the_daemon_tells_the_time(site):
    club(site, "--clock", "on")
    until(site, day(time.time() - 60))  # the day has begun, and nobody had told it
    with site.client() as client:
        assert client.ask(purchase(1))["status"] == "applied"  # of long ago: late
    assert site.stop() == 0
    good(site.accrue("verify", site.ledger, "--replay", ask=False))


def test_the_daemon_leaves_old_events_alone(site):
    club(site)
    with site.client() as client:
        client.ask(purchase(1))
    time.sleep(0.3)
    assert ledger_time(site) == "2026-03-01T08:15:00Z", ledger_time(site)
    assert site.stop() == 0
    site.start("--clock", "off")
    with site.client() as client:
        now(client, 2)
    assert site.stop() == 0
    records = json.loads(good(site.accrue("verify", site.ledger, "--json", ask=False)))["records"]
    site.start()  # and with auto the day that has begun is told
    with site.client() as client:
        now(client, 3)
    harness.until(lambda: json.loads(good(site.accrue("stats", "--json")))["records"] >= records + 2)
    bad(site.accrue("serve", site.template, "--ledger", "x", "--clock", "sometimes"), 2, "auto, on or off")


# Members, until others come between: on a machine that is quick at reckoning and slow at writing a few thousand are done in one commit.
SIZES = [int(2000 * float(os.environ.get("ACCRUE_TEST_SCALE", "1"))) + 1500, 6000, 12000, 24000]


def answered_until(client, other, turn, year=2026):
    """How many events of `other` of that year are answered, one after another, until something comes for `client`."""
    between = 0
    while True:
        reply = other.ask(purchase("b%d-%d" % (turn, between), "n-%d" % between, time="%d-03-01T08:15:00Z" % year))
        assert reply["status"] == "applied", reply
        between += 1
        if select.select([client.socket], [], [], 0)[0]:
            return between


def test_a_clock_lets_others_go_on(site):
    """A clock over many members: what its connection sends behind it waits, events of other connections do not."""
    club(site, "--clock", "off")
    with site.client() as client, site.client() as other:
        for year, many in enumerate(SIZES, 2026):
            for begin in range(0, many, 500):
                part = range(begin, min(begin + 500, many))
                client.send(*[purchase("a%d-%d" % (year, i), "m%d-%d" % (year, i), "1000.00", time="%d-03-01T08:15:00Z" % year)
                              for i in part])
                assert all(client.receive()["status"] == "applied" for _ in part)
            clock = {"specversion": "1.0", "id": "c%d" % year, "source": "night", "type": "clock",
                     "time": "%d-03-02T00:00:00Z" % (year + 1)}
            client.send(clock, purchase("behind%d" % year, "m%d-1" % year, time="%d-03-02T01:00:00Z" % (year + 1)))
            between = answered_until(client, other, year, year)
            told, behind = client.receive(), client.receive()
            assert told["due"]["ran"] == many + (year > 2026), told  # who climbed again the year before is looked at too
            assert any("change_level" in one for one in behind["outcomes"]), behind  # it was demoted before, and climbs again
            if between > 1:
                break
        assert between > 1, between
    assert site.stop() == 0
    good(site.accrue("verify", site.ledger, "--replay", ask=False))


def preview(member_limit=100000):
    return {"jsonrpc": "2.0", "id": "p", "method": "maintenance.preview", "params": {"at": "2027-03-02", "limit": member_limit}}


def test_a_preview_lets_others_go_on(site):
    """A preview over many members through the daemon: in turns with events of others, in order with those behind it, writing nothing."""
    club(site, "--clock", "off")
    with site.client() as client, site.client() as other:
        many = 0
        for turn, wanted in enumerate(SIZES):
            for begin in range(many, wanted, 500):
                part = range(begin, min(begin + 500, wanted))
                client.send(*[purchase("a%d" % i, "m-%d" % i, "1600.00" if i % 5 == 0 else "1599.00") for i in part])
                assert all(client.receive()["status"] == "applied" for _ in part)
            many, regular = wanted, 5 * turn + 1
            client.send(preview(), purchase("behind%d" % turn, "m-%d" % regular, "1.00"))
            between = answered_until(client, other, turn)
            seen, behind = client.receive()["result"], client.receive()
            if between > 1:
                break
        own = {i for i in range(many) if i % 5 == 0} | set(range(1, regular, 5))  # who were behind a preview are kept from then on
        kept = len(own)
        assert (seen["reviews"], seen["kept"], seen["demoted"], seen["listed"]) == (many, kept, many - kept, many - kept), \
            {key: seen[key] for key in seen if key != "members"}
        assert {one["member"] for one in seen["members"]} == {"m-%d" % i for i in range(many) if i not in own}
        assert {cond["missing"] for one in seen["members"] for rule in one["rules"] for cond in rule["conditions"]} == {"1.00"}
        assert behind["status"] == "applied" and behind["levels"] == {"shop": "Gold"}, behind
        assert between > 1, between
        after = client.ask(preview(10))["result"]  # and the one behind it is kept now
        assert (after["reviews"], after["kept"], after["listed"]) == (many, kept + 1, 10), after
    before = good(site.accrue("member", "m-2", "--json"))
    assert site.stop() == 0
    shown = good(site.accrue("maintenance", "--preview", "2027-03-02", "--limit", "0", "--ledger", site.ledger, ask=False))
    assert "%d reviews" % many in shown and "%d demoted" % (many - kept - 1) in shown, shown
    assert good(site.accrue("member", "m-2", "--json", "--ledger", site.ledger, ask=False)) == before
    good(site.accrue("verify", site.ledger, "--replay", ask=False))


if __name__ == "__main__":
    sys.exit(harness.run(globals()))
