#!/usr/bin/env python3
"""Fifty clients at once want the same last points of a member: one gets them, the others are told that they are short."""
import os
import sys
import threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness

CLIENTS = 50
ROUNDS = max(20, int(1000 * float(os.environ.get("ACCRUE_TEST_SCALE", "1"))))


def line(number, kind, member, **data):
    return {"specversion": "1.0", "id": number, "source": "till", "type": kind, "subject": member, "time": "2026-03-01T12:00:00Z",
            "data": data}


def test_one_of_fifty_wins_each_round(site):
    site.start(publish=True)
    with site.client() as client:
        client.send(*[line("e-%d" % n, "points.adjust", "m-%d" % n, points=100, reason="opening", actor="test") for n in range(ROUNDS)])
        assert all(client.receive()["status"] == "applied" for _ in range(ROUNDS))
    ready, won, wrong = threading.Barrier(CLIENTS), [[] for _ in range(ROUNDS)], []

    def redeem(who):
        lines = b"".join(harness.line_of(line("s-%d-%d" % (who, n), "points.spend", "m-%d" % n, points=100, reference="r-%d" % who))
                         for n in range(ROUNDS))
        with site.client(timeout=600) as client:  # the last answer of so many
            ready.wait()
            sender = threading.Thread(target=client.send, args=(lines,))
            sender.start()
            for n in range(ROUNDS):
                reply = client.receive()
                if reply["status"] == "applied" and reply["balances"] == {"points": 0}:
                    won[n].append(who)
                elif reply["status"] != "refused" or reply["error"]["code"] != "points_short":
                    wrong.append(reply)
            sender.join()

    threads = [threading.Thread(target=redeem, args=(who,)) for who in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong, wrong[:3]
    assert [n for n in range(ROUNDS) if len(won[n]) != 1] == []
    with site.client() as client:
        client.send(*[harness.request("member.get", member="m-%d" % n) for n in range(ROUNDS)])
        assert all(client.receive()["result"]["balances"] == {"points": 0} for _ in range(ROUNDS))
    assert site.stop() == 0, site.errors()
    checked = site.accrue("verify", site.ledger, ask=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


if __name__ == "__main__":
    sys.exit(harness.run(globals()))
