#!/usr/bin/env python3
"""Where parts meet: several families, releases that come and go, statuses, time and restarts. What stands in the ledger afterwards must
be whole: it verifies, opens again without its view, and nothing that changes nothing shows in a reply."""
import copy
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness
from harness import PROGRAM, purchase, request


def program(**more):
    return dict(copy.deepcopy(PROGRAM), **more)


def put(site, name, content):
    return harness.write(os.path.join(site.template, "programs", name + ".json"), json.dumps(content, indent=1))


def publish(site, client, name, content, status="active"):
    answer = client.ask(request("program.publish", path=put(site, name, content), status=status, all_levels=True))
    assert "result" in answer, answer


def event(number, type_, data, **more):
    return dict({"specversion": "1.0", "id": "x-%s" % number, "source": "pos", "type": type_, "subject": "m-1",
                 "time": "2026-03-02T10:00:00Z", "data": data}, **more)


def ended(site):
    """The daemon ends; the ledger holds, made anew from its events and with its view made anew as well."""
    assert site.stop() == 0, site.errors()
    for _ in range(2):
        shown = site.accrue("verify", site.ledger, "--replay", ask=False)
        assert shown.returncode == 0, shown.stdout + shown.stderr
        os.remove(site.ledger + "-view")


def test_a_draft_changes_nobodys_names(site):
    site.start()
    with site.client() as client:
        publish(site, client, "shop", program())
        assert client.ask(purchase(1))["balances"] == {"points": 10}
        for number, status in enumerate(("configure", "test"), 2):
            publish(site, client, "draft%d" % number, program(program="draft%d" % number), status)
            assert client.ask(purchase(number))["balances"] == {"points": 10 * number}
        publish(site, client, "second", program(program="second"))
        reply = client.ask(purchase(4))
        assert reply["balances"] == {"shop.points": 40, "second.points": 10}, reply
    ended(site)


def test_a_clock_sent_again_moves_nothing(site):
    site.start("--clock", "off")
    with site.client() as client:
        publish(site, client, "shop", program(accounts={"points": {"default": True, "expiry": {"mode": "rolling", "after": "7 days"}}}))
        clock = {"specversion": "1.0", "id": "night", "source": "cron", "type": "clock", "time": "2026-03-01T10:00:00Z"}
        first = client.ask(clock)
        client.ask(purchase(1, time="2026-03-02T10:00:00Z"))
        client.ask(purchase(2, time="2026-04-02T10:00:00Z", subject="m-2"))
        before = client.ask(request("member.get", member="m-1"))
        assert before["result"]["balances"] == {"points": 10}, before
        again = client.ask(clock)
        assert again == dict(first, status="duplicate"), again
        assert client.ask(request("member.get", member="m-1")) == before
        assert client.ask(dict(clock, time="2026-03-01T11:00:00Z"))["status"] == "conflict"
        assert client.ask(request("member.get", member="m-1")) == before
        assert client.ask(dict(clock, id="late"))["status"] == "applied"
        assert client.ask(request("member.get", member="m-1"))["result"]["balances"] == {"points": 0}
    ended(site)


def test_a_paused_family_beside_an_active_one(site):
    site.start()
    with site.client() as client:
        publish(site, client, "shop", program())
        publish(site, client, "second", program(program="second"))
        client.ask(purchase(1))
        for number, status in enumerate(("paused", "active", "inactive", "archived"), 2):
            answer = client.ask(request("program.set", program="second", status=status, reason="tried", actor="ann"))
            assert "result" in answer, answer
            assert client.ask(purchase(number))["status"] == "applied"
        assert client.ask(request("member.get", member="m-1"))["result"]["balances"] == {"shop.points": 50, "second.points": 20}
    ended(site)


def test_what_is_shown_of_a_program_stays_over_a_restart(site):
    site.start()
    with site.client() as client:
        publish(site, client, "shop", program())
        client.ask(purchase(1))
    for status in ("active", "paused", "inactive", "archived"):
        with site.client() as client:
            if status != "active":
                assert "result" in client.ask(request("program.set", program="shop", status=status, reason="r", actor="ann"))
            before = client.ask(request("member.get", member="m-1"))
        progress = before["result"]["progress"]["shop"]
        if status in ("active", "paused"):
            assert progress["next"] == "Gold" and progress["takes"][0]["conditions"][0]["measured"] == "10.00", progress
        else:
            assert progress == {}, "nobody gets any further"
        assert site.stop() == 0, site.errors()
        site.start()
        with site.client() as client:
            assert client.ask(request("member.get", member="m-1")) == before, status
    ended(site)


def test_leaving_without_a_level(site):
    site.start(publish=True)
    with site.client() as client:
        client.ask(purchase(1))
        moved = client.ask(event(1, "level.set", {"program": "shop", "level": None, "reason": "r", "actor": "ann"}))
        assert moved["levels"] == {"shop": None}, moved
        left = client.ask(event(2, "member.leave", {}))
        assert left["status"] == "applied" and left["outcomes"] == [{"left": "shop"}], left
        assert client.ask(purchase(2))["balances"] == {"points": 10}, "who left earns nothing"
        assert client.ask(event(3, "member.join", {}))["levels"] == {"shop": "Member"}
    ended(site)


def test_escrow_that_ends_with_the_period_it_moves_into(site):
    accounts = {"points": {"default": True, "expiry": {"mode": "fixed_date", "every": "month"}},
                "escrow": {"escrow": True, "expiry": {"mode": "rolling", "after": "7 days", "into": "points"}}}
    content = program(accounts=accounts, sources={"base": {}},
                      base_earn=[{"points": 1, "per": "1.00", "account": "escrow", "source": "base"}])
    site.start()
    with site.client() as client:
        publish(site, client, "shop", content)
        client.ask(purchase(1, total="20.00", time="2026-03-24T12:00:00Z"))  # through 31 March
        client.ask(purchase(2, member="m-2", total="1.00", time="2026-04-01T00:00:00Z"))
        spent = client.ask(event(1, "points.spend", {"points": 5}, time="2026-04-01T00:00:00Z"))
        assert spent["status"] == "applied" and spent["balances"] == {"points": 15, "escrow": 0}, spent
        lots = client.ask(request("member.get", member="m-1"))["result"]["lots"]
        assert [lot["expires"] for lot in lots] == ["2026-05-01T00:00:00Z"], lots
        gone = client.ask(event(2, "points.spend", {"points": 5}, time="2026-05-01T00:00:00Z"))
        assert gone["status"] == "refused" and gone["error"]["code"] == "points_short", gone
    ended(site)


def later_rule():
    content = program()
    content["levels"][0]["purchase"].append(
        {"rule": "Often", "when": {"all": [{"key_phrase": "make_a_purchase"},
                                           {"key_phrase": "spend_currency", "operator": ">=", "amount": "70.00",
                                            "constraints": {"channel": {"include": ["web"]}},
                                            "timeframe": {"last": "60 days"}}]},
         "outcomes": [{"outcome": "points_fixed", "points": 7, "account": "points", "source": "base"}]})
    return content


def test_a_return_of_what_a_later_release_looks_back_at(site):
    """The later release's history of the purchase stands in no record; the return changes it."""
    def sale(number, total):
        return purchase(number, data={"total": total, "channel": "web"})
    site.start()
    with site.client() as client:
        publish(site, client, "shop", program())
        client.ask(sale(1, "50.00"))
        client.ask(sale(2, "20.00"))
        publish(site, client, "shop", later_rule())
        assert client.ask(event(1, "return", {"of": "r-1", "total": "10.00"}))["balances"] == {"points": 60}
        assert client.ask(event(2, "points.spend", {"points": 1000}))["status"] == "refused"
        assert client.ask(event(3, "points.spend", {"points": 5}))["balances"] == {"points": 55}, "a refusal changes no balance"
        assert client.ask(sale(3, "9.00"))["balances"] == {"points": 64}, "69.00 is not 70.00"
    ended(site)
    site.start()
    with site.client() as client:
        assert client.ask(sale(4, "1.00"))["balances"] == {"points": 72}, "70.00 counts the purchases before the rule, less the return"
    ended(site)


def test_somebody_erased_whose_return_a_later_release_looked_back_at(site):
    site.start()
    with site.client() as client:
        limited = program()
        limited["levels"][0]["purchase"][0]["limit"] = {"times": 3, "per": "year"}
        publish(site, client, "shop", limited)
        client.ask(purchase(2, total="100.00"))
        client.ask(purchase(1, data={"total": "50.00", "channel": "web"}))
        publish(site, client, "shop", later_rule())
        assert client.ask(event(1, "return", {"of": "r-1", "total": "10.00"}))["balances"] == {"points": 145}
        assert client.ask(event(2, "member.erase", {}))["status"] == "applied"
    ended(site)


def test_an_amendment_by_a_release_whose_cap_is_gone(site):
    capped = program(sources={"base": {"accounts": ["points"], "inventory": 1000}})
    site.start()
    with site.client() as client:
        publish(site, client, "shop", capped)
        client.ask(purchase(1, total="50.00"))
        publish(site, client, "shop", program())
        reply = client.ask(event(1, "purchase.amended", {"transaction": "r-1", "total": "60.00"}))
        assert reply["status"] == "applied" and reply["balances"] == {"points": 60}, reply
    ended(site)


def test_an_unknown_return_to_a_paused_program(site):
    owing = program(settings={"unmatched_returns": "deduct"}, accounts={"points": {"default": True, "allow_negative": True}})
    site.start()
    with site.client() as client:
        publish(site, client, "shop", owing)
        client.ask(purchase(1))
        client.ask(request("program.set", program="shop", status="paused", reason="tried", actor="ann"))
        assert client.ask(event(1, "return", {"of": "elsewhere", "total": "4.00"}))["balances"] == {"points": 10}
        client.ask(request("program.set", program="shop", status="active", reason="tried", actor="ann"))
        assert client.ask(event(2, "return", {"of": "elsewhere", "total": "4.00"}))["balances"] == {"points": 6}
        publish(site, client, "draft", program(program="draft", family="shop"), "configure")
        again = client.ask(event(3, "return", {"of": "elsewhere", "total": "14.00"}))
        assert again["status"] == "applied", again
    ended(site)


def test_an_event_is_explained_without_what_a_version_that_is_gone_looked_at(site):
    site.start()
    window = {"rule": "Often", "when": [{"key_phrase": "make_a_purchase"},
                                        {"key_phrase": "spend_currency", "operator": ">=", "amount": "80.00",
                                         "timeframe": {"last": "30 days"}}],
              "outcomes": [{"outcome": "points_fixed", "points": 7, "account": "points", "source": "base"}]}
    earned = {"rule": "Earned", "when": {"key_phrase": "trigger_an_event", "event": "points.earned"}, "limit": {"times": 1, "per": "year"},
              "outcomes": [{"outcome": "points_fixed", "points": 11, "account": "points", "source": "base"}]}
    levels = PROGRAM["levels"][:1]  # nothing in them looks back
    with site.client() as client:
        publish(site, client, "shop", program(levels=levels))
        client.ask(purchase(1, total="100.00"))
        publish(site, client, "later", program(program="later", family="shop", effective_from="2026-02-01", levels=levels,
                                               purchase=[window], event=[earned]))
        # Changes what the later version's window was built of, and moves points besides.
        assert client.ask(event(2, "purchase.amended", {"transaction": "r-1", "total": "140.00"}))["balances"] == {"points": 156}
        answer = client.ask(request("program.set", program="later", status="inactive"))
        assert "result" in answer, answer
        spent = client.ask(event(3, "points.spend", {"points": 150}, time="2026-03-03T10:00:00Z"))
        assert spent["balances"] == {"points": 6}, spent
        publish(site, client, "shop", program(title="Shop again", levels=levels))  # from here on the past has releases of its own
        answer = client.ask(request("event.explain", source="pos", id="x-3"))["result"]
        assert answer["exact"], answer
    ended(site)


if __name__ == "__main__":
    sys.exit(harness.run(globals()))
