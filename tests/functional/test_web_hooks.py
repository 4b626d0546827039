#!/usr/bin/env python3
"""Web hooks: sent behind the commit to a real HTTP server, at least once, and never in the way of an answer."""
import copy
import hashlib
import hmac
import http.server
import json
import os
import signal
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import harness
from harness import purchase, request, until

BODY = '{"event":{event.id},"member":{member.id},"points":{balance.points},"text":"{member.id} paid {data.total}"}'


class Server:
    """Listens on 127.0.0.1; `answers` is what to say to the n-th request (the last one stays), after `delay` seconds. None: what it says
    waits for somebody to put an answer in its place."""

    def __init__(self, *answers, delay=0, port=0):
        self.requests, self.answers, self.delay = [], list(answers or (200,)), delay
        mine = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                at = min(len(mine.requests), len(mine.answers) - 1)
                mine.requests.append({"path": self.path, "headers": dict(self.headers), "body": body})
                time.sleep(mine.delay)
                while mine.answers[at] is None:
                    time.sleep(0.01)
                answer = mine.answers[at]
                try:
                    self.send_response(answer)
                    if answer == 302:
                        self.send_header("Location", "/elsewhere")
                    self.send_header("Content-Length", "2")
                    self.end_headers()
                    self.wfile.write(b"ok")
                except OSError:
                    pass

            def log_message(self, *_):
                pass

        class Listener(http.server.ThreadingHTTPServer):
            daemon_threads, request_queue_size = True, 128

        self.server = Listener(("127.0.0.1", port), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def url(self, path="/hook", login=""):
        return "http://%s127.0.0.1:%d%s" % (login, self.port, path)

    def wait(self, count):
        until(lambda: len(self.requests) >= count, lambda: "%d of %d requests came" % (len(self.requests), count))
        return self.requests

    def ids(self):
        return [seen["headers"]["Accrue-Delivery"] for seen in self.requests]

    def attempts(self):
        return [seen["headers"]["Accrue-Attempt"] for seen in self.requests]


def program(site, *urls, body=BODY):
    """Calls these web hooks at every purchase of 100.00 and more."""
    changed = copy.deepcopy(harness.PROGRAM)
    changed["levels"][0]["purchase"][0]["outcomes"] = [{"outcome": "web_hook", "url": url, "body": body} for url in urls]
    harness.template(site.template, changed)


def start(site, *options, publish=True, **variables):
    return site.start("--deliver-private", *options, publish=publish, **variables)


def large(number, **more):
    return purchase(number, total="100.00", **more)


def hook_ids(reply):
    return [outcome["web_hook"] for outcome in reply["outcomes"] if "web_hook" in outcome]


def stats(site):
    with site.client() as client:
        return client.ask(request("server.stats"))["result"]["outbox"]


def listed(site):
    with site.client() as client:
        return client.ask(request("outbox.list"))["result"]


def test_delivered_once(site):
    with Server() as server:
        program(site, server.url())
        start(site, ACCRUE_WEB_HOOK_SECRET="hush")
        with site.client() as client:
            reply = client.ask(large(1))
            assert client.ask(large(1))["status"] == "duplicate"
            assert client.ask(purchase(2))["status"] == "applied"
        assert len(hook_ids(reply)) == 1, reply
        seen = server.wait(1)[0]
        headers = seen["headers"]
        assert json.loads(seen["body"]) == {"event": "r-1", "member": "m-1", "points": 100, "text": "m-1 paid 100.00"}, seen
        assert headers["Accrue-Delivery"] == hook_ids(reply)[0] == "%d.1" % reply["seq"], (headers, reply)
        assert headers["Content-Type"] == "application/json" and headers["Accrue-Attempt"] == "1", headers
        stamp, sign = headers["Accrue-Signature"].split(",")
        wanted = hmac.new(b"hush", (stamp[2:] + "." + seen["body"]).encode(), hashlib.sha256).hexdigest()
        assert sign == "v1=" + wanted, headers
        until(lambda: stats(site)["delivered"] == 1)
        assert stats(site) == {"waiting": 0, "given_up": 0, "delivered": 1, "failed": 0, "oldest": None}
        assert site.stop() == 0, site.errors()
        start(site, publish=False)
        time.sleep(0.3)
        assert site.stop(signal.SIGKILL) == -9
        start(site, publish=False)
        time.sleep(0.3)
        assert len(server.requests) == 1, server.ids()
        with site.client() as client:
            checked = client.ask(request("server.verify"))["result"]
        assert checked["ok"] and "I27" in checked["checked"], checked
        assert site.stop() == 0


def test_retried(site):
    with Server(500, None, 200) as server:
        program(site, server.url())
        start(site)
        with site.client() as client:
            reply = client.ask(large(1))
        server.wait(1)
        until(lambda: listed(site)["web_hooks"][0]["attempts"] == 1)
        row = listed(site)["web_hooks"][0]  # the second attempt is under way, or is to come
        server.answers[1] = 302
        assert row["state"] == "waiting" and row["error"] == "HTTP 500" and row["id"] == hook_ids(reply)[0], row
        server.wait(3)
        assert server.attempts() == ["1", "2", "3"]
        assert {seen["path"] for seen in server.requests} == {"/hook"}, "a redirect is not followed"
        assert set(server.ids()) == set(hook_ids(reply)) and len({seen["body"] for seen in server.requests}) == 1
        until(lambda: stats(site)["delivered"] == 1)
        assert stats(site)["failed"] == 2


def test_order_and_several(site):
    with Server() as server, Server() as other:
        program(site, server.url(), other.url("/b"))
        start(site)
        with site.client() as client:
            client.send(*[large(n, member="m-%d" % n) for n in range(50)])
            wanted = [hook_ids(client.receive()) for n in range(50)]
        server.wait(50)
        other.wait(50)
        assert sorted(server.ids()) == sorted(ids[0] for ids in wanted)
        assert sorted(other.ids()) == sorted(ids[1] for ids in wanted)
        until(lambda: stats(site)["delivered"] == 100)


def test_killed_before_delivery(site):
    with Server() as server:
        program(site, server.url())
        start(site, "--no-deliver")
        with site.client() as client:
            wanted = [hook_ids(client.ask(large(n)))[0] for n in range(3)]
        assert site.stop(signal.SIGKILL) == -9
        assert server.requests == []
        start(site, publish=False)
        server.wait(3)
        assert sorted(server.ids()) == sorted(wanted)
        until(lambda: stats(site)["waiting"] == 0)
        assert site.stop(signal.SIGKILL) == -9
        start(site, publish=False)
        time.sleep(0.3)
        assert len(server.requests) == 3


def test_killed_between_attempts(site):
    """Attempts go on where they were, also when the notes end in the middle of a line, and start over when they are gone."""
    with Server(500, 500, None, 200) as server:
        program(site, server.url())
        start(site)
        with site.client() as client:
            wanted = hook_ids(client.ask(large(1)))
        server.wait(2)
        until(lambda: listed(site)["web_hooks"][0]["attempts"] == 2)
        assert site.stop(signal.SIGKILL) == -9
        server.answers[2] = 200  # perhaps to a third of which nobody waits any more for the answer
        with open(site.ledger + "-outbox", "a") as notes:
            notes.write("gone 1")
        start(site, publish=False)
        until(lambda: stats(site)["waiting"] == 0)
        assert server.attempts()[:2] == ["1", "2"] and set(server.attempts()[2:]) == {"3"} and set(server.ids()) == set(wanted)
        assert site.stop(signal.SIGKILL) == -9
        os.remove(site.ledger + "-outbox")
        start(site, publish=False)
        until(lambda: "1" in server.attempts()[2:], server.attempts)
        assert set(server.ids()) == set(wanted)


def test_slow_server_delays_nobody(site):
    with Server(delay=30) as slow, Server() as quick:
        program(site, slow.url(), quick.url())
        start(site)
        with site.client() as client:
            client.send(*[large(n, member="m-%d" % n) for n in range(40)])
            for _ in range(40):
                assert client.receive()["status"] == "applied"
        quick.wait(40)  # behind a slow host the last of them would come when that one had had the 39 before it, ten each 10 s
        assert len(slow.requests) < 35, "a slow host held another up"
        assert site.stop() == 0, site.errors()  # 4.8 s, whatever the slow host does


def test_given_up_list_retry_drop(site):
    with Server(500) as server:
        program(site, server.url(login="user:secret@"))
        start(site, "--deliver-for", "1s")
        with site.client() as client:
            first = hook_ids(client.ask(large(1)))[0]
            until(lambda: listed(site)["given_up"] == 1)
            server.answers[0] = 410
            second = hook_ids(client.ask(large(2)))[0]
        until(lambda: listed(site)["given_up"] == 2)
        until(lambda: "web hook %s is given up" % first in site.errors() and "retry %s" % second in site.errors(), site.errors)
        shown = site.accrue("outbox")
        assert shown.returncode == 0 and first in shown.stdout and "given_up" in shown.stdout, shown
        assert "secret" not in shown.stdout and "2 given up" in shown.stdout, shown.stdout
        # Given up is kept over a restart, and by the ledger's file alone.
        assert site.stop() == 0
        alone = site.accrue("outbox", "--json", "--ledger", site.ledger, ask=False)
        assert [row["state"] for row in json.loads(alone.stdout)["web_hooks"]] == ["given_up"] * 2, alone
        dropped = site.accrue("outbox", "drop", second, "--ledger", site.ledger, ask=False)
        assert dropped.returncode == 0, dropped
        server.answers[0] = 200
        start(site, publish=False)
        assert [row["id"] for row in listed(site)["web_hooks"]] == [first]
        again = site.accrue("outbox", "retry", first)
        assert again.returncode == 0, again
        until(lambda: stats(site)["delivered"] == 1)
        assert listed(site)["web_hooks"] == []
        wrong = site.accrue("outbox", "retry", "9.9")
        assert wrong.returncode == 1 and "there is no web hook \"9.9\"" in wrong.stderr, wrong
        assert site.accrue("outbox", "retry").returncode == 2
        assert site.accrue("outbox", "lst").returncode == 2


def test_private_addresses(site):
    with Server() as server:
        program(site, server.url(), "http://localhost:%d/" % server.port, "http://[::ffff:127.0.0.1]:%d/" % server.port)
        site.start(publish=True)
        with site.client() as client:
            client.ask(large(1))
        until(lambda: stats(site)["failed"] >= 3)
        assert {row["error"] for row in listed(site)["web_hooks"]} == {"the address is not public; --deliver-private allows it"}
        assert server.requests == []


def test_parked_tells_nobody(site):
    with Server() as server:
        program(site, server.url())
        harness.write(site.path("shop", "outcomes", "boom.lua"), 'return accrue.outcome { title = "Boom", variables = {}, '
                      'effects = function() error("went off") end }\n')
        text = json.load(open(site.program))
        text["levels"][0]["purchase"][0]["outcomes"].append({"outcome": "boom", "rank": 9})
        harness.write(site.program, json.dumps(text))
        start(site)
        with site.client() as client:
            assert client.ask(large(1))["status"] == "parked"
        time.sleep(0.3)
        assert server.requests == [] and stats(site)["waiting"] == 0


if __name__ == "__main__":
    sys.exit(harness.run(globals()))
