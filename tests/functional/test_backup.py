#!/usr/bin/env python3
"""Copies of a ledger that is being written: whole, verified, and a ledger like the other when a daemon starts on them."""
import json
import os
import stat
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from harness import Site, purchase, request, run


def good(done):
    assert done.returncode == 0, (done.returncode, done.stdout, done.stderr)
    return done.stdout


def refused(done, *parts, code=1):
    assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
    for part in parts:
        assert part in done.stderr, (part, done.stderr)


def balances(client, member):
    return client.ask(request("member.get", member=member))["result"]["balances"]


def fill(client, first, count, member="m-1"):
    for begin in range(first, first + count, 100):
        client.send(*[purchase(number, member=member) for number in range(begin, min(begin + 100, first + count))])
        for _ in range(begin, min(begin + 100, first + count)):
            assert client.receive()["status"] == "applied"


def test_while_events_come(site):
    site.start(publish=True)
    with site.client() as client:
        fill(client, 1, 5000)
    acknowledged, done = [], threading.Event()

    def load():
        with site.client() as client:
            number = 100000
            while not done.is_set():
                fill(client, number, 100, member="m-2")
                number += 100
                acknowledged.append(number)

    thread = threading.Thread(target=load)
    thread.start()
    try:
        for turn in range(3):
            before = acknowledged[-1] - 100000 if acknowledged else 0
            check = () if turn == 2 else ("--unchecked",)
            made = json.loads(good(site.accrue("backup", "copy-%d" % turn, "--json", *check)).splitlines()[0])
            copy = site.path("copy-%d" % turn)
            assert made["path"] == copy and made["records"] >= 5001 + before and made["bytes"] == os.path.getsize(copy), made
    finally:
        done.set()
        thread.join()
    assert stat.S_IMODE(os.stat(copy).st_mode) == 0o600
    left = sorted(name for name in os.listdir(site.folder) if name.startswith("copy-2"))
    assert left == ["copy-2", "copy-2-outbox"], left
    assert site.stop() == 0


def test_restored(site):
    site.start(publish=True)
    with site.client() as client:
        fill(client, 1, 300)
        good(site.accrue("backup", site.path("copy")))
        fill(client, 301, 100)
        assert balances(client, "m-1") == {"points": 4000}
    assert site.stop() == 0
    site.ledger = site.path("copy")
    site.start()
    with site.client() as client:
        assert balances(client, "m-1") == {"points": 3000}
        assert client.ask(purchase(300))["status"] == "duplicate"
        fill(client, 301, 100)
        assert balances(client, "m-1") == {"points": 4000}
    assert site.stop() == 0
    good(site.accrue("verify", site.ledger, "--replay", ask=False))


def test_of_a_ledger_at_rest(site):
    site.start(publish=True)
    with site.client() as client:
        fill(client, 1, 100)
    assert site.stop() == 0
    notes = b"accrue-outbox 1 of this ledger\ncursor 7\n"
    with open(site.ledger + "-outbox", "wb") as file:
        file.write(notes)
    text = good(site.accrue("backup", "copy", "--ledger", site.ledger, ask=False))
    assert open(site.path("copy-outbox"), "rb").read() == notes
    assert "101 records" in text and "every invariant holds in it" in text, text
    good(site.accrue("verify", site.path("copy"), ask=False))


def test_what_is_refused(site):
    site.start(publish=True)
    with open(site.path("taken"), "w") as file:
        file.write("mine")
    refused(site.accrue("backup", "taken"), "there is a file of that name already", "a backup replaces nothing")
    assert open(site.path("taken")).read() == "mine"
    refused(site.accrue("backup", "nowhere/copy"), "nowhere", "No such file or directory")
    os.mkdir(site.path("folder"))
    refused(site.accrue("backup", "folder"), "there is a file of that name already")
    with open(site.path("other-outbox"), "w") as file:
        file.write("of another ledger")
    refused(site.accrue("backup", "other"), "other-outbox: there is a file of that name already")
    assert not os.path.exists(site.path("other")) and os.path.exists(site.path("other-outbox"))
    refused(site.accrue("backup"), "TO", code=2)
    with site.client() as client:
        for path in ({}, {"path": "relative"}, {"path": 3}):
            answer = client.ask(request("server.backup", **path))
            assert "wanted the absolute path" in answer["error"]["message"], answer
        assert client.ask(purchase(1))["status"] == "applied"
    assert not [name for name in os.listdir(site.folder) if "part" in name or name.startswith("nowhere")]
    assert site.stop() == 0


if __name__ == "__main__":
    assert Site  # of the harness: one for each test
    sys.exit(run(globals()))
