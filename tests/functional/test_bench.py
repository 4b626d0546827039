#!/usr/bin/env python3
"""`accrue bench`: what it sends and where, and that every figure is there; none of them is judged."""
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness
from harness import PROGRAM, purchase, write


def bench(site, *words, code=0):
    done = site.accrue("bench", *words, "--folder", site.folder, "--json", ask=False)
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    assert not [name for name in os.listdir(site.folder) if name.startswith("accrue-bench")], os.listdir(site.folder)
    return json.loads(done.stdout) if code == 0 else done.stderr


def publish(site, program):
    write(site.program, json.dumps(program))
    return site.program


def test_made_up_events(site):
    # A currency without decimals, a list of stores, and a beginning behind the usual one: they are such that the program takes them.
    publish(site, dict(PROGRAM, currency="JPY", effective_from="2031-05-01", stores=["north", "south"], channels=["web"],
                       purchase=[{"rule": "Web in the north", "outcomes": [], "when": {
                           "key_phrase": "make_a_purchase", "constraints": {"store": {"include": ["north", "south"]},
                                                                                 "channel": {"include": ["web"]}}}}]))
    shown = bench(site, site.template, "--count", "300", "--window", "20")
    assert shown["events"] == 300 and shown["statuses"]["applied"] == 300, shown
    trips = shown["round_trip_us"]
    assert 0 < trips["p50"] <= trips["p99"] <= trips["p99_9"] and trips["p50"] <= trips["longest"], shown
    assert shown["events_per_s"] > 0 and shown["cpu_us_per_event"] >= 0 and shown["fsync_p50_us"] > 0, shown
    called = [one["component"] for one in shown["components"]]
    assert "make_a_purchase" in called and "channel" in called and shown["plugins_us_per_event"] >= 0, shown
    done = site.accrue("bench", site.program, "--seconds", "1", "--rate", "100", "--folder", site.folder, ask=False)
    assert done.returncode == 0 and "round trip, p99.9" in done.stdout and "make_a_purchase" in done.stdout, done
    assert not os.path.exists(site.ledger)


def test_events_of_a_file(site):
    given = [dict(purchase(1, total="20.00"), data={"total": "20.00", "transaction": "t-1"}),
             {"type": "return", "data": {"of": "t-1", "total": "20.00"}, "source": "pos", "id": "back", "specversion": "1.0",
              "time": "2026-03-02T00:00:00Z", "subject": "m-1"}]
    path = write(os.path.join(site.folder, "given.ndjson"), "".join(json.dumps(line) + "\n" for line in given))
    shown = bench(site, site.program, "--events", path, "--count", "20003", "--window", "2000")  # the second round has begun
    assert shown["events"] == 20003 and shown["statuses"]["applied"] == 20003, shown
    write(path, "no event\n")
    done = site.accrue("bench", site.program, "--events", path, "--count", "10", "--folder", site.folder, ask=False)
    assert done.returncode == 1 and "rejected" in done.stdout and "line 1" in done.stdout, done


def test_a_ledger_in_use(site):
    site.start(publish=True)
    refused = site.accrue("bench", "--count", "50", "--socket", site.socket)
    assert refused.returncode == 1 and "--into-ledger" in refused.stderr, refused
    with site.client() as client:
        before = client.ask(harness.request("server.stats"))["result"]
        assert before["members"] == 0, before
        for turn in (1, 2):  # the second time they are others
            done = site.accrue("bench", "--count", "50", "--into-ledger", "--socket", site.socket, "--json")
            assert done.returncode == 0, done
            shown = json.loads(done.stdout)
            assert shown["statuses"]["applied"] == 50 and "fsync_p50_us" not in shown, shown
            assert client.ask(harness.request("server.stats"))["result"]["records"] >= before["records"] + 50 * turn


def test_what_cannot_be(site):
    assert "directory of a rules template" in bench(site, code=2)
    assert "--seconds and --count" in bench(site, site.program, "--seconds", "1", "--count", "1", code=2)
    assert "--into-ledger wants --socket" in bench(site, site.program, "--into-ledger", code=2)
    assert "nowhere" in bench(site, os.path.join(site.folder, "nowhere.json"), code=2)
    publish(site, dict(PROGRAM, base_earn=[{"points": 1, "per": "1.00", "account": "pionts", "source": "base"}]))
    assert "did you mean `points`" in bench(site, site.program, code=1)


if __name__ == "__main__":
    sys.exit(harness.run(globals()))
