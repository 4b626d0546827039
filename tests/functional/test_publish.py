#!/usr/bin/env python3
"""Publishing while events come: nothing is lost or refused, nobody waits for it, and the new rules count what was before them."""
import json
import os
import sys
import threading
import time
import harness
from harness import request

SCALE = float(os.environ.get("ACCRUE_TEST_SCALE", "1"))


def purchase(number, member, total="1.00"):
    return {"specversion": "1.0", "id": "p%s" % number, "source": "pos", "type": "purchase", "subject": member,
            "time": "2026-03-01T08:15:00Z", "data": {"total": total}}


def write_program(site, number):
    """Version `number` asks something that no version before it asked."""
    with open(site.program) as file:
        program = json.load(file)
    spent = {"key_phrase": "spend_currency", "operator": ">=", "amount": "3.00",
             "constraints": {"check_size": {"max": "%d.00" % (100 + number)}}}
    program["purchase"] = [{"rule": "Spent", "when": {"all": [{"key_phrase": "make_a_purchase"}, spent]},
                            "outcomes": [{"outcome": "add_tags", "tags": ["spent-%d" % number]}]}]
    harness.write(site.program, json.dumps(program))


class Load:
    """Purchases of a few hundred members, one after another, until told to end."""

    def __init__(self, site):
        self.site, self.sent, self.waits, self.wrong, self.done = site, 0, [], [], threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        with self.site.client() as client:
            while not self.done.is_set():
                begin = time.monotonic()
                answer = client.ask(purchase("l%d" % self.sent, "m-%d" % (self.sent % 300)))
                self.waits.append(time.monotonic() - begin)
                self.sent += 1
                if answer.get("status") != "applied":
                    self.wrong.append(answer)

    def end(self):
        self.done.set()
        self.thread.join()
        assert not self.wrong, self.wrong[:3]
        return self.sent


def fill(site, first, end):
    with site.client() as client:
        for begin in range(first, end, 500):
            part = range(begin, min(begin + 500, end))
            client.send(*[purchase("f%d" % i, "m-%d" % (i % 300)) for i in part])
            assert all(client.receive()["status"] == "applied" for _ in part)


def test_publishing_in_a_loop_under_load(site):
    site.start(publish=True)
    many = int(6000 * SCALE) + 1500
    fill(site, 0, many)
    load, between, last = Load(site), [], 6
    with site.client() as client:
        for number in range(1, 31):
            write_program(site, number)
            before = load.sent
            answer = client.ask(request("program.publish", path=site.program, status="active", all_levels=True))
            assert answer.get("result", {}).get("release", "").endswith("@%d" % (number + 1)), answer
            between.append(load.sent - before)
            last = number
            if len([each for each in between if each > 2]) >= 6:
                break
            if between[-1] <= 2 and many < 60000:  # the disk is slow, and it is done too soon to tell: more to read
                fill(site, many, 2 * many)
                many *= 2
    sent = load.end()
    assert len([each for each in between if each > 2]) >= 6, between  # events went on while versions were built
    with site.client() as client:  # who has not come yet since the last version has the history of all of it
        for number in range(0, 300, 37):
            answer = client.ask(purchase("last%d" % number, "m-%d" % number))
            assert "spent-%d" % last in json.dumps(answer["outcomes"]), answer
    assert site.stop() == 0
    checked = site.accrue("verify", site.ledger, "--replay", "--json", ask=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert json.loads(checked.stdout)["records"] >= many + sent + last + 1


def test_one_after_another_and_what_is_behind_waits(site):
    """Two at once come one after the other; what a connection sends behind its own is judged by the new version."""
    site.start(publish=True)
    fill(site, 0, 1500)
    write_program(site, 1)
    line = request("program.publish", path=site.program, status="active", all_levels=True)
    with site.client() as one, site.client() as other:
        one.send(line, purchase("behind", "m-1"))
        other.send(line)
        first, behind, second = one.receive(), one.receive(), other.receive()
    labels = sorted(answer["result"]["release"].split("@")[1] for answer in (first, second))
    assert labels == ["2", "3"], (first, second)
    assert int(behind["release"].split("@")[1]) >= int(first["result"]["release"].split("@")[1]), (first, behind)
    assert site.stop() == 0


def test_a_refused_one_disturbs_nobody(site):
    site.start(publish=True)
    load = Load(site)
    harness.write(site.program, '{"program": "shop"')
    with site.client() as client:
        for _ in range(5):
            answer = client.ask(request("program.publish", path=site.program, status="active"))
            assert answer["error"]["data"]["code"] == "faults", answer
    load.end()
    listed = json.loads(site.accrue("programs", "--json").stdout)
    assert "@2" not in json.dumps(listed), listed
    assert site.stop() == 0


def test_stopped_meanwhile(site):
    """SIGTERM while a version is built: it is published or refused as a whole, and the daemon ends in time."""
    site.start(publish=True)
    fill(site, 0, int(20000 * SCALE) + 2000)
    write_program(site, 1)
    with site.client() as client:
        client.send(request("program.publish", path=site.program, status="active", all_levels=True))
        time.sleep(0.05)
        code = site.stop()
        answers = client.rest()  # none where it did not come to reading the line
    answered = site.ended_in_time(code)
    answer = answers[0] if answers else {}
    published = "result" in answer
    assert published or not answers or answer["error"]["data"]["code"] == "stopping", answer
    site.start()
    listed = json.dumps(json.loads(site.accrue("programs", "--json").stdout))
    assert ("@2" in listed) == published or not (answered or published), (listed, answer)
    assert site.stop() == 0
    assert site.accrue("verify", site.ledger, "--replay", ask=False).returncode == 0


def test_killed_meanwhile(site):
    """A crash while a version is built, or while members get their new history: the next start has all of it, or nothing."""
    for number, pause in enumerate((0.0, 0.05, 0.3), 1):
        site.start(publish=number == 1)
        fill(site, 0, 3000) if number == 1 else None
        write_program(site, number)
        with site.client() as client:
            client.send(request("program.publish", path=site.program, status="active", all_levels=True))
            time.sleep(pause)
            site.process.kill()
            site.process.wait()
    site.start()
    assert site.stop() == 0
    checked = site.accrue("verify", site.ledger, "--replay", ask=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


if __name__ == "__main__":
    sys.exit(harness.run(globals()))
