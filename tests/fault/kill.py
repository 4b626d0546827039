#!/usr/bin/env python3
"""The kill campaign; see kill.sh. Standard library only, no code shared with the product.

Each member belongs to one client, which sends the member's events in order of time, so what the program must give is a count:
one point a whole dollar, five more from the third purchase on, three a visit, and whatever was adjusted.
"""
import argparse
import collections
import json
import os
import random
import selectors
import shutil
import subprocess
import sys
import tempfile
import threading

from daemon import Daemon, Failure, Loss

HERE = os.path.dirname(os.path.abspath(__file__))
WINDOW = 200  # events that a client has outstanding
GROUP = 10    # cycles between two full checks


class Member:
    def __init__(self, name):
        self.name = name
        self.purchases = self.points = 0

    def expect(self, event):
        if event["type"] == "purchase":
            self.purchases += 1
            self.points += int(event["data"]["total"].split(".")[0]) + (5 if self.purchases >= 3 else 0)
        elif event["type"] == "visit":
            self.points += 3
        else:
            self.points += event["data"]["points"]


class Client:
    """One connection's stream of events: `waiting` were sent or are to be sent, in order, and are not acknowledged."""

    def __init__(self, number, members, rng):
        self.number, self.members, self.rng = number, members, rng
        self.made = 0
        self.waiting = collections.deque()
        self.kept = collections.deque(maxlen=2000)  # acknowledged earlier: (line, id, outcomes)
        self.fresh = []                             # acknowledged in this cycle
        self.refused = []

    def make(self):
        self.made += 1
        member = self.rng.choice(self.members)
        kind, data = "purchase", {"total": "%d.%02d" % (self.rng.randrange(200), self.rng.randrange(100))}
        draw = self.rng.random()
        if draw < 0.2:
            kind, data = "visit", {}
        elif draw < 0.25:
            kind, data = "points.adjust", {"points": self.rng.randrange(1, 50), "account": "points", "source": "promo",
                                           "reason": "kill test", "actor": "test"}
        day, second = divmod(self.made // 20, 86400)
        time = "2026-%02d-%02dT%02d:%02d:%02dZ" % (1 + day // 28, 1 + day % 28, second // 3600, second // 60 % 60, second % 60)
        event = {"specversion": "1.0", "id": "c%d-%d" % (self.number, self.made), "source": "kill", "type": kind,
                 "subject": member.name, "time": time, "data": data}
        member.expect(event)
        return event["id"], json.dumps(event) + "\n"

    def acknowledge(self, raw, statuses):
        reply = json.loads(raw)
        name, line = self.waiting.popleft()
        if reply.get("id") != name:
            raise Failure("a reply for %s came where %s was due" % (reply.get("id"), name))
        if reply["status"] not in statuses:
            raise Failure("%s was answered %s" % (name, raw.decode().strip()))
        self.fresh.append((line, name, reply.get("outcomes")))


def load(clients, daemon, kill_after, rng):
    """Sends until the daemon is killed; afterwards every client knows what was acknowledged."""
    selector = selectors.DefaultSelector()
    peers = {}
    for client in clients:
        peer = daemon.connect()
        peer.setblocking(False)
        selector.register(peer, selectors.EVENT_READ | selectors.EVENT_WRITE, client)
        peers[client] = [peer, b"", b""]
    timer = threading.Timer(kill_after, daemon.process.kill)
    timer.start()
    alive = len(clients)
    while alive:
        for key, mask in selector.select():
            client, state = key.data, peers[key.data]
            try:
                if mask & selectors.EVENT_WRITE:
                    if not state[1]:
                        for _ in range(min(rng.choice((1, 10, 50)), WINDOW - len(client.waiting))):
                            client.waiting.append(client.make())
                            state[1] += client.waiting[-1][1].encode()
                    if state[1]:
                        state[1] = state[1][state[0].send(state[1]):]
            except OSError:
                state[1] = b""
            try:
                data = state[0].recv(1 << 16) if mask & selectors.EVENT_READ else None
            except BlockingIOError:
                data = None
            except OSError:
                data = b""
            if data:
                *lines, state[2] = (state[2] + data).split(b"\n")
                for line in lines:
                    client.acknowledge(line, ("applied",))
            elif data == b"":
                selector.unregister(state[0])
                state[0].close()
                alive -= 1
            full = alive and len(client.waiting) >= WINDOW and not state[1]
            if data != b"":
                selector.modify(state[0], selectors.EVENT_READ | (0 if full else selectors.EVENT_WRITE), client)
    timer.join()
    daemon.process.wait()


def again(clients, daemon, rng):
    """Sends again what is not acknowledged, and a tenth of what is; returns how many of the former were committed."""
    committed = 0
    for client in clients:
        sample = rng.sample(client.fresh, len(client.fresh) // 20) + client.fresh[-(len(client.fresh) // 20 + 1):]
        sample += rng.sample(list(client.kept), min(5, len(client.kept)))
        for (line, name, outcomes), reply in zip(sample, daemon.ask([entry[0] for entry in sample])):
            if reply.get("status") != "duplicate":
                raise Loss("%s was acknowledged and is lost: %s" % (name, json.dumps(reply)[:300]))
            if reply.get("outcomes") != outcomes:
                raise Loss("%s: other outcomes than acknowledged: %s, first %s" % (name, reply.get("outcomes"), outcomes))
        replies = daemon.ask([line for _, line in client.waiting])
        duplicates = [reply.get("status") == "duplicate" for reply in replies]
        for reply in replies:
            client.acknowledge(json.dumps(reply).encode(), ("applied", "duplicate"))
        if any(later and not earlier for earlier, later in zip(duplicates, duplicates[1:])):
            raise Loss("an event was committed without one that the same connection sent before it")
        committed += sum(duplicates)
        client.kept.extend(client.fresh[::20])
        client.fresh = []
    return committed


def compare(clients, daemon):
    members = [member for client in clients for member in client.members if member.purchases or member.points]
    ask = ['{"jsonrpc":"2.0","id":%d,"method":"member.get","params":{"member":"%s"}}\n' % (i, m.name) for i, m in enumerate(members)]
    for member, reply in zip(members, daemon.ask(ask)):
        if "result" not in reply:
            raise Failure("member.get %s: %s" % (member.name, reply))
        points = reply["result"]["balances"].get("points", 0)
        if points != member.points:
            raise Loss("%s has %s points, %d are right" % (member.name, points, member.points))


def check(clients, daemon, rng):
    """Balances of every member from the running daemon, then the invariants of the file, stopped or killed."""
    compare(clients, daemon)
    if rng.random() < 0.5:
        daemon.stop()
    else:
        daemon.kill()
    daemon.run("verify", daemon.ledger)
    daemon.start()
    compare(clients, daemon)


def campaign(options, daemon, rng, figures):
    clients = [Client(i, [Member("m%d-%d" % (i, j)) for j in range(50)], rng) for i in range(4)]
    daemon.start()
    daemon.run("publish", os.path.join(daemon.template, "programs", "kill.json"), "--status", "active", "--all-levels")
    try:
        for cycle in range(1, options.cycles + 1):
            load(clients, daemon, rng.uniform(0.001, 0.050), rng)
            figures["kills"] += 1
            figures["acknowledged"] += sum(len(client.fresh) for client in clients)
            figures["unacknowledged"] += sum(len(client.waiting) for client in clients)
            if rng.random() < 0.1:  # also while it takes up its journal
                daemon.spawn()
                threading.Event().wait(rng.uniform(0, 0.02))
                daemon.kill()
                figures["kills at start"] += 1
            daemon.start()
            committed = again(clients, daemon, rng)
            figures["committed, not acknowledged"] += committed
            figures["kills in that window"] += committed > 0
            figures["cycles"] += 1
            if cycle % GROUP == 0 or cycle == options.cycles:
                check(clients, daemon, rng)
                figures["full checks"] += 1
                if sys.stderr.isatty():
                    sys.stderr.write("\r%d / %d" % (cycle, options.cycles))
    finally:
        if daemon.process.poll() is None:
            daemon.kill()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cycles", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--control", action="store_true", help="the daemon acknowledges before the commit")
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="accrue-kill-")
    daemon = Daemon(os.path.join(HERE, "template"), folder, options.control)
    figures = collections.Counter()
    try:
        campaign(options, daemon, random.Random(options.seed), figures)
    except (Failure, OSError, KeyError, ValueError, subprocess.TimeoutExpired) as failure:
        print("%s: %s\nseed %d, after %d cycles" % (type(failure).__name__, failure, options.seed, figures["cycles"]))
        if options.control:
            shutil.rmtree(folder)
        else:
            print("files in %s" % folder)
        print("0 passed, 1 failed")
        # A setup that does not work is no catch: of the control only a loss counts.
        return 1 if isinstance(failure, Loss) or not options.control else 2
    shutil.rmtree(folder)
    for name, value in figures.items():
        print("%-28s %d" % (name, value))
    share = 100.0 * figures["kills in that window"] / max(1, figures["kills"])
    print("%.0f %% of the kills came between a commit and its acknowledgements" % share)
    print("%d passed, 0 failed" % (figures["cycles"] + figures["full checks"]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
